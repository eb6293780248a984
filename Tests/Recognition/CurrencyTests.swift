import Accounting
import Recognition
import Testing

@Suite("Section 8: currencies")
struct CurrencyTests {
  static let dollars = """
    {"amortization":"day","long_term_deferred":false,"settlement_currencies":["usd"],\
    "default_settlement_currency":"usd"}
    """

  /// An invoice of euros on 1 January 2019, at 1.20 dollars.
  static func invoice(_ lines: [Int] = [1000], rate: String? = "1.20") -> String {
    let written = lines.enumerated().map { #"{"line":"il_\#($0.offset)","amount":\#($0.element)}"# }
    let rate = rate.map { #","exchange_rate":{"to":"usd","rate":"\#($0)"}"# } ?? ""
    return """
      {"invoice":"in_1","customer":"c","currency":"eur","lines":[\(written.joined(separator: ","))]\(rate)}
      """
  }

  static func billed(_ lines: [Int] = [1000], rate: String? = "1.20") throws -> Ledger {
    var ledger = try Ledger(dollars)
    try ledger.tell("invoice.finalized", "2019-01-01", invoice(lines, rate: rate))
    return ledger
  }

  static func money(_ amount: Int, _ settled: Int?, _ rest: String) -> String {
    let settlement = settled.map { #","settlement":{"currency":"usd","amount":\#($0)}"# } ?? ""
    return #"{"currency":"eur","amount":\#(amount)\#(settlement),\#(rest)}"#
  }

  static let paid = #""charge":"ch_1","invoice":"in_1""#

  @Test("What a payment clears is the whole in proportion to what was cleared so far, rounded")
  func partPayments() throws {
    // 12.345 and 24.69 dollars: each line by itself, half a cent away from zero. A third of 37.04 is 12.3467.
    var ledger = try Self.billed([1000, 2000], rate: "1.2345")
    #expect(ledger.changes(of: .accountsReceivable) == "2019-01 3704")
    try ledger.tell("charge.succeeded", "2019-02-01", Self.money(1000, 1200, Self.paid))
    #expect(ledger.changes(of: .accountsReceivable) == "2019-01 3704, 2019-02 -1235")
    #expect(ledger.changes(of: .fxLoss) == "2019-02 35")
    try ledger.tell("charge.succeeded", "2019-03-01", Self.money(2000, 2500, #""charge":"ch_2","invoice":"in_1""#))
    #expect(ledger.changes(of: .accountsReceivable) == "2019-01 3704, 2019-02 -1235, 2019-03 -2469")
    #expect(ledger.changes(of: .fxLoss) == "2019-02 35, 2019-03 -31")
    #expect(ledger.changes(of: .cash) == "2019-02 1200, 2019-03 2500")
  }

  @Test("Without a rate a fact waits and names the pair; a published one serves from its day on, in its direction")
  func published() throws {
    var ledger = try Ledger(Self.dollars)
    let invoice = try ledger.tell(
      "invoice.finalized", "2019-01-10",
      """
      {"invoice":"in_1","customer":"c","currency":"eur","lines":[{"line":"il_1","amount":10000,\
      "taxes":[{"amount":1900,"inclusive":false}]}]}
      """)
    let charge = try ledger.tell("charge.succeeded", "2019-02-10", Self.money(11900, nil, Self.paid))
    #expect(ledger.outcomes[invoice] == .waiting(Reference(.exchangeRate, "eur/usd")))
    #expect(ledger.outcomes[charge] == .waiting(Reference(.invoice, "in_1")))
    try ledger.tell("exchange_rate.published", "2019-01-01", Self.rate("0.9", "2019-01-01", from: "usd", to: "eur"))
    try ledger.tell("exchange_rate.published", "2019-01-11", Self.rate("1.15", "2019-01-11"))
    #expect(ledger.posted.isEmpty)
    try ledger.tell("exchange_rate.published", "2019-01-01", Self.rate("1.10", "2019-01-01"))
    #expect(ledger.changes(of: .revenue) == "2019-01 11000")
    #expect(ledger.changes(of: .taxLiability) == "2019-01 2090")
    #expect(ledger.outcomes[charge] == .posted)
    // At 1.15 of 11 January: 136.85 for 130.90.
    #expect(ledger.changes(of: .cash) == "2019-02 13685")
    #expect(ledger.changes(of: .fxLoss) == "2019-02 -595")
    // A rate of a day in between, told later, changes what came after that day.
    try ledger.tell("exchange_rate.published", "2019-03-01", Self.rate("1.20", "2019-02-09"))
    #expect(ledger.changes(of: .cash) == "2019-02 14280")
    #expect(ledger.changes(of: .accountsReceivable) == "2019-01 13090, 2019-02 -13090")
  }

  static func rate(_ rate: String, _ day: String, from: String = "eur", to: String = "usd") -> String {
    #"{"from":"\#(from)","to":"\#(to)","rate":"\#(rate)","on":"\#(day)"}"#
  }

  @Test("A payment that stands alone spreads what was settled over revenue and tax")
  func standAlone() throws {
    var ledger = try Ledger(Self.dollars)
    try ledger.tell(
      "charge.succeeded", "2019-01-10",
      Self.money(11900, 13090, #""charge":"ch_1","fee":50,"taxes":[{"amount":1900,"inclusive":true}]"#))
    #expect(ledger.changes(of: .revenue) == "2019-01 11000")
    #expect(ledger.changes(of: .taxLiability) == "2019-01 2090")
    #expect(ledger.changes(of: .cash) == "2019-01 13040")
    try ledger.tell("refund.created", "2019-02-01", Self.money(5950, 7000, #""refund":"re_1","charge":"ch_1""#))
    // Half of it, 65.45, leaves as 70.00.
    #expect(ledger.changes(of: .refunds) == "2019-02 5500")
    #expect(ledger.changes(of: .taxLiability) == "2019-01 2090, 2019-02 -1045")
    #expect(ledger.changes(of: .fxLoss) == "2019-02 455")
    #expect(ledger.changes(of: .cash) == "2019-01 13040, 2019-02 -7000")
  }

  @Test("What was overpaid stands at the payment's rate and goes back first; a refund that fails comes back as it left")
  func overpaid() throws {
    var ledger = try Self.billed()
    try ledger.tell("charge.succeeded", "2019-01-20", Self.money(1500, 1650, Self.paid))
    #expect(ledger.changes(of: .fxLoss) == "2019-01 100")
    #expect(ledger.changes(of: .overpayments) == "2019-01 550")
    try ledger.tell("refund.created", "2019-02-01", Self.money(700, 840, #""refund":"re_1","charge":"ch_1""#))
    #expect(ledger.changes(of: .overpayments) == "2019-01 550, 2019-02 -550")
    #expect(ledger.changes(of: .refunds) == "2019-02 240")
    #expect(ledger.changes(of: .fxLoss) == "2019-01 100, 2019-02 50")
    try ledger.tell("refund.failed", "2019-03-01", #"{"refund":"re_1"}"#)
    #expect(ledger.changes(of: .fxLoss) == "2019-01 100, 2019-02 50, 2019-03 -50")
    #expect(ledger.changes(of: .cash) == "2019-01 1650, 2019-02 -840, 2019-03 840")
    #expect(ledger.changes(of: .refunds) == "2019-02 240, 2019-03 -240")
  }

  @Test("What a failed refund had taken of an overpayment goes back first again")
  func overpaidTwice() throws {
    var ledger = try Self.billed()
    try ledger.tell("charge.succeeded", "2019-01-20", Self.money(1500, 1650, Self.paid))
    try ledger.tell("refund.created", "2019-02-01", Self.money(500, 550, #""refund":"re_1","charge":"ch_1""#))
    try ledger.tell("refund.failed", "2019-02-10", #"{"refund":"re_1"}"#)
    #expect(ledger.changes(of: .overpayments) == "2019-01 550")
    try ledger.tell("refund.created", "2019-03-01", Self.money(500, 550, #""refund":"re_2","charge":"ch_1""#))
    #expect(ledger.changes(of: .overpayments) == "2019-01 550, 2019-03 -550")
    #expect(ledger.changes(of: .refunds) == "")
  }

  @Test("A dispute takes at the invoice's rate, and what comes back of it in part is settled anew")
  func dispute() throws {
    var ledger = try Self.billed()
    try ledger.tell("charge.succeeded", "2019-01-20", Self.money(1000, 1200, Self.paid))
    try ledger.tell("dispute.created", "2019-02-01", Self.money(1000, 1300, #""dispute":"dp_1","charge":"ch_1""#))
    #expect(ledger.changes(of: .disputes) == "2019-02 1200")
    #expect(ledger.changes(of: .fxLoss) == "2019-02 100")
    try ledger.tell(
      "dispute.won", "2019-03-01",
      #"{"dispute":"dp_1","amount":500,"settlement":{"currency":"usd","amount":620}}"#)
    #expect(ledger.changes(of: .disputes) == "2019-02 1200, 2019-03 -600")
    #expect(ledger.changes(of: .fxLoss) == "2019-02 100, 2019-03 -20")
    #expect(ledger.changes(of: .cash) == "2019-01 1200, 2019-02 -1300, 2019-03 620")
  }

  @Test("A note lowers the receivable at the invoice's rate; its refund adds only what its own rate makes of it")
  func notes() throws {
    var ledger = try Self.billed()
    try ledger.tell(
      "credit_note.issued", "2019-02-01", #"{"credit_note":"cn_1","invoice":"in_1","currency":"eur","amount":300}"#)
    #expect(ledger.changes(of: .creditNotes) == "2019-02 360")
    try ledger.tell("charge.succeeded", "2019-02-10", Self.money(700, 770, Self.paid))
    #expect(ledger.changes(of: .accountsReceivable) == "2019-01 1200, 2019-02 -1200")
    #expect(ledger.changes(of: .fxLoss) == "2019-02 70")
    try ledger.tell(
      "credit_note.issued", "2019-03-01",
      """
      {"credit_note":"cn_2","invoice":"in_1","currency":"eur","amount":100,"refunds":[{"refund":"re_1","amount":100}]}
      """)
    #expect(ledger.changes(of: .refunds) == "2019-03 120")
    try ledger.tell("refund.created", "2019-03-01", Self.money(100, 110, #""refund":"re_1","charge":"ch_1""#))
    #expect(ledger.changes(of: .refunds) == "2019-03 120")
    #expect(ledger.changes(of: .fxLoss) == "2019-02 70, 2019-03 -10")
    #expect(ledger.changes(of: .cash) == "2019-02 770, 2019-03 -110")
  }

  @Test("A note of a line converts that line by itself, its tax too")
  func noteOfLine() throws {
    var ledger = try Ledger(Self.dollars)
    try ledger.tell(
      "invoice.finalized", "2019-01-01",
      """
      {"invoice":"in_1","customer":"c","currency":"eur","exchange_rate":{"to":"usd","rate":"1.5"},"lines":[\
      {"line":"il_1","amount":1000,"taxes":[{"amount":190,"inclusive":false}]},{"line":"il_2","amount":500}]}
      """)
    try ledger.tell(
      "credit_note.issued", "2019-02-01",
      """
      {"credit_note":"cn_1","invoice":"in_1","currency":"eur","amount":1190,\
      "lines":[{"invoice_line":"il_1","amount":1190,"taxes":[{"amount":190,"inclusive":false}]}]}
      """)
    #expect(ledger.changes(of: .creditNotes) == "2019-02 1500")
    #expect(ledger.changes(of: .taxLiability) == "2019-01 285, 2019-02 -285")
    #expect(ledger.changes(of: .accountsReceivable) == "2019-01 2535, 2019-02 -1785")
  }

  @Test("A void takes what is left; what was paid becomes the customer's balance")
  func void() throws {
    var ledger = try Self.billed()
    try ledger.tell("charge.succeeded", "2019-01-20", Self.money(400, 440, Self.paid))
    try ledger.tell("invoice.voided", "2019-02-01", #"{"invoice":"in_1"}"#)
    #expect(ledger.changes(of: .voids) == "2019-02 1200")
    #expect(ledger.changes(of: .accountsReceivable) == "2019-01 720, 2019-02 -720")
    #expect(ledger.changes(of: .customerBalance) == "2019-02 480")
    #expect(ledger.changes(of: .fxLoss) == "2019-01 40")
  }

  @Test("What is written off comes back at the invoice's rate, whatever the money is worth")
  func writtenOff() throws {
    var ledger = try Self.billed()
    try ledger.tell("invoice.marked_uncollectible", "2019-02-01", #"{"invoice":"in_1"}"#)
    #expect(ledger.changes(of: .badDebt) == "2019-02 1200")
    try ledger.tell("charge.succeeded", "2019-03-01", Self.money(500, 550, Self.paid))
    #expect(ledger.changes(of: .badDebt) == "2019-02 1200, 2019-03 -600")
    #expect(ledger.changes(of: .fxLoss) == "2019-03 50")
    try ledger.tell("refund.created", "2019-04-01", Self.money(500, 560, #""refund":"re_1","charge":"ch_1""#))
    #expect(ledger.changes(of: .refunds) == "2019-04 600")
    #expect(ledger.changes(of: .fxLoss) == "2019-03 50, 2019-04 -40")
  }

  @Test("A delayed payment stands at the invoice's rate until it is confirmed")
  func pending() throws {
    var ledger = try Self.billed()
    try ledger.tell("charge.pending", "2019-01-20", Self.money(1000, nil, Self.paid))
    #expect(ledger.changes(of: .pendingCash) == "2019-01 1200")
    #expect(ledger.changes(of: .accountsReceivable) == "")
    try ledger.tell("charge.succeeded", "2019-02-01", Self.money(1000, 1100, Self.paid))
    #expect(ledger.changes(of: .pendingCash) == "2019-01 1200, 2019-02 -1200")
    #expect(ledger.changes(of: .cash) == "2019-02 1100")
    #expect(ledger.changes(of: .fxLoss) == "2019-02 100")
  }

  @Test("A pending item accrues at the rate of the day it appears; the invoice's rate makes a difference of it")
  func pendingItem() throws {
    var ledger = try Ledger(Self.dollars)
    try ledger.tell("exchange_rate.published", "2019-01-01", Self.rate("1.00", "2019-01-01"))
    try ledger.tell("exchange_rate.published", "2019-02-01", Self.rate("1.10", "2019-02-01"))
    let period = #""period":{"start":"2019-01-01T00:00:00Z","end":"2019-03-01T00:00:00Z"}"#
    try ledger.tell(
      "invoice_item.created", "2019-01-01",
      #"{"invoice_item":"ii_1","customer":"c","currency":"eur","amount":5900,\#(period)}"#)
    #expect(ledger.changes(of: .unbilledAccountsReceivable) == "2019-01 3100, 2019-02 2800")
    try ledger.tell(
      "invoice.finalized", "2019-02-01",
      """
      {"invoice":"in_1","customer":"c","currency":"eur","lines":[\
      {"line":"il_1","amount":5900,"invoice_item":"ii_1",\(period)}]}
      """)
    #expect(ledger.changes(of: .unbilledAccountsReceivable) == "2019-01 3100, 2019-02 -3100")
    #expect(ledger.changes(of: .accountsReceivable) == "2019-02 6490")
    #expect(ledger.changes(of: .revenue) == "2019-01 3100, 2019-02 3080")
    #expect(ledger.changes(of: .fxLoss) == "2019-02 -310")
  }

  @Test("Usage accrues at the rate of its period's last day")
  func usage() throws {
    var ledger = try Ledger(Self.dollars)
    try ledger.tell(
      "subscription_item.defined", "2019-01-01",
      """
      {"subscription_item":"si_1","subscription":"sub_1","customer":"c","currency":"eur","unit_amount":100,\
      "aggregate":"sum"}
      """)
    let usage = try ledger.tell(
      "usage.recorded", "2019-01-10", #"{"usage":"u_1","subscription_item":"si_1","quantity":10}"#)
    #expect(ledger.outcomes[usage] == .waiting(Reference(.exchangeRate, "eur/usd")))
    try ledger.tell("exchange_rate.published", "2019-01-31", Self.rate("1.00", "2019-01-31"))
    #expect(ledger.outcomes[usage] == .posted)
    #expect(ledger.changes(of: .revenue) == "2019-01 1000")
    try ledger.tell(
      "invoice.finalized", "2019-02-10",
      """
      {"invoice":"in_1","customer":"c","currency":"eur","exchange_rate":{"to":"usd","rate":"1.2"},"lines":[\
      {"line":"il_1","amount":1000,"subscription_item":"si_1",\
      "period":{"start":"2019-01-01T00:00:00Z","end":"2019-02-01T00:00:00Z"}}]}
      """)
    #expect(ledger.changes(of: .unbilledAccountsReceivable) == "2019-01 1000, 2019-02 -1000")
    #expect(ledger.changes(of: .accountsReceivable) == "2019-02 1200")
    #expect(ledger.changes(of: .revenue) == "2019-01 1000")
    #expect(ledger.changes(of: .fxLoss) == "2019-02 -200")
  }

  @Test("Foreign receivables are remeasured at each period's end, and taken back with the next")
  func remeasured() throws {
    var ledger = try Self.billed()
    for (rate, day) in [("1.25", "2019-01-31"), ("1.30", "2019-02-15")] {
      try ledger.tell("exchange_rate.published", "2019-01-01", Self.rate(rate, day))
    }
    #expect(ledger.changes(of: .unrealizedFxLoss) == "")
    try ledger.tell("settings.changed", "2019-01-01", #"{"remeasure_receivables":true}"#)
    #expect(ledger.changes(of: .unrealizedFxLoss) == "2019-01 -50, 2019-02 -50, 2019-03 100")
    try ledger.tell("charge.succeeded", "2019-02-20", Self.money(400, 500, Self.paid))
    // 6.00 euros are open at the end of February: 7.80 for 7.20.
    #expect(ledger.changes(of: .unrealizedFxLoss) == "2019-01 -50, 2019-02 -10, 2019-03 60")
    #expect(ledger.changes(of: .accountsReceivable) == "2019-01 1250, 2019-02 -470, 2019-03 -60")
    try ledger.tell("exchange_rate.published", "2019-03-10", Self.rate("1.00", "2019-03-10"))
    #expect(ledger.changes(of: .unrealizedFxLoss) == "2019-01 -50, 2019-02 -10, 2019-03 180, 2019-04 -120")
  }

  @Test("From its date on, transactions go into the functional currency; earlier ones stay in their book")
  func functional() throws {
    var ledger = try Ledger(
      #"{"amortization":"day","functional_currency":{"currency":"usd","from":"2019-02-01"}}"#)
    try ledger.tell("charge.succeeded", "2019-01-31", Self.money(1000, 1100, #""charge":"ch_1""#))
    try ledger.tell("charge.succeeded", "2019-02-01", Self.money(1000, 1100, #""charge":"ch_2""#))
    try ledger.tell("refund.created", "2019-03-01", Self.money(1000, 1200, #""refund":"re_1","charge":"ch_1""#))
    let euros = ledger.posted.filter { $0.currency.code == "eur" }
    #expect(Set(euros.map(\.transaction)) == ["ch_1"])
    #expect(euros.flatMap(\.entries).allSatisfy { $0.amountMinorUnits == 1000 })
    #expect(
      ledger.posted.filter { $0.currency.code == "usd" }.flatMap(\.entries).allSatisfy { $0.amountMinorUnits == 1100 })
  }

  static let digits: [(String, Int, String, Int)] = [
    ("jpy", 500, "0.009", 450), ("kwd", 1000, "3.25", 325), ("kwd", 1, "5", 1), ("clf", 10000, "38.5", 3850),
  ]

  @Test("A rate is between major units", arguments: digits)
  func minorUnits(_ currency: String, _ amount: Int, _ rate: String, _ dollars: Int) throws {
    var ledger = try Ledger(Self.dollars)
    try ledger.tell(
      "charge.succeeded", "2019-01-10",
      """
      {"charge":"ch_1","currency":"\(currency)","amount":\(amount),"exchange_rate":{"to":"usd","rate":"\(rate)"}}
      """)
    #expect(ledger.changes(of: .revenue) == "2019-01 \(dollars)")
  }

  @Test("A fee is in the settlement's currency, in the book of that currency")
  func fee() throws {
    var ledger = try Ledger()
    try ledger.tell("charge.succeeded", "2019-01-10", Self.money(1000, 1100, #""charge":"ch_1","fee":33"#))
    let fees = ledger.posted.filter { $0.debit == .fees }
    #expect(fees.map(\.currency.code) == ["usd"])
    #expect(ledger.posted.filter { $0.currency.code == "eur" }.flatMap(\.entries).count == 3)
  }

  @Test("Balances, grants, fees, transfers and manual sales are converted at the rate of their day")
  func others() throws {
    var ledger = try Ledger(Self.dollars)
    try ledger.tell("exchange_rate.published", "2019-01-01", Self.rate("1.10", "2019-01-01"))
    try ledger.tell("exchange_rate.published", "2019-02-01", Self.rate("1.20", "2019-02-01"))
    let euros = #""currency":"eur","amount":100"#
    try ledger.tell("customer_balance.adjusted", "2019-01-02", #"{"adjustment":"a_1","customer":"c",\#(euros)}"#)
    #expect(ledger.changes(of: .customerBalance) == "2019-01 110")
    try ledger.tell(
      "credit_grant.granted", "2019-01-02", #"{"grant":"g_1","customer":"c","category":"paid",\#(euros)}"#)
    try ledger.tell(
      "credit_grant.expired", "2019-02-02",
      #"{"grant":"g_1","customer":"c","category":"paid","currency":"eur","amount":40}"#)
    #expect(ledger.changes(of: .creditGrants) == "2019-01 110, 2019-02 -44")
    try ledger.tell("fee.charged", "2019-02-02", #"{"fee":"f_1",\#(euros)}"#)
    #expect(ledger.changes(of: .fees) == "2019-02 120")
    try ledger.tell("transfer.created", "2019-01-02", #"{"transfer":"t_1",\#(euros)}"#)
    try ledger.tell("transfer.reversed", "2019-02-02", #"{"reversal":"r_1","transfer":"t_1","amount":100}"#)
    #expect(ledger.changes(of: .transfer) == "2019-01 110, 2019-02 -120")
    try ledger.tell(
      "external_transaction.recorded", "2019-01-02", #"{"source":"shop","transaction":"x_1",\#(euros)}"#)
    try ledger.tell(
      "external_transaction.refunded", "2019-02-02",
      #"{"source":"shop","refund":"xr_1","transaction":"x_1","amount":100}"#)
    #expect(ledger.changes(of: .externalRefunds) == "2019-02 110")
    #expect(ledger.changes(of: .externalAsset) == "2019-01 110, 2019-02 -120")
    #expect(ledger.changes(of: .fxLoss) == "2019-02 10")
  }

  @Test("An obligation is fulfilled in the line's currency")
  func fulfilled() throws {
    var ledger = try Ledger(Self.dollars)
    try ledger.tell(
      "rule.set", "1970-01-01",
      """
      {"rule":"r","name":"r","position":1,"apply_to":[{"on":"invoice_line","field":"any"}],\
      "treatments":[{"type":"defer_until_fulfilled","allocation_percent":100}]}
      """)
    try ledger.tell("invoice.finalized", "2019-01-01", Self.invoice([1001], rate: "1.5"))
    for (index, amount) in [(2, 333), (3, 333), (4, 335)] {
      let fact = try ledger.tell(
        "performance_obligation.fulfilled", "2019-0\(index)-01",
        """
        {"fulfillment":"f_\(index)","target":{"type":"invoice_line_item","invoice_line_item":"il_0"},\
        "amount":\(amount),"currency":"eur","period":{"start":"2019-0\(index)-01T00:00:00Z"}}
        """)
      #expect(ledger.outcomes[fact] == .posted)
    }
    // 15.02 dollars for 10.01 euros: through each, 4.997, 9.993 and all.
    #expect(ledger.changes(of: .revenue) == "2019-02 500, 2019-03 499, 2019-04 503")
  }

  @Test("A contract accrues at the rate of signing; what bills it ahead stands at the invoice's rate")
  func contract() throws {
    var ledger = try Ledger(Self.dollars)
    try ledger.tell("settings.changed", "1970-01-02", #"{"amortization":"month"}"#)
    let signed = try ledger.tell(
      "contract.created", "2019-01-01",
      """
      {"contract":"con_1","customer":"c","currency":"eur","signed_at":"2019-01-01T00:00:00Z","items":[\
      {"item":"ci_1","amount_subtotal":60000,\
      "period":{"start":"2019-01-01T00:00:00Z","end":"2019-07-01T00:00:00Z"}}]}
      """)
    #expect(ledger.outcomes[signed] == .waiting(Reference(.exchangeRate, "eur/usd")))
    try ledger.tell("exchange_rate.published", "2019-01-01", Self.rate("1.00", "2018-12-31"))
    #expect(ledger.changes(of: .contractAsset).hasPrefix("2019-01 50000, 2019-02 -10000"))
    try ledger.tell(
      "invoice.finalized", "2019-02-15",
      """
      {"invoice":"in_1","customer":"c","currency":"eur","contract":"con_1",\
      "exchange_rate":{"to":"usd","rate":"1.10"},"lines":[{"line":"il_1","amount":30000}]}
      """)
    // 200.00 euros were accrued, now 220.00 dollars; 100.00 are billed ahead, at 110.00 dollars, and used in March.
    #expect(ledger.changes(of: .accountsReceivable) == "2019-02 33000")
    #expect(
      ledger.changes(of: .unbilledAccountsReceivable)
        == "2019-01 10000, 2019-02 -10000, 2019-04 10000, 2019-05 10000, 2019-06 10000")
    #expect(ledger.changes(of: .fxLoss) == "2019-02 -2000")
    #expect(
      ledger.changes(of: .revenue)
        == "2019-01 10000, 2019-02 10000, 2019-03 11000, 2019-04 10000, 2019-05 10000, 2019-06 10000")
    #expect(ledger.changes(of: .deferredRevenue) == "2019-02 11000, 2019-03 -11000")
    try ledger.tell("charge.succeeded", "2019-03-01", Self.money(30000, 36000, Self.paid))
    #expect(ledger.changes(of: .accountsReceivable) == "2019-02 33000, 2019-03 -33000")
    #expect(ledger.changes(of: .fxLoss) == "2019-02 -2000, 2019-03 -3000")
    try ledger.tell("refund.created", "2019-04-01", Self.money(15000, 18000, #""refund":"re_1","charge":"ch_1""#))
    #expect(ledger.changes(of: .refunds) == "2019-04 16500")
    #expect(ledger.changes(of: .cash) == "2019-03 36000, 2019-04 -18000")
    try ledger.tell("settings.changed", "1970-01-03", #"{"remeasure_receivables":true}"#)
    try ledger.tell("exchange_rate.published", "2019-01-01", Self.rate("1.20", "2019-01-31"))
    try ledger.tell("exchange_rate.published", "2019-01-01", Self.rate("1.20", "2019-02-28"))
    // At the end of January 100.00 euros are accrued, at the end of February 300.00 are billed.
    #expect(ledger.changes(of: .unrealizedFxLoss) == "2019-01 -2000, 2019-02 -1000, 2019-03 3000")
  }

  @Test("Amounts that cannot be kept after conversion are refused")
  func tooLarge() throws {
    var ledger = try Ledger(Self.dollars)
    let fact = try ledger.tell(
      "invoice.finalized", "2019-01-01", Self.invoice([1_000_000_000_000_000], rate: "1.1"))
    #expect(ledger.refusal(of: fact) == "amount_too_large")
    #expect(ledger.posted.isEmpty)
  }
}
