import Accounting
import Recognition
import Reports

extension LedgerRow {
  /// The row with the names that a general ledger has for its accounts.
  public func named(by ledger: GeneralLedger) -> LedgerRow {
    func name(_ account: Account) -> GeneralLedgerAccount? {
      ledger.account(account, transaction: transaction, product: product, customer: customer, booked: booked)
    }
    var row = self
    row.debitName = name(debit)
    row.creditName = name(credit)
    return row
  }
}
