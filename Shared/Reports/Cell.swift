import Accounting

/// One value of a report. What it means is kept, so that every format can write it in its own way.
public enum Cell: Hashable, Sendable {
  /// Nothing to say.
  case empty
  /// Text that somebody told us: an identifier, a name. Nothing about it can be relied on.
  case text(String)
  /// Text of our own.
  case label(String)
  /// A period.
  case period(AccountingPeriod)
  /// An account of the ledger.
  case account(Account)
  /// A moment.
  case instant(Instant)
  /// A currency.
  case currency(Currency)
  /// An amount in minor units of the currency.
  case amount(Int128, Currency)
  /// How many there are of something.
  case count(Int)
  /// Another report that says more, and how to ask for it: `start=2026-01`.
  case reference(ReportName, [String])

  /// The text of the dimension, or nothing.
  static func optional(_ text: String?) -> Cell {
    text.map { .text($0) } ?? .empty
  }
}
