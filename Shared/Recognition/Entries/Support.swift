import Accounting
import Messages

/// What can be booked so far. Anything that would change the books in a way not known yet is refused by name, so that no
/// figure is silently wrong.
enum Support {
  /// Refuses a fact of a type, or with a member, that is not booked yet.
  static func check(_ fact: Fact) throws(Refusal) {
    switch fact {
    case .invoiceFinalized(let data): try check(data)
    case .chargeSucceeded(let data): try check(data)
    case .refundCreated(let data): try check(data.settlement, data.currency, data.amount)
    case .disputeCreated(let data): try check(data.settlement, data.currency, data.amount)
    default:
      break
    }
  }

  private static func check(_ data: InvoiceFinalized) throws(Refusal) {
    if data.exchangeRate != nil { throw .unsupportedMember("exchange_rate") }
  }

  private static func check(_ data: ChargeSucceeded) throws(Refusal) {
    try check(data.settlement, data.currency, data.amount)
    if data.exchangeRate != nil { throw .unsupportedMember("exchange_rate") }
  }

  /// Money that was settled in another currency, or as another amount.
  private static func check(_ settlement: Settlement?, _ currency: Currency, _ amount: Int64) throws(Refusal) {
    if let settlement, settlement.currency != currency || settlement.amount != amount {
      throw .unsupportedMember("settlement")
    }
  }

  /// Refuses settings that are not kept yet.
  static func check(_ change: SettingsChanged) throws(Refusal) {
    if change.functionalCurrency != nil { throw .unsupportedMember("functional_currency") }
    if let zone = change.timeZone, ZoneTable.zone(named: zone.value) == nil { throw .unknownTimeZone(zone.value) }
    if change.remeasureReceivables == true { throw .unsupportedMember("remeasure_receivables") }
    if change.settlementCurrencies != nil { throw .unsupportedMember("settlement_currencies") }
    if change.discountsAsContra == true { throw .unsupportedMember("discounts_as_contra") }
  }
}
