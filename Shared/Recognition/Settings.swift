import Accounting
import Messages

/// How an account keeps its books.
public struct Settings: Hashable, Sendable {
  /// How straight lines are cut.
  public var amortization = Amortization.second
  /// Whether service before booking is recognized at booking.
  public var catchUpRevenue = true
  /// Whether recovered revenue is a gain.
  public var recoveredRevenueAsGains = false
  /// Whether discounts are shown as contra revenue.
  public var discountsAsContra = false
  /// Whether what is due after more than twelve periods is split off.
  public var longTermDeferred = true
  /// The currencies that are settled; empty: every one.
  public var settlementCurrencies: [Currency] = []
  /// The currency that all others are settled in.
  public var defaultSettlementCurrency: Currency?
  /// How time is divided.
  public var calendar = Calendar.months

  /// The defaults.
  public init() {}

  /// Takes over what a change names. What cannot be booked yet is refused.
  mutating func apply(_ change: SettingsChanged) {
    if let value = change.amortization { amortization = value }
    if let value = change.catchUpRevenue { catchUpRevenue = value }
    if let value = change.recoveredRevenueAsGains { recoveredRevenueAsGains = value }
    if let value = change.discountsAsContra { discountsAsContra = value }
    if let value = change.longTermDeferred { longTermDeferred = value }
    if let value = change.settlementCurrencies { settlementCurrencies = value }
    if let value = change.defaultSettlementCurrency { defaultSettlementCurrency = value }
    if let value = change.calendar { calendar = value.calendar }
  }
}
