import Messages
import Testing

@Suite("Section 4: an amount over time")
struct AmortizationTests {
  /// One line: granularity, amount, start, end, revenue by period.
  struct Row: Sendable, CustomStringConvertible {
    let granularity: String
    let amount: Int
    let start: String
    let end: String
    let revenue: String

    init(_ granularity: String, _ amount: Int, _ start: String, _ end: String, _ revenue: String) {
      (self.granularity, self.amount, self.start, self.end, self.revenue) = (granularity, amount, start, end, revenue)
    }

    var description: String { "\(granularity) \(amount) \(start) \(end)" }
  }

  static let rows: [Row] = [
    // 100.00 over 31 + 28 + 31 days: what is recognized through a month is rounded down.
    Row("day", 10000, "2019-01-01T00:00:00Z", "2019-04-01T00:00:00Z", "2019-01 3444, 2019-02 3111, 2019-03 3445"),
    // The first day counts whole, the last not at all.
    Row(
      "day", 12000, "2024-06-15T12:00:00Z", "2024-10-13T12:00:00Z",
      "2024-06 1600, 2024-07 3100, 2024-08 3100, 2024-09 3000, 2024-10 1200"),
    Row(
      "second", 12000, "2024-06-15T12:00:00Z", "2024-10-13T12:00:00Z",
      "2024-06 1550, 2024-07 3100, 2024-08 3100, 2024-09 3000, 2024-10 1250"),
    // Four months are touched and the last is left out; equal parts.
    Row(
      "month", 12000, "2024-06-15T12:00:00Z", "2024-10-13T12:00:00Z",
      "2024-06 3000, 2024-07 3000, 2024-08 3000, 2024-09 3000"),
    // A month that the service fills is kept, and so is an only one.
    Row("month", 100, "2024-01-15T00:00:00Z", "2024-04-01T00:00:00Z", "2024-01 33, 2024-02 33, 2024-03 34"),
    Row("month", 100, "2024-01-15T00:00:00Z", "2024-01-20T00:00:00Z", "2024-01 100"),
    // 15.50 and 12.50 at the ends; 92.00 in three parts between.
    Row(
      "month_prorated", 12000, "2024-06-15T12:00:00Z", "2024-10-13T12:00:00Z",
      "2024-06 1550, 2024-07 3066, 2024-08 3066, 2024-09 3068, 2024-10 1250"),
    // With none between, the last takes what is left.
    Row("month_prorated", 1000, "2024-01-16T00:00:00Z", "2024-02-15T00:00:00Z", "2024-01 533, 2024-02 467"),
    Row("month_prorated", 1000, "2024-01-16T00:00:00Z", "2024-01-20T00:00:00Z", "2024-01 1000"),
    // No length: all at once.
    Row("second", 1000, "2024-03-16T00:00:00Z", "2024-03-16T00:00:00Z", "2024-03 1000"),
    Row("day", 1000, "2024-03-16T08:00:00Z", "2024-03-16T20:00:00Z", "2024-03 1000"),
    // A negative amount mirrors a positive one.
    Row("day", -10000, "2019-01-01T00:00:00Z", "2019-04-01T00:00:00Z", "2019-01 -3444, 2019-02 -3111, 2019-03 -3445"),
  ]

  @Test("Each granularity cuts as it says", arguments: rows)
  func granularity(_ row: Row) throws {
    var ledger = try Ledger(#"{"amortization":"\#(row.granularity)","long_term_deferred":false}"#)
    try ledger.tell(
      "invoice.finalized", row.start,
      """
      {"invoice":"in_1","customer":"c","currency":"usd","lines":[{"line":"il_1","amount":\(row.amount),\
      "period":{"start":"\(row.start)","end":"\(row.end)"}}]}
      """)
    #expect(ledger.changes(of: .revenue) == row.revenue)
    #expect(ledger.books.states.count == 1)
  }

  @Test("Earlier service is caught up at booking, or restated through unbilled receivables")
  func catchUp() throws {
    let invoice = """
      {"invoice":"in_1","customer":"c","currency":"usd","lines":[{"line":"il_1","amount":9200,\
      "period":{"start":"2024-10-01T00:00:00Z","end":"2025-01-01T00:00:00Z"}}]}
      """
    var on = try Ledger()
    try on.tell("invoice.finalized", "2024-11-01", invoice)
    #expect(on.changes(of: .revenue) == "2024-11 6100, 2024-12 3100")
    #expect(on.changes(of: .unbilledAccountsReceivable) == "")

    var off = try Ledger(#"{"amortization":"day","catch_up_revenue":false,"long_term_deferred":false}"#)
    try off.tell("invoice.finalized", "2024-11-01", invoice)
    #expect(off.changes(of: .revenue) == "2024-10 3100, 2024-11 3000, 2024-12 3100")
    #expect(off.changes(of: .unbilledAccountsReceivable) == "2024-10 3100, 2024-11 -3100")
    #expect(off.changes(of: .accountsReceivable) == "2024-11 9200")
    #expect(off.changes(of: .deferredRevenue) == "2024-11 3100, 2024-12 -3100")
  }

  @Test("What is due after more than twelve periods sits in long-term deferred revenue")
  func longTerm() throws {
    var ledger = try Ledger(#"{"amortization":"month"}"#)
    try ledger.tell(
      "invoice.finalized", "2025-01-10",
      """
      {"invoice":"in_1","customer":"c","currency":"usd","lines":[{"line":"il_1","amount":1500,\
      "period":{"start":"2025-01-01T00:00:00Z","end":"2026-04-01T00:00:00Z"}}]}
      """)
    // Fifteen months of 1.00. At the end of January those of February and March 2026 lie beyond twelve periods.
    #expect(ledger.changes(of: .longTermDeferredRevenue) == "2025-01 200, 2025-02 -100, 2025-03 -100")
    #expect(ledger.changes(of: .deferredRevenue).hasPrefix("2025-01 1200, 2025-04 -100"))
  }

  @Test("Service of more periods than can be kept is refused")
  func tooLong() throws {
    var ledger = try Ledger()
    let fact = try ledger.tell(
      "invoice.finalized", "2025-01-10",
      """
      {"invoice":"in_1","customer":"c","currency":"usd","lines":[{"line":"il_1","amount":1500,\
      "period":{"start":"0001-01-01T00:00:00Z","end":"9999-04-01T00:00:00Z"}}]}
      """)
    #expect(ledger.refusal(of: fact) == "period_too_long")
    #expect(ledger.posted.isEmpty)
  }
}
