import Accounting
import Foundation
import FoundationNetworking
import HTTP
import JSON
import Messages
import Postgres
import ServiceKit
import Testing

@testable import Reporting

/// Reports as a client meets them: over HTTP, from the tables.
@Suite(.enabled(if: ScratchSchema.postgres != nil)) struct RouteTests {
  struct Answer {
    let status: Int
    let headers: [String: String]
    let body: String

    func error(_ member: String) throws -> String? {
      try JSONDocument(parsing: Array(body.utf8)).root["error"]?[member]?.string
    }
  }

  private func ask(
    _ path: String, key: String? = "sk_test_demo", account: String? = nil, of server: HTTPServer
  ) async throws -> Answer {
    var request = URLRequest(url: try #require(URL(string: "http://127.0.0.1:\(server.port)\(path)")))
    if let key { request.setValue("Bearer \(key)", forHTTPHeaderField: "Authorization") }
    if let account { request.setValue(account, forHTTPHeaderField: "Stripe-Account") }
    let (data, response) = try await URLSession.shared.data(for: request)
    let http = try #require(response as? HTTPURLResponse)
    var headers: [String: String] = [:]
    for (name, value) in http.allHeaderFields { headers["\(name)".lowercased()] = "\(value)" }
    return Answer(status: http.statusCode, headers: headers, body: String(decoding: data, as: UTF8.self))
  }

  /// One key for one account; who else has which is not this service's own affair.
  private static let access: @Sendable (HTTPRequest) throws(HTTPProblem) -> LedgerID = { request throws(HTTPProblem) in
    guard request.credentials == "sk_test_demo" else { throw HTTPProblem(status: 401, code: "api_key_invalid", "No.") }
    return LedgerID(account: request.headers["Stripe-Account"] ?? "acct_demo", livemode: false)
  }

  /// Serves the books of one posting and one fact that waits, and what the story adds.
  private func serving(
    _ more: (inout JournalStory) throws -> Void = { _ in }, _ body: (HTTPServer) async throws -> Void
  ) async throws {
    let schema = try ScratchSchema()
    var story = JournalStory()
    try story.post(
      "a", entries: [.run(.accountsReceivable, .revenue, [36_500])],
      outcomes: [Outcome(source: "test", id: "w", type: "charge.succeeded", status: .waiting, message: "Waits <here>.")]
    )
    try more(&story)
    let batch = try story.batch(0..<story.messages.count)
    try schema.connection.transaction {
      try ReportingHandler(calendar: .months).save(
        batch, in: ReportingStore(connection: schema.connection, lane: JournalStory.lane))
    }
    let name = schema.name
    let desk = ReadDesk { () throws(PostgresError) in
      try PostgresConnection(ScratchSchema.postgres ?? "", applicationName: "reporting tests", schema: name)
    }
    var router = Router()
    ReportRoutes(
      desk: desk, access: Self.access, log: Log(service: "test", minimum: .error)
    ).add(to: &router)
    let server = try HTTPServer(configuration: HTTPConfiguration(host: "127.0.0.1", port: 0), routes: router)
    do {
      try await body(server)
    } catch {
      server.stop(graceSeconds: 1)
      throw error
    }
    server.stop(graceSeconds: 1)
    try schema.close()
  }

  @Test("Every report is answered in every form, and says how far the books have come")
  func forms() async throws {
    try await serving { server in
      for (path, type) in [
        ("/v1/reports/trial_balance", "application/json"), ("/v1/reports/trial_balance?format=csv", "text/csv"),
        ("/v1/reports/entries?format=jsonl", "application/jsonl"), ("/v1/reports/waterfall?format=table", "text/plain"),
        ("/", "text/html"), ("/reports/debits_and_credits?by=customer&currency=", "text/html"),
        ("/reports/open_facts", "text/html"),
      ] {
        let answer = try await ask(path, of: server)
        #expect(answer.status == 200 && answer.headers["content-type"]?.hasPrefix(type) == true, "\(path)")
        #expect(answer.headers["earned-complete-through"] == "2022-07-01T00:00:00Z")
        #expect(
          answer.headers["earned-positions"] == "\(JournalStory.lane)=\(10 + JournalStory.lane)"
            && answer.headers["earned-waiting"] == "1")
      }
      let report = try await ask("/v1/reports/trial_balance?end=2022-06", of: server)
      let root = try JSONDocument(parsing: Array(report.body.utf8)).root
      #expect(root["rows"]?.elements.compactMap { $0["ending"]?.integer } == [36_500, -36_500])
      #expect(
        root["complete_through"]?["positions"]?.elements.first?["sequence"]?.integer == Int64(10 + JournalStory.lane))
      #expect(root["waiting"]?.integer == 1 && root["refused"]?.integer == 0)
      let page = try await ask("/reports/open_facts", of: server)
      #expect(page.body.contains("Waits &lt;here&gt;.") && page.headers["content-security-policy"] != nil)
    }
  }

  @Test(
    "A wrong question is answered with what is wrong",
    arguments: [
      ("/v1/reports/trial_balance?start=2026-13", 400, "parameter_invalid", "start"),
      ("/v1/reports/trial_balance?end=2026-02-30", 400, "parameter_invalid", "end"),
      ("/v1/reports/trial_balance?start=2026-02&end=2026-01", 400, "parameter_invalid", "end"),
      ("/v1/reports/waterfall?start=0001-01&end=9999-12", 400, "parameter_invalid", "start"),
      ("/v1/reports/trial_balance?color=red", 400, "parameter_unknown", "color"),
      ("/v1/reports/profit", 404, "report_unknown", nil),
    ] as [(String, Int, String, String?)])
  func wrong(path: String, status: Int, code: String, param: String?) async throws {
    try await serving { server in
      let answer = try await ask(path, of: server)
      #expect(answer.status == status)
      #expect(try answer.error("code") == code && answer.error("param") == param)
      #expect(try answer.error("type") == "invalid_request_error")
      let page = try await ask(path.replacing("/v1", with: ""), of: server)
      #expect(page.status == status && page.body.contains("<h1>"))
    }
  }

  @Test("Without a key nothing is shown, and with one its own account's books only")
  func keys() async throws {
    try await serving { server in
      for path in ["/v1/reports/trial_balance", "/", "/reports/entries", "/v1/reports/positions"] {
        #expect(try await ask(path, key: nil, of: server).status == 401)
        #expect(try await ask(path, of: server).status == 200)
      }
      let other = try await ask("/v1/reports/trial_balance", account: "acct_other", of: server)
      #expect(other.status == 200 && !other.body.contains("36500"))
    }
  }

  @Test("Periods of weeks have their names in reports, pages, pickers and questions of their account alone")
  func weeks() async throws {
    try await serving { story in
      try story.post(
        "c", type: "settings.changed", told: #"{"calendar":{"kind":"4-4-5","start":"2022-06-01"}}"#,
        account: "acct_weeks")
      try story.post(
        "d", entries: [.run(.accountsReceivable, .revenue, [100, 200], from: 5)], account: "acct_weeks")
    } _: { server in
      func weeks(_ path: String) async throws -> Answer { try await ask(path, account: "acct_weeks", of: server) }
      let entries = try await weeks("/v1/reports/entries?format=csv")
      #expect(entries.body.contains("2022-05,") && entries.body.contains("2022-P01,"))
      let moved = try await weeks("/v1/reports/debits_and_credits?format=csv&start=2022-P01&end=2022-P02")
      #expect(moved.body.contains("2022-P01,2022-P01,usd,AccountsReceivable,Revenue,2.00"))
      #expect(!moved.body.contains("2022-05"))
      for path in ["/", "/reports/trial_balance", "/reports/waterfall", "/reports/debits_and_credits"] {
        #expect(try await weeks(path + "?end=2022-P02").body.contains("<option value=\"2022-P01\""), "\(path)")
      }
      let wrong = try await weeks("/v1/reports/trial_balance?end=2022-07")
      #expect(try wrong.status == 400 && wrong.error("param") == "end")
      let months = try await ask("/reports/trial_balance?end=2022-06", of: server)
      #expect(months.body.contains("<option value=\"2022-06\"") && !months.body.contains("2022-P"))
    }
  }

  @Test("What reports there are can be asked without a key")
  func catalog() async throws {
    try await serving { server in
      let answer = try await ask("/v1/reports", key: nil, of: server)
      #expect(answer.status == 200 && answer.body.contains("\"id\":\"trial_balance\""))
    }
  }
}
