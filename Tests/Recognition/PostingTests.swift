import Accounting
import Messages
import Recognition
import Testing

@Suite("Posting is a difference")
struct PostingTests {
  static let invoice = """
    {"invoice":"in_1","customer":"c","currency":"usd","lines":[{"line":"il_1","amount":9000,\
    "period":{"start":"2019-01-01T00:00:00Z","end":"2019-04-01T00:00:00Z"}}]}
    """

  @Test("A payment waits for its invoice, and is booked when that is told")
  func waiting() throws {
    var ledger = try Ledger()
    let charge = try ledger.tell(
      "charge.succeeded", "2019-01-05", #"{"charge":"ch_1","currency":"usd","amount":9000,"invoice":"in_1"}"#)
    #expect(ledger.outcomes[charge] == .waiting(Reference(.invoice, "in_1")))
    #expect(ledger.posted.isEmpty)
    try ledger.tell("invoice.finalized", "2019-01-01", Self.invoice)
    #expect(ledger.outcomes[charge] == .posted)
    #expect(ledger.changes(of: .cash) == "2019-01 9000")
    #expect(ledger.changes(of: .accountsReceivable) == "")
  }

  @Test("Told again it counts once; told differently it is refused")
  func identity() throws {
    var ledger = try Ledger()
    try ledger.tell("invoice.finalized", "2019-01-01", Self.invoice)
    let sums = ledger.sums
    let again = try ledger.tell("invoice.finalized", "2019-01-01", Self.invoice)
    #expect(ledger.outcomes[again] == .duplicate)
    let other = try ledger.tell(
      "invoice.finalized", "2019-01-01", Self.invoice.replacing("9000", with: "9001"))
    #expect(ledger.refusal(of: other) == "conflict")
    #expect(ledger.sums == sums)
  }

  @Test("A rule set later corrects closed periods in the first open one")
  func correction() throws {
    var ledger = try Ledger()
    try ledger.tell("invoice.finalized", "2019-01-01", Self.invoice)
    try ledger.tell("period.closed", "2019-03-02", #"{"through":"2019-02"}"#)
    try ledger.tell(
      "rule.set", "2019-03-03",
      """
      {"rule":"r","name":"r","position":1,"apply_to":[{"on":"invoice_line","field":"any"}],"treatments":[\
      {"type":"amortize_line_period","allocation_percent":80},{"type":"passthrough_fees","allocation_percent":20}]}
      """)
    #expect(ledger.changes(of: .revenue) == "2019-01 3100, 2019-02 2800, 2019-03 1300")
    let corrections = ledger.posted.filter { $0.originalPeriod != nil }
    #expect(corrections.allSatisfy { $0.from == AccountingPeriod(year: 2019, month: 3) && $0.amounts.count == 1 })
    #expect(corrections.count == 4)
  }

  @Test("A setting changed later acts on what it covers, and back")
  func settings() throws {
    var ledger = try Ledger()
    try ledger.tell("invoice.finalized", "2019-01-01", Self.invoice)
    try ledger.tell("settings.changed", "2019-05-01", #"{"amortization":"month"}"#)
    #expect(ledger.changes(of: .revenue) == "2019-01 3000, 2019-02 3000, 2019-03 3000")
    try ledger.tell("settings.changed", "2019-05-02", #"{"amortization":"day"}"#)
    #expect(ledger.changes(of: .revenue) == "2019-01 3100, 2019-02 2800, 2019-03 3100")
  }

  @Test("A period that the calendar has not is refused")
  func unknownPeriod() throws {
    var ledger = try Ledger()
    let fact = try ledger.tell("period.closed", "2019-03-02", #"{"through":"2019-P02"}"#)
    #expect(ledger.refusal(of: fact) == "unknown_period")
  }
}
