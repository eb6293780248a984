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
  /// The currencies of the books of transactions booked on these days or later, by day.
  public var functionalCurrencies: [FunctionalCurrency] = []
  /// Whether foreign receivables are remeasured at each period's end.
  public var remeasureReceivables = false
  /// How time is divided.
  public var calendar = Calendar.months
  /// How periods are closed; nil: by hand.
  public var closing: SettingsChanged.Closing?

  /// A currency that books are kept in from a day on.
  public struct FunctionalCurrency: Hashable, Sendable {
    /// The first day.
    public let from: CivilDate
    /// The currency.
    public let currency: Currency
  }

  /// The defaults.
  public init() {}

  /// Refuses what cannot be kept.
  static func check(_ change: SettingsChanged) throws(Refusal) {
    if let zone = change.timeZone, ZoneTable.zone(named: zone.value) == nil { throw .unknownTimeZone(zone.value) }
  }

  /// Takes over what a change names.
  mutating func apply(_ change: SettingsChanged) {
    if let value = change.amortization { amortization = value }
    if let value = change.catchUpRevenue { catchUpRevenue = value }
    if let value = change.recoveredRevenueAsGains { recoveredRevenueAsGains = value }
    if let value = change.discountsAsContra { discountsAsContra = value }
    if let value = change.longTermDeferred { longTermDeferred = value }
    if let value = change.settlementCurrencies { settlementCurrencies = value }
    if let value = change.defaultSettlementCurrency { defaultSettlementCurrency = value }
    if let value = change.remeasureReceivables { remeasureReceivables = value }
    if let value = change.calendar { calendar = value.calendar.keeping(calendar.zones) }
    if let value = change.timeZone, let zone = ZoneTable.zone(named: value.value) {
      calendar = calendar.adding(zone, from: value.from)
    }
    if let value = change.functionalCurrency {
      functionalCurrencies.removeAll { $0.from == value.from.date }
      functionalCurrencies.append(FunctionalCurrency(from: value.from.date, currency: value.value))
      functionalCurrencies.sort { $0.from < $1.from }
    }
    if let value = change.closing { closing = value }
  }
}
