import Accounting

/// An entry of the journal, or the sum of several that agree in everything a report asked to tell apart.
public struct LedgerRow: Hashable, Sendable {
  /// The period the entry stands in.
  public var period: AccountingPeriod
  /// Set for corrections: the closed period to which the entry would have belonged.
  public var originalPeriod: AccountingPeriod?
  /// The period in which the transaction was booked.
  public var booked: AccountingPeriod
  /// The currency of the book and of the amount.
  public var currency: Currency
  /// The account debited.
  public var debit: Account
  /// The account credited.
  public var credit: Account
  /// The amount in minor units. A negative one means the same as a positive one with the accounts swapped.
  public var amount: Int128
  /// The invoice, payment, refund, contract … that moved the accounts; nil where rows of several are summed.
  public var transaction: String?
  /// The line of the transaction.
  public var line: String?
  /// Who bought.
  public var customer: String?
  /// What was sold.
  public var product: String?
  /// At which price it was sold.
  public var price: String?
  /// The kind of business event that caused the entry: `invoice.finalized`.
  public var event: String?
  /// The business event itself: the id of the invoice finalized, of the charge that succeeded.
  public var cause: String?
  /// The fact whose arrival made the posting.
  public var fact: String?
  /// The rule that treated what the entry is about when it was posted, where a report asks for it.
  public var rule: RuleNote?
  /// What the account debited is called in the general ledger; nil: as here.
  public var debitName: GeneralLedgerAccount?
  /// What the account credited is called in the general ledger; nil: as here.
  public var creditName: GeneralLedgerAccount?

  /// An entry, or a sum of entries. What is not named was not told apart.
  public init(
    period: AccountingPeriod, originalPeriod: AccountingPeriod? = nil, booked: AccountingPeriod, currency: Currency,
    debit: Account, credit: Account, amount: Int128, transaction: String? = nil, line: String? = nil,
    customer: String? = nil, product: String? = nil, price: String? = nil, event: String? = nil, cause: String? = nil,
    fact: String? = nil
  ) {
    self.period = period
    self.originalPeriod = originalPeriod
    self.booked = booked
    self.currency = currency
    self.debit = debit
    self.credit = credit
    self.amount = amount
    self.transaction = transaction
    self.line = line
    self.customer = customer
    self.product = product
    self.price = price
    self.event = event
    self.cause = cause
    self.fact = fact
  }

  /// The same row with a positive amount: a negative one swaps debit and credit.
  public var upright: LedgerRow {
    guard amount < 0 else { return self }
    var row = self
    (row.debit, row.credit, row.amount) = (credit, debit, -amount)
    (row.debitName, row.creditName) = (creditName, debitName)
    return row
  }

  /// Whether the entry was booked later than it belonged, because its period was closed.
  public var isCorrection: Bool { originalPeriod != nil && originalPeriod != period }

  /// What the row says of the dimension.
  public subscript(dimension: LedgerDimension) -> String? {
    get { self[keyPath: dimension.keyPath] }
    set { self[keyPath: dimension.keyPath] = newValue }
  }
}

extension LedgerDimension {
  fileprivate var keyPath: WritableKeyPath<LedgerRow, String?> {
    switch self {
    case .transaction: \.transaction
    case .line: \.line
    case .customer: \.customer
    case .product: \.product
    case .price: \.price
    case .event: \.event
    case .cause: \.cause
    case .fact: \.fact
    }
  }
}
