import Accounting

/// Two currencies, of which one is converted into the other.
public struct CurrencyPair: Hashable, Sendable {
  /// The currency converted from.
  public let from: Currency
  /// The currency converted into.
  public let to: Currency

  /// A pair.
  public init(from: Currency, to: Currency) {
    self.from = from
    self.to = to
  }

  /// The pair written as `eur/usd`, or nil if the text is none.
  public init?(_ text: String) {
    let codes = text.split(separator: "/", omittingEmptySubsequences: false)
    guard codes.count == 2, let from = Currency(codes[0]), let to = Currency(codes[1]) else { return nil }
    self.init(from: from, to: to)
  }

  /// The pair as `eur/usd`.
  public var text: String { from.code + "/" + to.code }

  /// What a fact waits for while no rate of the pair is known: `exchange_rate:eur/usd`.
  public var reference: Reference { Reference(.exchangeRate, text) }
}
