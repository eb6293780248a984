import Accounting
import Reports
import Testing

@Suite struct ReportQueryTests {
  static func query(_ pairs: [(name: String, value: String)], of name: ReportName = .debitsAndCredits) throws
    -> ReportQuery
  {
    try ReportQuery(pairs, for: ReportDefinition.named(name.rawValue), calendar: .months)
  }

  @Test("Every parameter is read, and written back as it was")
  func roundTrip() throws {
    let pairs: [(name: String, value: String)] = [
      ("start", "2026-01"), ("end", "2026-12"), ("currency", "usd"), ("by", "customer"),
      ("corrections", "only"), ("as_of", "2026-06-30T12:00:00Z"), ("format", "csv"),
    ]
    let query = try Self.query(pairs)
    #expect(query.pairs(calendar: .months).map { "\($0.name)=\($0.value)" } == pairs.map { "\($0.name)=\($0.value)" })
  }

  @Test("What contracts were signed for can be left out, and a contract named")
  func ofContracts() throws {
    let query = try Self.query([("memorandum", "exclude")], of: .trialBalance)
    #expect(query.pairs(calendar: .months).map(\.value) == ["exclude"])
    #expect(try Self.query([("contract", "ct_1")], of: .contracts).contract == "ct_1")
    let problem = try #require(throws: ReportProblem.self) { try Self.query([("memorandum", "no")], of: .trialBalance) }
    #expect(problem.param == "memorandum")
  }

  @Test("What a form leaves open counts as not said")
  func emptyValues() throws {
    #expect(try Self.query([("currency", ""), ("start", "")]) == ReportQuery())
  }

  @Test(
    "A wrong value is refused with the parameter's name",
    arguments: [
      ("start", "2026-13", "parameter_invalid"), ("start", "2026-00", "parameter_invalid"),
      ("start", "2026-1", "parameter_invalid"), ("start", "26-01", "parameter_invalid"),
      ("start", "2026-02-30", "parameter_invalid"), ("start", "'; DROP", "parameter_invalid"),
      ("end", "soon", "parameter_invalid"), ("end", "2026-P01", "parameter_invalid"),
      ("currency", "usdd", "parameter_invalid"), ("currency", "zzz", "parameter_invalid"),
      ("by", "color", "parameter_invalid"), ("corrections", "yes", "parameter_invalid"),
      ("as_of", "yesterday", "parameter_invalid"), ("format", "pdf", "parameter_invalid"),
      ("limit", "5", "parameter_unknown"), ("colour", "red", "parameter_unknown"),
    ])
  func wrong(name: String, value: String, code: String) throws {
    let problem = try #require(throws: ReportProblem.self) { try Self.query([(name, value)]) }
    #expect(problem.param == name && problem.code.rawValue == code)
    #expect(problem.message.contains(name))
  }

  @Test("An end before its start, and a parameter said twice, are refused")
  func contradictions() throws {
    let order = try #require(throws: ReportProblem.self) { try Self.query([("start", "2026-02"), ("end", "2026-01")]) }
    #expect(order.param == "end")
    let twice = try #require(throws: ReportProblem.self) { try Self.query([("end", "2026-02"), ("end", "2026-02")]) }
    #expect(twice.code == .parameterRepeated)
  }

  @Test("A limit is a whole number from 1 on", arguments: ["0", "-1", "1.5", "many", "99999999999999999999"])
  func limits(_ value: String) throws {
    let problem = try #require(throws: ReportProblem.self) { try Self.query([("limit", value)], of: .entries) }
    #expect(problem.param == "limit")
    #expect(try Story.report(.entries, [("limit", "3")]).rows.count == 3)
  }

  @Test("A report that is none is refused with the names of those there are")
  func unknownReport() throws {
    let problem = try #require(throws: ReportProblem.self) { try ReportDefinition.named("profit") }
    #expect(problem.code == .reportUnknown && problem.message.contains("trial_balance"))
  }

  @Test("Every report is defined once")
  func catalog() {
    #expect(ReportDefinition.all.map(\.name.rawValue).sorted() == ReportName.allCases.map(\.rawValue).sorted())
  }
}
