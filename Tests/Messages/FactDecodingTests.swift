import JSON
import Messages
import Testing

/// A fact that cannot be read, and what is said of it: `code param`, one for each problem.
struct BadFact: CustomStringConvertible, Sendable {
  let type: String
  let data: String
  let problems: [String]

  var description: String { type + " " + data }
}

@Suite("What is wrong with a fact is said by code and member")
struct FactDecodingTests {
  static let bad: [BadFact] = [
    BadFact(type: "invoice.sent", data: "{}", problems: ["unsupported_type type"]),
    BadFact(type: "invoice.finalized", data: "[]", problems: ["parameter_invalid_object "]),
    BadFact(
      type: "invoice.finalized", data: "{}",
      problems: [
        "parameter_missing invoice", "parameter_missing customer", "parameter_missing currency",
        "parameter_missing lines",
      ]),
    BadFact(
      type: "invoice.finalized",
      data: #"{"invoice":"in_1","customer":"cus_1","currency":"usd","lines":[{"line":"il_1","amount":"100"}]}"#,
      problems: ["parameter_invalid_integer lines[0].amount"]),
    BadFact(
      type: "invoice.finalized",
      data: #"{"invoice":"","customer":5,"currency":"USD","lines":[{"line":"il_1","amount":1.5},{"line":"il_1"}]}"#,
      problems: [
        "parameter_invalid_string invoice", "parameter_invalid_string customer", "unknown_currency currency",
        "parameter_invalid_integer lines[0].amount", "parameter_missing lines[1].amount",
        "parameter_duplicate lines[1].line",
      ]),
    BadFact(
      type: "invoice.finalized",
      data: #"{"invoice":"in_1","customer":"c","currency":"xyz","lines":[{"line":"l","amount":1000000000000001}]}"#,
      problems: ["unknown_currency currency", "amount_too_large lines[0].amount"]),
    BadFact(
      type: "invoice.finalized",
      data: """
        {"invoice":"in_1","customer":"c","currency":"usd","lines":[{"line":"a","amount":999999999999999},\
        {"line":"b","amount":999999999999999}]}
        """,
      problems: ["amount_too_large lines"]),
    BadFact(
      type: "invoice.finalized",
      data: """
        {"invoice":"in_1","customer":"c","currency":"usd","lines":[{"line":"a","amount":1,\
        "period":{"start":"2022-02-01T00:00:00Z","end":"2022-01-01T00:00:00Z"}},\
        {"line":"b","amount":1,"period":{"start":"2022-02-30T00:00:00Z","end":7}}]}
        """,
      problems: [
        "period_reversed lines[0].period.end", "parameter_invalid_timestamp lines[1].period.start",
        "parameter_invalid_timestamp lines[1].period.end",
      ]),
    BadFact(
      type: "charge.succeeded", data: #"{"charge":"ch_1","currency":"usd","amount":-1}"#,
      problems: ["parameter_invalid_integer amount"]),
    BadFact(
      type: "subscription_item.defined",
      data: """
        {"subscription_item":"si","subscription":"s","customer":"c","currency":"usd","unit_amount":0.02,"aggregate":"avg"}
        """,
      problems: ["parameter_invalid_decimal unit_amount", "parameter_invalid_enum aggregate"]),
    BadFact(
      type: "performance_obligation.fulfilled",
      data: #"{"fulfillment":"f","target":{"type":"invoice_line_item"},"period":{"start":"2022-01-01T00:00:00Z"}}"#,
      problems: ["parameter_missing target.invoice_line_item", "parameter_missing amount"]),
    BadFact(
      type: "performance_obligation.fulfilled",
      data: """
        {"fulfillment":"f","target":{"type":"invoice_line_item","invoice_line_item":"il"},"units":1,"percent":150,\
        "period":{"start":"2022-01-01T00:00:00Z"}}
        """,
      problems: ["parameter_invalid percent"]),
    BadFact(
      type: "rule.set",
      data: """
        {"rule":"r","name":"r","position":1,"apply_to":[{"on":"order","field":"id","operator":"is","value":"x"}],\
        "treatments":[{"type":"tax","allocation_percent":100}]}
        """,
      problems: ["parameter_invalid_enum apply_to[0].on"]),
    BadFact(
      type: "rule.set",
      data: """
        {"rule":"r","name":"r","position":1,"apply_to":[{"on":"invoice","field":"any"}],\
        "treatments":[{"type":"tax","allocation_percent":30},{"type":"exclude","allocation_percent":"60.5"}]}
        """,
      problems: ["percentages_do_not_add_up treatments"]),
    BadFact(
      type: "settings.changed", data: #"{"amortization":"hour","catch_up_revenue":"yes"}"#,
      problems: ["parameter_invalid_enum amortization", "parameter_invalid_boolean catch_up_revenue"]),
    BadFact(type: "period.closed", data: #"{"through":202102}"#, problems: ["parameter_invalid_string through"]),
  ]

  @Test("Every problem is found, none hidden by another", arguments: bad)
  func everyProblem(_ example: BadFact) throws {
    let data = try JSONDocument(parsing: Array(example.data.utf8)).root
    let found = Fact.check(type: example.type, data: data).map { "\($0.code) \($0.param ?? "")" }
    #expect(found == example.problems)
  }

  @Test("Decoding throws the first of them", arguments: bad)
  func first(_ example: BadFact) throws {
    let data = try JSONDocument(parsing: Array(example.data.utf8)).root
    let error = #expect(throws: FactError.self) { try Fact.decode(type: example.type, data: data) }
    #expect(error.map { "\($0.code) \($0.param ?? "")" } == example.problems.first)
  }

  @Test("A text of 500 characters is read, one of 501 is not")
  func longText() throws {
    func problems(_ length: Int) throws -> [String] {
      let name = String(repeating: "é", count: length)
      let text = #"{"customer":"cus_1","name":"\#(name)"}"#
      return Fact.check(type: "customer.updated", data: try JSONDocument(parsing: Array(text.utf8)).root).map(\.code)
    }
    #expect(try problems(500) == [])
    #expect(try problems(501) == ["parameter_too_long"])
  }

  @Test("Members that nobody knows are ignored")
  func unknownMembers() throws {
    let text = #"{"invoice":"in_1","customer":"c","currency":"usd","lines":[],"weather":"fine"}"#
    #expect(Fact.check(type: "invoice.finalized", data: try JSONDocument(parsing: Array(text.utf8)).root).isEmpty)
  }

  @Test(
    "What is written is read back the same",
    arguments: [
      (
        "invoice.finalized",
        #"{"invoice":"in_1","number":"A-1","customer":"c","currency":"eur","lines":[{"line":"il_1","amount":1200,"#
          + #""discount":100,"taxes":[{"amount":100,"inclusive":true}],"period":{"start":"2022-01-01T00:00:00Z","#
          + #""end":"2023-01-01T00:00:00Z"},"quantity":"2.5","product":"p","metadata":{"k":"v"}}],"metadata":{}}"#
      ),
      ("charge.succeeded", #"{"charge":"ch_1","currency":"usd","amount":5,"invoice":"in_1","customer":"c","fee":1}"#),
      ("usage.recorded", #"{"usage":"u","subscription_item":"si","quantity":"0.25"}"#),
      (
        "usage.totaled",
        #"{"subscription_item":"si","from":"2022-01-01T00:00:00Z","to":"2022-01-02T00:00:00Z","quantity":"3","#
          + #""events":2,"max":"2","last":"1","last_at":"2022-01-01T10:00:00Z"}"#
      ),
      (
        "performance_obligation.fulfilled",
        #"{"fulfillment":"f","target":{"type":"invoice_line_item","invoice_line_item":"il"},"amount":1000,"#
          + #""currency":"usd","period":{"start":"2022-07-29T07:00:00Z"},"metadata":{"note":"D-7"}}"#
      ),
      ("performance_obligation.reversed", #"{"fulfillment":"f"}"#),
    ])
  func roundTrip(_ type: String, _ text: String) throws {
    let fact = try Fact.decode(type: type, data: JSONDocument(parsing: Array(text.utf8)).root)
    var writer = JSONWriter()
    fact.encode(into: &writer)
    #expect(try Fact.decode(type: type, data: JSONDocument(parsing: writer.bytes).root) == fact)
  }

  @Test("A type's place is its place in the list")
  func places() {
    #expect(FactType.allCases.map(\.place) == Array(FactType.allCases.indices))
  }
}
