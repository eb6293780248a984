import Accounting
import Recognition
import Testing

@Suite("Section 12: closing, manual entries, opening balances")
struct ClosingTests {
  static let entry = """
    {"journal_entry":"je_1","period":"2019-01","debit":"Cash","credit":"Revenue","amount":500,"currency":"usd"}
    """

  @Test("A manual entry into a closed period is refused, and stands once it is reopened")
  func manual() throws {
    var ledger = try Ledger()
    try ledger.tell("period.closed", "2019-02-02", #"{"through":"2019-01"}"#)
    let fact = try ledger.tell("journal_entry.recorded", "2019-02-03", Self.entry)
    #expect(ledger.refusal(of: fact) == "period_closed")
    #expect(ledger.posted.isEmpty)
    try ledger.tell("period.reopened", "2019-02-04", #"{"from":"2019-01"}"#)
    #expect(ledger.outcomes[fact] == .posted)
    #expect(ledger.changes(of: .revenue) == "2019-01 500")
  }

  @Test("One that was booked while its period was open stays, and cannot be deleted while it is closed")
  func deletion() throws {
    var ledger = try Ledger()
    try ledger.tell("journal_entry.recorded", "2019-01-03", Self.entry)
    try ledger.tell("period.closed", "2019-02-02", #"{"through":"2019-01"}"#)
    let fact = try ledger.tell("journal_entry.deleted", "2019-02-03", #"{"journal_entry":"je_1"}"#)
    #expect(ledger.refusal(of: fact) == "period_closed")
    #expect(ledger.changes(of: .revenue) == "2019-01 500")
    try ledger.tell("period.reopened", "2019-02-04", #"{"from":"2019-01"}"#)
    #expect(ledger.outcomes[fact] == .posted)
    #expect(ledger.changes(of: .revenue) == "")
  }

  static func opening(
    billed: Int = 12000, recognized: Int = 5000, deferred: Int = 7000, receivable: Int = 2000, left: String
  ) -> String {
    """
    {"line":"il_9","customer":"c","currency":"usd","billed":\(billed),"recognized":\(recognized),\
    "deferred":\(deferred),"receivable":\(receivable),"left":[\(left)],"on":"2019-06-01"}
    """
  }

  static let left = #"{"period":"2019-06","amount":3000},{"period":"2019-08","amount":4000}"#

  @Test("An opening balance is booked as told in the period before the cut-over; what is left follows")
  func openingBalance() throws {
    var ledger = try Ledger()
    try ledger.tell("opening_balance.recorded", "2019-06-03", Self.opening(left: Self.left))
    #expect(ledger.changes(of: .accountsReceivable) == "2019-05 2000")
    #expect(ledger.changes(of: .cash) == "2019-05 10000")
    #expect(ledger.changes(of: .revenue) == "2019-05 5000, 2019-06 3000, 2019-08 4000")
    #expect(ledger.changes(of: .deferredRevenue) == "2019-05 7000, 2019-06 -3000, 2019-08 -4000")
    // Half of it is taken back in July: 40.00 of the 80.00 earned, 20.00 of the 40.00 deferred.
    try ledger.tell(
      "refund.created", "2019-07-03", #"{"refund":"re_1","invoice":"il_9","currency":"usd","amount":6000}"#)
    #expect(ledger.changes(of: .refunds) == "2019-07 4000")
    #expect(ledger.changes(of: .revenue) == "2019-05 5000, 2019-06 3000, 2019-08 2000")
  }

  static let wrong: [(String, String)] = [
    (opening(billed: 12001, left: left), "does_not_tie_out"),
    (opening(receivable: 12001, left: left), "does_not_tie_out"),
    (opening(receivable: -1, left: left), "does_not_tie_out"),
    (opening(left: #"{"period":"2019-06","amount":3000}"#), "does_not_tie_out"),
    (opening(left: #"{"period":"2019-05","amount":7000}"#), "does_not_tie_out"),
    (opening(left: #"{"period":"2019-P05","amount":7000}"#), "unknown_period"),
  ]

  @Test("One that does not tie out is refused, and nothing is booked", arguments: wrong)
  func refused(_ data: String, _ code: String) throws {
    var ledger = try Ledger()
    let fact = try ledger.tell("opening_balance.recorded", "2019-06-03", data)
    #expect(ledger.refusal(of: fact) == code)
    #expect(ledger.posted.isEmpty)
  }
}
