import Recognition
import Testing

@Suite("Section 10: performance obligations")
struct FulfillmentTests {
  /// A prepaid package of 100 units for 100.00, on 1 June 2022.
  static func package() throws -> Ledger {
    var ledger = try Ledger()
    try ledger.tell(
      "rule.set", "1970-01-01",
      """
      {"rule":"r","name":"r","position":1,"apply_to":[{"on":"product","field":"id","operator":"is","value":"pack"}],\
      "treatments":[{"type":"defer_until_fulfilled","allocation_percent":100}]}
      """)
    try ledger.tell(
      "invoice.finalized", "2022-06-01",
      """
      {"invoice":"in_1","customer":"c","currency":"usd","lines":[\
      {"line":"il_1","amount":10000,"quantity":100,"product":"pack"},{"line":"il_2","amount":500}]}
      """)
    return ledger
  }

  static func target(_ line: String = "il_1") -> String {
    #""target":{"type":"invoice_line_item","invoice_line_item":"\#(line)"}"#
  }

  @Test("Amount, units and cumulative percent recognize their share; the fallback the rest")
  func measures() throws {
    var ledger = try Self.package()
    #expect(ledger.changes(of: .revenue) == "2022-06 500, 2023-06 10000")
    try ledger.tell(
      "performance_obligation.fulfilled", "2022-07-29",
      """
      {"fulfillment":"f1",\(Self.target()),"amount":1000,"currency":"usd","period":{"start":"2022-07-29T00:00:00Z"}}
      """)
    try ledger.tell(
      "performance_obligation.fulfilled", "2022-08-10",
      #"{"fulfillment":"f2",\#(Self.target()),"units":5,"period":{"start":"2022-08-10T00:00:00Z"}}"#)
    try ledger.tell(
      "performance_obligation.fulfilled", "2022-09-10",
      #"{"fulfillment":"f3",\#(Self.target()),"percent":"12.5","period":{"start":"2022-09-10T00:00:00Z"}}"#)
    // Units gave 5.00, so 12.5 percent give 7.50 more.
    #expect(ledger.changes(of: .revenue) == "2022-06 500, 2022-07 1000, 2022-08 500, 2022-09 750, 2023-06 7750")
    try ledger.tell("performance_obligation.reversed", "2022-10-01", #"{"fulfillment":"f1"}"#)
    #expect(ledger.changes(of: .revenue) == "2022-06 500, 2022-08 500, 2022-09 750, 2023-06 8750")
  }

  static let refused: [(String, String)] = [
    (#""amount":10001,"currency":"usd","period":{"start":"2022-07-01T00:00:00Z"}"#, "over_fulfillment"),
    (#""units":101,"period":{"start":"2022-07-01T00:00:00Z"}"#, "over_fulfillment"),
    (#""amount":100,"currency":"eur","period":{"start":"2022-07-01T00:00:00Z"}"#, "currency_mismatch"),
    (#""amount":100,"currency":"usd","period":{"start":"2023-06-01T00:00:00Z"}"#, "over_fulfillment"),
  ]

  @Test("What the obligation cannot give is refused, and nothing changes", arguments: refused)
  func refusals(_ measure: String, _ code: String) throws {
    var ledger = try Self.package()
    let sums = ledger.sums
    let fact = try ledger.tell(
      "performance_obligation.fulfilled", "2022-07-01", #"{"fulfillment":"f1",\#(Self.target()),\#(measure)}"#)
    #expect(ledger.refusal(of: fact) == code)
    #expect(ledger.sums == sums)
  }

  @Test("A line that no rule defers cannot be fulfilled, nor can units of one without a quantity")
  func wrongLine() throws {
    var ledger = try Self.package()
    let fact = try ledger.tell(
      "performance_obligation.fulfilled", "2022-07-01",
      #"{"fulfillment":"f1",\#(Self.target("il_2")),"units":1,"period":{"start":"2022-07-01T00:00:00Z"}}"#)
    #expect(ledger.refusal(of: fact) == "not_deferred_until_fulfilled")
  }

  @Test("A refused fulfillment stands once an earlier one is reversed")
  func stands() throws {
    var ledger = try Self.package()
    try ledger.tell(
      "performance_obligation.fulfilled", "2022-07-01",
      """
      {"fulfillment":"f1",\(Self.target()),"amount":9000,"currency":"usd","period":{"start":"2022-07-01T00:00:00Z"}}
      """)
    let second = try ledger.tell(
      "performance_obligation.fulfilled", "2022-08-01",
      """
      {"fulfillment":"f2",\(Self.target()),"amount":2000,"currency":"usd","period":{"start":"2022-08-01T00:00:00Z"}}
      """)
    #expect(ledger.refusal(of: second) == "over_fulfillment")
    try ledger.tell("performance_obligation.reversed", "2022-09-01", #"{"fulfillment":"f1"}"#)
    #expect(ledger.outcomes[second] == .posted)
    #expect(ledger.changes(of: .revenue) == "2022-06 500, 2022-08 2000, 2023-06 8000")
  }
}
