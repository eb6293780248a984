import Accounting

extension Settings {
  /// The currency of the book that a transaction goes into: the functional currency from its date on; before, a currency that
  /// is settled keeps a book of its own, and every other goes into the default settlement currency.
  func bookCurrency(of currency: Currency, at moment: Instant) -> Currency {
    if let functional = functionalCurrencies.last(where: { calendar.date(containing: moment) >= $0.from }) {
      return functional.currency
    }
    guard !settlementCurrencies.isEmpty, !settlementCurrencies.contains(currency) else { return currency }
    return defaultSettlementCurrency ?? settlementCurrencies[0]
  }
}
