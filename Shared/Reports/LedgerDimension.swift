/// What an entry can be told apart by, beyond its accounts and its period.
public enum LedgerDimension: String, CaseIterable, Sendable {
  /// The invoice, payment, refund, contract … that moved the accounts.
  case transaction
  /// The line of the transaction: the unit of account.
  case line
  /// Who bought.
  case customer
  /// What was sold.
  case product
  /// At which price it was sold.
  case price
  /// The kind of business event that caused the entry: `invoice.finalized`, `charge.succeeded`.
  case event
  /// The business event itself: the id of the invoice finalized, of the charge that succeeded.
  case cause
  /// The fact whose arrival made the posting.
  case fact
}
