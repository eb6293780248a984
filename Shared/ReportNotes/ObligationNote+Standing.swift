import Recognition
import Reports

extension ObligationNote {
  /// How far an obligation has been fulfilled.
  public init(_ standing: ObligationStanding) {
    self.init(
      transaction: standing.subject.transaction, line: standing.line, customer: standing.subject.customer,
      currency: standing.subject.currency, amountMinorUnits: standing.amountMinorUnits,
      fulfilledMinorUnits: standing.fulfilledMinorUnits, leftMinorUnits: standing.leftMinorUnits,
      expires: standing.expires, evidence: standing.evidence)
  }
}
