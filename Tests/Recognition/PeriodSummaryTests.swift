import Accounting
import Recognition
import Testing

@Suite("The summary of a period, sums done by hand")
struct PeriodSummaryTests {
  /// The lines of a period that are not zero, in order.
  private static func lines(_ ledger: Ledger, _ period: String) throws -> String {
    let found = try #require(Calendar.months.period(named: period))
    let summary = PeriodSummary(
      ledger.posted.flatMap { run in
        run.entries.map { entry in
          PeriodSummary.Movement(
            period: entry.period, booked: run.booked, debit: entry.debit, credit: entry.credit,
            amount: Int128(entry.amountMinorUnits), event: run.cause.type, line: run.line ?? run.transaction)
        }
      })
    return PeriodSummaryLine.allCases.compactMap { line in
      let amount = summary.amount(line, in: found)
      return amount == 0 ? nil : "\(line.rawValue) \(amount)"
    }.joined(separator: ", ")
  }

  private static let quarter =
    #"{"invoice":"in_1","customer":"c","currency":"usd","lines":[{"line":"il_1","amount":9000,"#
    + #""period":{"start":"2022-01-01T00:00:00Z","end":"2022-04-01T00:00:00Z"}}]}"#

  @Test("A refund takes earned revenue as contra and deferred revenue as credit issued")
  func refund() throws {
    var ledger = try Ledger()
    try ledger.tell("invoice.finalized", "2022-01-01", Self.quarter)
    try ledger.tell(
      "charge.succeeded", "2022-01-01", #"{"charge":"ch","invoice":"in_1","currency":"usd","amount":9000}"#)
    try ledger.tell("refund.created", "2022-02-01", #"{"refund":"re","charge":"ch","currency":"usd","amount":4500}"#)
    // 31 of 90 days are earned: half of 3100 is contra, half of 5900 clears deferred revenue; the other half is 2950.
    #expect(
      try Self.lines(ledger, "2022-02")
        == "previously_deferred 1400, less_refunds -1550, net_revenue -150, deferred_starting 5900, "
        + "less_recognized_revenue -1400, less_credits_issued -2950, deferred_ending 1550")
  }

  @Test("Usage counts where it happens, and its invoice adds nothing")
  func usage() throws {
    var ledger = try Ledger()
    try ledger.tell(
      "subscription_item.defined", "2022-01-01",
      #"{"subscription_item":"si","subscription":"sub","customer":"c","currency":"usd","unit_amount":10,"aggregate":"sum"}"#
    )
    try ledger.tell("usage.recorded", "2022-01-15", #"{"usage":"u","subscription_item":"si","quantity":5}"#)
    try ledger.tell(
      "invoice.finalized", "2022-02-01",
      #"{"invoice":"in_1","customer":"c","currency":"usd","lines":[{"line":"il_1","amount":50,"subscription_item":"si","#
        + #""period":{"start":"2022-01-01T00:00:00Z","end":"2022-02-01T00:00:00Z"}}]}"#)
    #expect(try Self.lines(ledger, "2022-01") == "from_metered 50, net_revenue 50")
    #expect(
      try Self.lines(ledger, "2022-02") == "deferred_change_from_new_billings 50, less_recognized_revenue -50")
  }

  @Test("A void, a pending item, and a fee of a platform each have a line of their own")
  func others() throws {
    var ledger = try Ledger()
    try ledger.tell("invoice.finalized", "2022-01-01", Self.quarter)
    try ledger.tell("invoice.voided", "2022-02-10", #"{"invoice":"in_1"}"#)
    try ledger.tell(
      "invoice_item.created", "2022-02-03", #"{"invoice_item":"ii","customer":"c","currency":"usd","amount":70}"#)
    try ledger.tell(
      "application_fee.created", "2022-02-04",
      #"{"application_fee":"fee","charge":"ch_x","amount":30,"currency":"usd"}"#)
    #expect(
      try Self.lines(ledger, "2022-02")
        == "from_unbilled 70, from_platform_fees 30, less_voids -3100, net_revenue -3000, deferred_starting 5900, "
        + "deferred_change_from_new_billings 30, less_recognized_revenue -30, less_credits_issued -5900")
  }
}

@Suite("Account mappings")
struct MappingTests {
  private static func ledger(_ mappings: String...) throws -> (ledger: Ledger, ids: [String]) {
    var ledger = try Ledger()
    var ids: [String] = []
    for mapping in mappings { ids.append(try ledger.tell("account_mapping.set", "2022-01-01", mapping)) }
    try ledger.tell("customer.updated", "2022-01-01", #"{"customer":"c","address":{"country":"US","state":"CA"}}"#)
    try ledger.tell(
      "invoice.finalized", "2022-02-01",
      #"{"invoice":"in_1","customer":"c","currency":"usd","metadata":{"unit":"west"},"#
        + #""lines":[{"line":"il_1","amount":100,"product":"p"}]}"#)
    return (ledger, ids)
  }

  /// What revenue of the invoice is called.
  private static func name(_ ledger: Ledger) -> String? {
    let run = ledger.posted.first { $0.credit == .revenue }
    return run.flatMap {
      GeneralLedger(ledger.books).account(
        .revenue, transaction: $0.transaction, product: $0.product, customer: $0.customer, booked: $0.booked)
    }?.key
  }

  @Test(
    "A condition on product, metadata or region beats a mapping without one",
    arguments: [
      ("product", "p", "special"), ("product", "q", "4000"), ("metadata.unit", "west", "special"),
      ("invoice.metadata.unit", "east", "4000"), ("shipping_region", "US-CA", "special"),
      ("shipping_region", "US", "special"), ("country", "DE", "4000"), ("state", "CA", "special"),
    ])
  func conditions(_ attribute: String, _ value: String, _ expected: String) throws {
    let (ledger, _) = try Self.ledger(
      #"{"mapping":"m1","account":"Revenue","gl_number":"4000"}"#,
      #"{"mapping":"m2","account":"Revenue","gl_name":"special","gl_number":"4001","#
        + #""condition":{"attribute":"\#(attribute)","value":"\#(value)"}}"#)
    #expect(Self.name(ledger) == expected)
  }

  @Test("A mapping holds for what is booked in its time; one that is deleted no more")
  func time() throws {
    var (ledger, _) = try Self.ledger(
      #"{"mapping":"m1","account":"Revenue","gl_name":"old","effective":{"from":"2021-01-01T00:00:00Z","to":"2022-02-01T00:00:00Z"}}"#,
      #"{"mapping":"m2","account":"Revenue","gl_name":"new","effective":{"from":"2022-02-01T00:00:00Z"}}"#)
    #expect(Self.name(ledger) == "new")
    try ledger.tell("account_mapping.deleted", "2022-03-01", #"{"mapping":"m2"}"#)
    #expect(Self.name(ledger) == nil)
  }

  @Test("Two mappings of one account and condition may not overlap")
  func conflict() throws {
    let (ledger, ids) = try Self.ledger(
      #"{"mapping":"m1","account":"Revenue","gl_name":"one","effective":{"from":"2022-01-01T00:00:00Z"}}"#,
      #"{"mapping":"m2","account":"Revenue","gl_name":"two","effective":{"from":"2023-01-01T00:00:00Z"}}"#,
      #"{"mapping":"m3","account":"Cash","gl_name":"three"}"#)
    #expect(ledger.refusal(of: ids[1]) == "mapping_conflict")
    #expect(ledger.refusal(of: ids[2]) == nil)
  }
}
