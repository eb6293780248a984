import Accounting
import Reports

/// Books that put pages to the test.
enum Ledgers {
  /// A quiet year.
  static let story = LedgerInMemory(
    (0..<12).flatMap { month in
      let period = AccountingPeriod(year: 2022, month: 7).advanced(by: month)
      return [
        row(.accountsReceivable, .deferredRevenue, 36_500, in: period),
        row(.deferredRevenue, .revenue, 3_000 + Int128(month) * 100, in: period),
        row(.cash, .accountsReceivable, 30_000, in: period),
      ]
    }, open: open)

  /// Long names, names without a place to break, other scripts, huge and negative amounts, several currencies.
  static let extremes = LedgerInMemory(
    ["in_" + String(repeating: "x", count: 497), "שלום-עולם-123", "客戶編號", "<b>&\"'</b>", "a b\u{202E}c"].enumerated()
      .flatMap { index, name in
        ["usd", "jpy", "kwd"].compactMap(Currency.init(_:)).flatMap { currency in
          [
            row(
              .customerBalanceAdjustments, .externalCustomerBalance, Int128(Int64.max) * 7,
              in: .init(year: 2021, month: 1 + index), currency, name),
            row(.refunds, .revenue, -123_456_789_012, in: .init(year: 2023, month: 6), currency, name),
            row(.deferredRevenue, .longTermDeferredRevenue, 1, in: .init(year: 2023, month: 1), currency, name),
          ]
        }
      }, open: open)

  private static let open = [
    OpenFact(
      state: .refused, fact: String(repeating: "f", count: 500), type: "performance_obligation.fulfilled", time: .epoch,
      code: "over_fulfillment", reason: String(repeating: "More than is left. ", count: 40)),
    OpenFact(
      state: .waiting, fact: "fact-1", type: "charge.succeeded", time: nil, reason: String(repeating: "y", count: 400)),
  ]

  private static func row(
    _ debit: Account, _ credit: Account, _ amount: Int128, in period: AccountingPeriod, _ currency: Currency = .usd,
    _ name: String = "in_1"
  ) -> LedgerRow {
    LedgerRow(
      period: period, booked: period, currency: currency, debit: debit, credit: credit, amount: amount,
      transaction: name, line: name, customer: name, event: "invoice.finalized", cause: name, fact: name)
  }
}
