import HTTP
import JSON
import Messages
import ServiceKit

/// `POST /v1/events`: one event, or a CloudEvents batch of up to 1,000, with a result for each.
struct EventsRoute: Sendable {
  /// The most events of one request.
  static let maximumEvents = 1_000
  /// The largest body.
  static let bodyLimitBytes = 64 << 20

  let desk: SubmissionDesk
  let keys: APIKeys

  func add(to router: inout Router) {
    router.on(.post, "/v1/events", bodyLimitBytes: Self.bodyLimitBytes) { request, responder in
      do throws(HTTPProblem) {
        try take(request, responder)
      } catch {
        responder.respond(error.response)
      }
    }
  }

  private func take(_ request: HTTPRequest, _ responder: HTTPResponder) throws(HTTPProblem) {
    let ledger = try keys.ledger(for: request)
    let root: JSONValue
    do throws(JSONError) {
      root = try JSONDocument(parsing: request.body).root
    } catch {
      throw HTTPProblem(code: "body_malformed", "The body is not JSON: \(error.message).")
    }
    guard root.kind == .array else {
      return takeOne(try IncomingFact(root, for: ledger), responder)
    }
    let events = root.elements
    guard !events.isEmpty else { throw HTTPProblem(code: "batch_empty", "The batch holds no event.") }
    guard events.count <= Self.maximumEvents else {
      throw HTTPProblem(
        code: "too_many_events",
        "A request takes \(Self.maximumEvents) events at most; this one has \(events.count). Nothing of it was kept.")
    }
    takeAll(events, for: ledger, responder)
  }

  private func takeOne(_ fact: IncomingFact, _ responder: HTTPResponder) {
    desk.submit([fact]) { result in
      switch result {
      case .failure(let problem): responder.respond(problem.response)
      case .success(let results):
        if case .refused(let problem) = results[0] {
          responder.respond(problem.response)
        } else {
          responder.respond(.json(EventResult(id: fact.draft.id, source: fact.draft.source, results[0]).json))
        }
      }
    }
  }

  private func takeAll(_ events: [JSONValue], for ledger: LedgerID, _ responder: HTTPResponder) {
    var results: [EventResult] = []
    var facts: [IncomingFact] = []
    var places: [Int] = []
    for (index, event) in events.enumerated() {
      do throws(HTTPProblem) {
        let fact = try IncomingFact(event, for: ledger)
        facts.append(fact)
        places.append(index)
        results.append(EventResult(id: fact.draft.id, source: fact.draft.source, .accepted))
      } catch {
        var problem = error
        problem.param = "[\(index)]" + (error.param.map { ".\($0)" } ?? "")
        results.append(EventResult(id: event["id"]?.string, source: event["source"]?.string, .refused(problem)))
      }
    }
    guard !facts.isEmpty else { return responder.respond(EventResult.answer(results)) }
    let read = results
    let numbers = places
    desk.submit(facts) { result in
      switch result {
      case .failure(let problem): responder.respond(problem.response)
      case .success(let stored):
        var results = read
        for (place, result) in zip(numbers, stored) { results[place].result = result }
        responder.respond(EventResult.answer(results))
      }
    }
  }
}
