import Recognition
import Testing

@Suite("Section 7: discounts as contra revenue")
struct DiscountTests {
  static let settings =
    #"{"amortization":"day","long_term_deferred":false,"discounts_as_contra":true}"#

  /// 90.00 over three months, of which 9.00 are a discount.
  static func line(_ rest: String = "") -> String {
    """
    {"invoice":"in_1","customer":"c","currency":"usd","lines":[{"line":"il_1","amount":9000,"discount":900,\
    "period":{"start":"2019-01-01T00:00:00Z","end":"2019-04-01T00:00:00Z"}\(rest)}]}
    """
  }

  @Test("Billed gross, the discount is taken as revenue is recognized")
  func gross() throws {
    var ledger = try Ledger(Self.settings)
    try ledger.tell("invoice.finalized", "2019-01-01", Self.line())
    #expect(ledger.changes(of: .accountsReceivable) == "2019-01 8100")
    #expect(ledger.changes(of: .revenue) == "2019-01 3100, 2019-02 2800, 2019-03 3100")
    #expect(ledger.changes(of: .discounts) == "2019-01 310, 2019-02 280, 2019-03 310")
    #expect(ledger.changes(of: .deferredRevenue) == "2019-01 5900, 2019-02 -2800, 2019-03 -3100")
    #expect(ledger.changes(of: .deferredDiscounts) == "2019-01 -590, 2019-02 280, 2019-03 310")
    try ledger.tell("settings.changed", "2019-05-01", #"{"discounts_as_contra":false}"#)
    #expect(ledger.changes(of: .discounts) == "")
    #expect(ledger.changes(of: .deferredDiscounts) == "")
    #expect(ledger.changes(of: .revenue) == "2019-01 2790, 2019-02 2520, 2019-03 2790")
  }

  @Test("The discount is rounded by itself")
  func rounding() throws {
    var ledger = try Ledger(Self.settings)
    try ledger.tell("invoice.finalized", "2019-01-01", Self.line().replacing("900,", with: "100,"))
    #expect(ledger.changes(of: .discounts) == "2019-01 34, 2019-02 31, 2019-03 35")
    #expect(ledger.changes(of: .revenue) == "2019-01 3100, 2019-02 2800, 2019-03 3100")
  }

  @Test("An event takes the net; the deferred part clears both sides alike")
  func refund() throws {
    var ledger = try Ledger(Self.settings)
    try ledger.tell("invoice.finalized", "2019-01-01", Self.line())
    try ledger.tell(
      "charge.succeeded", "2019-01-01", #"{"charge":"ch_1","invoice":"in_1","currency":"usd","amount":8100}"#)
    try ledger.tell(
      "refund.created", "2019-02-10", #"{"refund":"re_1","charge":"ch_1","currency":"usd","amount":4050}"#)
    // Half of 31.00 − 3.10 earned; half of 59.00 and 5.90 deferred.
    #expect(ledger.changes(of: .refunds) == "2019-02 1395")
    #expect(ledger.changes(of: .revenue) == "2019-01 3100, 2019-02 1400, 2019-03 1550")
    #expect(ledger.changes(of: .discounts) == "2019-01 310, 2019-02 140, 2019-03 155")
    #expect(ledger.changes(of: .deferredRevenue) == "2019-01 5900, 2019-02 -4350, 2019-03 -1550")
    #expect(ledger.changes(of: .deferredDiscounts) == "2019-01 -590, 2019-02 435, 2019-03 155")
    #expect(ledger.changes(of: .cash) == "2019-01 8100, 2019-02 -4050")
    try ledger.tell("refund.failed", "2019-03-10", #"{"refund":"re_1"}"#)
    // What February would have had, 14.00 and 1.40, is recognized in March.
    #expect(ledger.changes(of: .revenue) == "2019-01 3100, 2019-02 1400, 2019-03 4500")
    #expect(ledger.changes(of: .discounts) == "2019-01 310, 2019-02 140, 2019-03 450")
    #expect(ledger.changes(of: .refunds) == "2019-02 1395, 2019-03 -1395")
  }

  @Test("Shares of tax and passthrough are of the net; each share carries its percentage of the discount")
  func shares() throws {
    var ledger = try Ledger(Self.settings)
    try ledger.tell(
      "rule.set", "1970-01-01",
      """
      {"rule":"r","name":"r","position":1,"apply_to":[{"on":"invoice_line","field":"any"}],"treatments":[\
      {"type":"amortize_line_period","allocation_percent":90},{"type":"passthrough_fees","allocation_percent":10}]}
      """)
    try ledger.tell("invoice.finalized", "2019-01-01", Self.line())
    #expect(ledger.changes(of: .passthroughFees) == "2019-01 810")
    #expect(ledger.changes(of: .revenue) == "2019-01 2790, 2019-02 2520, 2019-03 2790")
    #expect(ledger.changes(of: .discounts) == "2019-01 279, 2019-02 252, 2019-03 279")
    #expect(ledger.changes(of: .accountsReceivable) == "2019-01 8100")
  }

  @Test("A void takes all that is left of both sides; a write-off too")
  func ends() throws {
    for type in ["invoice.voided", "invoice.marked_uncollectible"] {
      var ledger = try Ledger(Self.settings)
      try ledger.tell("invoice.finalized", "2019-01-01", Self.line())
      try ledger.tell(type, "2019-02-01", #"{"invoice":"in_1"}"#)
      #expect(ledger.changes(of: type == "invoice.voided" ? .voids : .badDebt) == "2019-02 2790")
      #expect(ledger.changes(of: .deferredRevenue) == "2019-01 5900, 2019-02 -5900")
      #expect(ledger.changes(of: .deferredDiscounts) == "2019-01 -590, 2019-02 590")
      #expect(ledger.changes(of: .accountsReceivable) == "2019-01 8100, 2019-02 -8100")
    }
  }

  @Test("A fulfillment takes the discount in proportion")
  func fulfilled() throws {
    var ledger = try Ledger(Self.settings)
    try ledger.tell(
      "rule.set", "1970-01-01",
      """
      {"rule":"r","name":"r","position":1,"apply_to":[{"on":"invoice_line","field":"any"}],\
      "treatments":[{"type":"defer_until_fulfilled","allocation_percent":100}]}
      """)
    try ledger.tell("invoice.finalized", "2019-01-01", Self.line(#","quantity":10"#))
    try ledger.tell(
      "performance_obligation.fulfilled", "2019-02-01",
      """
      {"fulfillment":"f_1","target":{"type":"invoice_line_item","invoice_line_item":"il_1"},"units":3,\
      "period":{"start":"2019-02-01T00:00:00Z"}}
      """)
    #expect(ledger.changes(of: .revenue) == "2019-02 2700, 2020-01 6300")
    #expect(ledger.changes(of: .discounts) == "2019-02 270, 2020-01 630")
  }

  @Test("Earlier service shows its discount in its periods where it is not caught up")
  func restated() throws {
    var ledger = try Ledger(Self.settings)
    try ledger.tell("settings.changed", "1970-01-02", #"{"catch_up_revenue":false}"#)
    try ledger.tell("invoice.finalized", "2019-02-01", Self.line())
    #expect(ledger.changes(of: .discounts) == "2019-01 310, 2019-02 280, 2019-03 310")
    #expect(ledger.changes(of: .unbilledAccountsReceivable) == "2019-01 2790, 2019-02 -2790")
    #expect(ledger.changes(of: .accountsReceivable) == "2019-02 8100")
    #expect(ledger.changes(of: .deferredDiscounts) == "2019-02 -310, 2019-03 310")
  }

  @Test("Lines that bill items show no discount; the discount of another currency is converted by itself")
  func itemsAndCurrencies() throws {
    var ledger = try Ledger(Self.settings)
    try ledger.tell(
      "invoice_item.created", "2019-01-01",
      #"{"invoice_item":"ii_1","customer":"c","currency":"usd","amount":9000,"discount":900}"#)
    try ledger.tell("invoice.finalized", "2019-01-01", Self.line(#","invoice_item":"ii_1""#))
    #expect(ledger.changes(of: .discounts) == "")
    #expect(ledger.changes(of: .accountsReceivable) == "2019-01 8100")

    var foreign = try Ledger(Self.settings)
    try foreign.tell("settings.changed", "1970-01-02", #"{"settlement_currencies":["usd"]}"#)
    try foreign.tell(
      "invoice.finalized", "2019-01-01",
      """
      {"invoice":"in_1","customer":"c","currency":"eur","exchange_rate":{"to":"usd","rate":"1.5"},\
      "lines":[{"line":"il_1","amount":1001,"discount":101}]}
      """)
    #expect(foreign.changes(of: .revenue) == "2019-01 1502")
    #expect(foreign.changes(of: .discounts) == "2019-01 152")
    #expect(foreign.changes(of: .accountsReceivable) == "2019-01 1350")
  }
}
