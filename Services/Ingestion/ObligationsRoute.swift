import Accounting
import Crypto
import HTTP
import JSON
import Messages
import ServiceKit

/// `POST /v1/revenue_recognition/performance_obligations`: reports that something promised has been delivered, and answers with
/// what the books made of it.
struct ObligationsRoute: Sendable {
  private static let path = "/v1/revenue_recognition/performance_obligations"
  private static let source = "earned:api"
  private static let parameters: Set<String> = [
    "target", "period", "amount", "currency", "units", "percent", "description", "metadata", "expand",
  ]

  let desk: SubmissionDesk
  let keys: APIKeys
  let board: OutcomeBoard

  func add(to router: inout Router) {
    router.on(.post, Self.path) { request, responder in
      do throws(HTTPProblem) {
        submit(try fact(request), responder)
      } catch {
        responder.respond(error.response)
      }
    }
  }

  /// The fact that the call amounts to.
  private func fact(_ request: HTTPRequest) throws(HTTPProblem) -> IncomingFact {
    let ledger = try keys.ledger(for: request)
    let parameters = try CallParameters(request)
    try parameters.allow(Self.parameters)
    let delivery = try Self.delivery(request)
    var writer = JSONWriter()
    var problem: HTTPProblem?
    writer.object { writer in
      do throws(HTTPProblem) {
        writer.member("fulfillment", delivery.fulfillment)
        try parameters.copy(
          texts: ["target", "currency", "units", "percent", "description", "metadata"], integers: ["amount"],
          to: &writer)
        try parameters.copyPeriod(to: &writer)
      } catch {
        problem = error
      }
    }
    if let problem { throw problem }
    return try Self.fact(writer.bytes, delivery.id, for: ledger, traceparent: request.headers["traceparent"])
  }

  private static func fact(
    _ data: [UInt8], _ id: String, for ledger: LedgerID, traceparent: String?
  ) throws(HTTPProblem) -> IncomingFact {
    let type = FactType.obligationFulfilled.rawValue
    let (fact, canonical) = try decode(data, type)
    guard case .obligationFulfilled(let fulfilled) = fact else {
      preconditionFailure("a fact of type \(type) is decoded as what it is")
    }
    return IncomingFact(
      Draft(
        id: id, source: source, type: type, subject: fulfilled.fulfillment, time: fulfilled.start,
        dataSchema: "earned:\(type):1", account: ledger.account, livemode: ledger.livemode, traceparent: traceparent,
        data: canonical), fact)
  }

  private static func decode(_ data: [UInt8], _ type: String) throws(HTTPProblem) -> (Fact, [UInt8]) {
    let value: JSONValue
    do throws(JSONError) {
      value = try JSONDocument(parsing: data).root
    } catch {
      throw HTTPProblem(code: "body_malformed", error.message)
    }
    do throws(FactError) {
      return (try Fact.decode(type: type, data: value), value.canonical)
    } catch {
      throw HTTPProblem(error)
    }
  }

  /// The delivery's id, and the fulfillment's own: an idempotency key makes both, so that the same call told again is the same fact.
  private static func delivery(_ request: HTTPRequest) throws(HTTPProblem) -> (id: String, fulfillment: String) {
    guard let key = request.headers["Idempotency-Key"], !key.isEmpty else {
      let id = "po_" + randomBytes(12).hexadecimal
      return (id, id)
    }
    guard key.utf8.count <= 255 else {
      throw HTTPProblem(
        code: "idempotency_key_too_long", "An Idempotency-Key has 255 characters at most.", param: "Idempotency-Key")
    }
    return (key, "po_" + SHA256.hash(key).prefix(12).map { $0 }.hexadecimal)
  }

  private func submit(_ fact: IncomingFact, _ responder: HTTPResponder) {
    desk.submit([fact]) { result in
      switch result {
      case .failure(let problem): responder.respond(problem.response)
      case .success(let results):
        if case .refused(let problem) = results[0] { return responder.respond(Self.answer(to: problem).response) }
        board.await(fact.identity) { responder.respond(Self.answer(fact, $0)) }
      }
    }
  }

  /// A key that was used for something else is an error of its own kind.
  private static func answer(to problem: HTTPProblem) -> HTTPProblem {
    guard problem.code == "conflict" else { return problem }
    return HTTPProblem(
      .idempotency, code: "idempotency_key_reused",
      "This Idempotency-Key has been used with other parameters. Use another key for another call.",
      param: "Idempotency-Key")
  }

  private static func answer(_ fact: IncomingFact, _ outcome: Outcome?) -> HTTPResponse {
    if let outcome, outcome.status == .refused {
      return HTTPProblem(
        code: outcome.code ?? "refused", outcome.message ?? "The books refuse the fulfillment.",
        param: outcome.code == "over_fulfillment" ? "amount" : nil
      ).response
    }
    guard case .obligationFulfilled(let fulfilled) = fact.fact else {
      preconditionFailure("this route submits fulfillments only")
    }
    // What waits for its line, or has not been decided in time, is pending.
    let isApplied = outcome.map { $0.status == .applied || $0.status == .duplicate } ?? false
    var writer = JSONWriter()
    writer.object {
      $0.member("id", fulfilled.fulfillment)
      $0.member("object", "revenue_recognition.performance_obligation")
      fulfilled.describe(in: &$0)
      $0.member("livemode", fact.ledger.livemode)
      $0.member("status", isApplied ? "applied" : "pending")
    }
    return .json(writer.bytes)
  }
}

extension ObligationFulfilled {
  /// Writes the members that the interface shows of a fulfillment, with times in seconds since 1970.
  fileprivate func describe(in writer: inout JSONWriter) {
    switch measure {
    case .amount(let amount, let currency):
      writer.member("amount", amount)
      writer.member("currency", currency.code)
    case .units(let units): writer.member("units", units.text)
    case .percent(let percent): writer.member("percent", percent.text)
    }
    writer.member("description", description)
    writer.member(
      "metadata",
      object: { writer in
        for pair in metadata { writer.member(pair.key, pair.value) }
      })
    writer.member(
      "period",
      object: { writer in
        writer.member("start", start.microseconds / 1_000_000)
        writer.name("end")
        if let end { writer.value(end.microseconds / 1_000_000) } else { writer.null() }
      })
    writer.member(
      "target",
      object: { writer in
        switch target {
        case .invoiceLine(let line):
          writer.member("type", "invoice_line_item")
          writer.member("invoice_line_item", line)
        case .contractItem(let item):
          writer.member("type", "contract_item")
          writer.member("contract_item", item)
        }
      })
  }
}
