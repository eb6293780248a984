import Messages

/// What can be booked so far. Anything that would change the books in a way not known yet is refused by name, so that no
/// figure is silently wrong.
enum Support {
  /// Refuses a fact of a type, or with a member, that is not booked yet.
  static func check(_ fact: Fact) throws(Refusal) {
    switch fact {
    case .invoiceFinalized(let data): try check(data)
    case .chargeSucceeded(let data): try check(data)
    case .obligationFulfilled(let data):
      if case .contractItem = data.target { throw .unsupportedMember("target.contract_item") }
    case .subscriptionItemDefined, .usageTotaled, .obligationReversed:
      break
    default:
      throw .unsupportedType(fact.type.rawValue)
    }
  }

  private static func check(_ data: InvoiceFinalized) throws(Refusal) {
    if data.balanceApplied != 0 { throw .unsupportedMember("balance_applied") }
    if data.exchangeRate != nil { throw .unsupportedMember("exchange_rate") }
    if data.contract != nil { throw .unsupportedMember("contract") }
    for (index, line) in data.lines.enumerated() {
      if line.invoiceItem != nil { throw .unsupportedMember("lines[\(index)].invoice_item") }
      if !line.credits.isEmpty { throw .unsupportedMember("lines[\(index)].credits") }
      if line.contractItem != nil { throw .unsupportedMember("lines[\(index)].contract_item") }
    }
  }

  private static func check(_ data: ChargeSucceeded) throws(Refusal) {
    if let settlement = data.settlement, settlement.currency != data.currency || settlement.amount != data.amount {
      throw .unsupportedMember("settlement")
    }
    if data.exchangeRate != nil { throw .unsupportedMember("exchange_rate") }
    if data.contract != nil { throw .unsupportedMember("contract") }
    if data.destination != nil { throw .unsupportedMember("destination") }
  }

  /// Refuses settings that are not kept yet.
  static func check(_ change: SettingsChanged) throws(Refusal) {
    if change.functionalCurrency != nil { throw .unsupportedMember("functional_currency") }
    if change.timeZone != nil { throw .unsupportedMember("time_zone") }
    if change.remeasureReceivables == true { throw .unsupportedMember("remeasure_receivables") }
    if change.settlementCurrencies != nil { throw .unsupportedMember("settlement_currencies") }
    if change.discountsAsContra == true { throw .unsupportedMember("discounts_as_contra") }
    if change.closing?.mode == .automatic { throw .unsupportedMember("closing") }
  }
}
