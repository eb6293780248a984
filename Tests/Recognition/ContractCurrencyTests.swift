import Accounting
import Recognition
import Testing

@Suite("Sections 8 and 11: contracts in another currency")
struct ContractCurrencyTests {
  static let settings =
    #"{"amortization":"day","long_term_deferred":false,"settlement_currencies":["usd"],"default_settlement_currency":"usd"}"#

  static func rate(_ day: String, _ rate: String) -> ContractStory.Told {
    (
      "exchange_rate.published", day, #"{"from":"eur","to":"usd","rate":"\#(rate)","on":"\#(day)"}"#
    )
  }

  /// 120.00 EUR over the 120 days from January to April: 132.00 USD at 1.10, 1.10 a day.
  static let signed: ContractStory.Told = (
    "contract.created", "2025-01-01",
    #"{"contract":"ct","customer":"c","currency":"eur","signed_at":"2025-01-01T00:00:00Z","#
      + #""items":[\#(ContractStory.item("ci", 12_000, ContractStory.period("2025-01-01", "2025-05-01")))]}"#
  )

  static func invoice(_ amount: Int) -> ContractStory.Told {
    (
      "invoice.finalized", "2025-02-10",
      #"{"invoice":"in","customer":"c","currency":"eur","contract":"ct","lines":[{"line":"l","amount":\#(amount)}]}"#
    )
  }

  static let accrued = "2025-01 3410, 2025-02 3080, 2025-03 3410, 2025-04 3300"

  static let stories: [ContractStory] = [
    ContractStory(
      title: "It accrues at the rate of signing", settings: settings,
      facts: [rate("2025-01-01", "1.1"), rate("2025-02-01", "1.2"), signed],
      expected: [
        (.revenue, accrued), (.unbilledAccountsReceivable, accrued),
        (.contractAsset, "2025-01 9790, 2025-02 -3080, 2025-03 -3410, 2025-04 -3300"),
      ]),
    ContractStory(
      title:
        "Invoiced at another rate, the difference on what was accrued is an exchange loss; what is ahead keeps its rate",
      settings: settings,
      facts: [rate("2025-01-01", "1.1"), rate("2025-02-01", "1.2"), signed, invoice(10_000)],
      // 59.00 EUR are accrued at 64.90 and billed at 70.80; 41.00 EUR are ahead at 49.20.
      expected: [
        (.accountsReceivable, "2025-02 12000"), (.fxLoss, "2025-02 -590"),
        (.revenue, "2025-01 3410, 2025-02 3080, 2025-03 3720, 2025-04 3400"),
        (.deferredRevenue, "2025-02 4920, 2025-03 -3720, 2025-04 -1200"),
        (.unbilledAccountsReceivable, "2025-01 3410, 2025-02 -3410, 2025-04 2200"),
        (.contractAsset, "2025-01 9790, 2025-02 -3080, 2025-03 -3410, 2025-04 -3300"),
      ]),
    ContractStory(
      title: "A void unbills at the rate of the invoice, and what is unbilled again is so at the rate of signing",
      settings: settings,
      facts: [
        rate("2025-01-01", "1.1"), rate("2025-02-01", "1.2"), signed, invoice(10_000),
        ContractStory.event("invoice.voided", "2025-03-10", #""invoice":"in""#),
      ],
      // 10.00 EUR are ahead at 12.00; 90.00 EUR are unbilled at 99.00 again, and were billed at 108.00.
      expected: [
        (.accountsReceivable, "2025-02 12000, 2025-03 -12000"), (.fxLoss, "2025-02 -590, 2025-03 900"),
        (.deferredRevenue, "2025-02 4920, 2025-03 -4920"),
        (.unbilledAccountsReceivable, "2025-01 3410, 2025-02 -3410, 2025-03 9900, 2025-04 3300"),
      ]),
    ContractStory(
      title: "A refund takes what is ahead at the rate it was billed at, the rest is contra", settings: settings,
      facts: [
        rate("2025-01-01", "1.1"), rate("2025-02-01", "1.2"), signed, invoice(10_000),
        ContractStory.event(
          "charge.succeeded", "2025-02-11", #""charge":"ch","currency":"eur","amount":10000,"invoice":"in""#),
        ContractStory.event(
          "refund.created", "2025-03-20", #""refund":"re","charge":"ch","currency":"eur","amount":5000"#),
      ],
      expected: [
        (.cash, "2025-02 12000, 2025-03 -6000"), (.refunds, "2025-03 4800"),
        (.deferredRevenue, "2025-02 4920, 2025-03 -4920"),
        (.unbilledAccountsReceivable, "2025-01 3410, 2025-02 -3410, 2025-04 3300"),
      ]),
    ContractStory(
      title: "Changes are converted at the rate of signing too", settings: settings,
      facts: [
        rate("2025-01-01", "1.1"), rate("2025-02-01", "1.2"), signed,
        ContractStory.adjusted("2025-03-01", "prospective", ContractStory.update("ci", #""amount_subtotal":18100"#)),
      ],
      // 59.00 of 181.00 EUR are recognized: 122.00 over 61 days, 2.20 USD a day.
      expected: [(.revenue, "2025-01 3410, 2025-02 3080, 2025-03 6820, 2025-04 6600")]),
  ]

  @Test("Each story gives its books, told in order and backwards", arguments: stories)
  func story(_ story: ContractStory) throws {
    for ledger in [try story.ledger(), try story.ledger(reversed: true)] {
      for (account, changes) in story.expected {
        #expect(ledger.changes(of: account) == changes, "\(account)")
      }
      let open = ledger.outcomes.filter { $0.value != .posted }
      #expect(open.isEmpty)
      #expect(ledger.posted.allSatisfy { $0.currency.code == "usd" })
    }
  }

  @Test("Without a rate it waits")
  func waits() throws {
    var ledger = try Ledger(Self.settings)
    let fact = try ledger.tell(Self.signed.type, Self.signed.time, Self.signed.data)
    #expect(ledger.outcomes[fact] == .waiting(Reference(.exchangeRate, "eur/usd")))
    let rate = Self.rate("2025-01-01", "1.1")
    try ledger.tell(rate.type, rate.time, rate.data)
    #expect(ledger.changes(of: .revenue) == Self.accrued)
  }
}
