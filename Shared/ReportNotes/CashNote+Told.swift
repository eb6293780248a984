import Recognition
import Reports

extension CashNote {
  /// All the money that facts tell of. What is told twice counts once.
  public static func told(by facts: some Sequence<BookFact>, _ configuration: Configuration) -> [CashNote] {
    MoneyTold.told(by: facts, configuration).map { told in
      CashNote(kind: Kind(told.kind), on: told.on, currency: told.currency, amountMinorUnits: told.amountMinorUnits)
    }
  }
}

extension CashNote.Kind {
  fileprivate init(_ kind: MoneyTold.Kind) {
    self =
      switch kind {
      case .charges: .charges
      case .refunds: .refunds
      case .disputes: .disputes
      case .fees: .fees
      case .transfers: .transfers
      }
  }
}
