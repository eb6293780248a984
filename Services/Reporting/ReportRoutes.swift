import Accounting
import HTTP
import JSON
import Messages
import Postgres
import Reports
import ServiceKit

/// The addresses under which reports are read: as data under `/v1`, as pages elsewhere.
struct ReportRoutes: Sendable {
  let desk: ReadDesk
  /// Whose books the request's key opens.
  let access: @Sendable (HTTPRequest) throws(HTTPProblem) -> LedgerID
  let log: Log

  func add(to router: inout Router) {
    router.on(.get, "/v1/reports", answer: catalog)
    router.on(.get, "/v1/reports/{name}") { answer($0, $1, name: $0.pathParameter("name"), otherwise: .json) }
    for (path, form) in [("/v1/reports", ReportFormat.json), ("/reports", .html)] {
      router.on(.get, path + "/contracts/{contract}") { request, responder in
        answer(
          request, responder, name: ReportName.contracts.rawValue, otherwise: form,
          about: [(ReportQuery.Parameter.contract.rawValue, request.pathParameter("contract"))])
      }
    }
    router.on(.get, "/v1/reports/positions") { positions($0, $1) }
    router.on(.get, "/") { answer($0, $1, name: ReportName.overview.rawValue, otherwise: .html) }
    router.on(.get, "/reports/{name}") { answer($0, $1, name: $0.pathParameter("name"), otherwise: .html) }
  }

  /// What reports there are, and what each takes.
  private func catalog(_ request: HTTPRequest) -> HTTPResponse {
    var writer = JSONWriter()
    writer.object {
      $0.member("object", "list")
      $0.member("url", "/v1/reports")
      $0.member("has_more", false)
      $0.member("data", array: { list in for definition in ReportDefinition.all { definition.write(to: &list) } })
    }
    return .json(writer.bytes)
  }

  /// A report, in the form asked for.
  private func answer(
    _ request: HTTPRequest, _ responder: HTTPResponder, name: String, otherwise form: ReportFormat,
    about: [(name: String, value: String)] = []
  ) {
    // A problem is told in the form in which the answer was expected.
    @Sendable func fail(_ problem: ReportProblem) {
      let status = problem.code == .reportUnknown ? 404 : 400
      responder.respond(
        form == .html
          ? page(Array(PageFrame.standalone.page(for: problem).utf8), status: status)
          : HTTPProblem(status: status, code: problem.code.rawValue, problem.message, param: problem.param).response)
    }
    let ledger: LedgerID
    let definition: ReportDefinition
    do throws(HTTPProblem) {
      ledger = try access(request)
    } catch {
      return responder.respond(error.response)
    }
    do throws(ReportProblem) {
      definition = try ReportDefinition.named(name)
    } catch {
      return fail(error)
    }
    read(responder) { connection in
      var store = LedgerStore(connection: connection, ledger: ledger)
      let configuration = try store.configuration()
      let calendar = configuration.calendar
      let context = ReportContext(
        calendar: calendar, current: calendar.period(containing: .now), now: .now,
        completeness: try store.completeness())
      do {
        var query = try ReportQuery(about + request.query, for: definition, calendar: calendar)
        query.format = query.format ?? form
        if definition.namesAccounts { store.generalLedger = try store.generalLedger(configuration) }
        return response(try definition.report(query, from: store, in: context), for: ledger)
      } catch let problem as ReportProblem {
        fail(problem)
        return nil
      }
    }
  }

  /// How far the account's books have come.
  private func positions(_ request: HTTPRequest, _ responder: HTTPResponder) {
    let ledger: LedgerID
    do throws(HTTPProblem) {
      ledger = try access(request)
    } catch {
      return responder.respond(error.response)
    }
    read(responder) { connection in
      let store = LedgerStore(connection: connection, ledger: ledger)
      let completeness = try store.completeness()
      var writer = JSONWriter()
      writer.object {
        $0.member("object", "positions")
        $0.member("account", ledger.account)
        $0.member("livemode", ledger.livemode)
        completeness.write(to: &$0)
      }
      return .json(writer.bytes)
    }
  }

  /// Answers with what the function makes of one moment of the tables; nil where it has answered by itself.
  private func read(
    _ responder: HTTPResponder, _ work: @escaping @Sendable (PostgresConnection) throws -> HTTPResponse?
  ) {
    desk.read { connection in
      do {
        let connection = try connection.get()
        let answer = try connection.transaction(isolation: .repeatableRead, isReadOnly: true) { try work(connection) }
        if let answer { responder.respond(answer) }
      } catch {
        log.error("report_failed", ["reason": "\(error)"])
        responder.respond(Self.unavailable.response)
      }
    }
  }

  private static let unavailable = HTTPProblem(
    status: 503, .api, code: "reports_unavailable", "The reports cannot be read at the moment; try again.",
    headers: ["Retry-After": "1"])

  private func response(_ report: Report, for ledger: LedgerID) -> HTTPResponse {
    let format = report.query.format ?? .json
    let bytes = report.rendered(as: format, in: PageFrame(account: ledger.account, livemode: ledger.livemode))
    var response = format == .html ? page(bytes) : HTTPResponse(body: bytes)
    response.headers["Content-Type"] = format.mediaType
    response.headers["Cache-Control"] = "no-store"
    if format == .csv {
      let file = "\(report.definition.name.rawValue).csv"
      response.headers["Content-Disposition"] = "attachment; filename=\"\(file)\""
    }
    // The forms that are rows and nothing else say here how far they go.
    let state = report.completeness
    if let through = state.through { response.headers["Earned-Complete-Through"] = through.rfc3339 }
    response.headers["Earned-Positions"] = state.positions.map { "\($0.lane)=\($0.sequence)" }.joined(separator: ", ")
    response.headers["Earned-Waiting"] = "\(state.waiting)"
    response.headers["Earned-Refused"] = "\(state.refused)"
    return response
  }

  /// A page may load nothing, run nothing, and stand in no other page.
  private func page(_ bytes: [UInt8], status: Int = 200) -> HTTPResponse {
    HTTPResponse(
      status: status,
      headers: [
        "Content-Type": ReportFormat.html.mediaType,
        "Content-Security-Policy":
          "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
      ], body: bytes)
  }
}

extension ReportDefinition {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object {
      $0.member("object", "report_definition")
      $0.member("id", name.rawValue)
      $0.member("title", title)
      $0.member("description", sentence)
      $0.member(
        "parameters",
        array: { list in
          for parameter in ReportQuery.Parameter.allCases where takes(parameter) {
            list.object {
              $0.member("name", parameter.rawValue)
              $0.member("description", parameter.sentence)
            }
          }
        })
    }
  }
}
