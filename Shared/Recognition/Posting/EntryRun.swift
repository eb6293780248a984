import Accounting

/// What an entry is about: the dimensions by which books are cut.
public final class EntrySubject: Hashable, Sendable {
  /// The invoice, payment or other transaction.
  public let transaction: String
  /// The line of the invoice.
  public let line: String?
  /// The customer.
  public let customer: String?
  /// The product.
  public let product: String?
  /// The price.
  public let price: String?
  /// The currency of the book.
  public let currency: Currency
  /// The period in which the transaction was booked.
  public let booked: AccountingPeriod

  /// A subject.
  public init(
    transaction: String, line: String? = nil, customer: String? = nil, product: String? = nil, price: String? = nil,
    currency: Currency, booked: AccountingPeriod
  ) {
    self.transaction = transaction
    self.line = line
    self.customer = customer
    self.product = product
    self.price = price
    self.currency = currency
    self.booked = booked
  }

  /// Whether both say the same.
  public static func == (left: EntrySubject, right: EntrySubject) -> Bool {
    left === right
      || (left.booked == right.booked && left.currency == right.currency && left.line == right.line
        && left.transaction == right.transaction && left.customer == right.customer && left.product == right.product
        && left.price == right.price)
  }

  /// Line and transaction tell subjects apart well enough.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(transaction)
    hasher.combine(line)
  }
}

/// The business event that an entry comes from. It stays the same under later versions of what was told, so that a
/// difference never nets entries of different causes.
public struct Cause: Hashable, Sendable {
  /// What happened: `invoice.finalized`, `charge.succeeded`, `performance_obligation.fulfilled`, `subscription_item` …
  public let type: String
  /// The id of what it happened to: `in_1`, `ch_1`, `ful_1`, `si_1`.
  public let id: String

  /// A cause.
  public init(type: String, id: String) {
    self.type = type
    self.id = id
  }
}

/// Entries of one pair of accounts in consecutive periods: an annual line is one run, not twelve.
public struct EntryRun: Hashable, Sendable {
  /// What the entries are about.
  public var subject: EntrySubject
  /// The account debited.
  public var debit: Account
  /// The account credited.
  public var credit: Account
  /// The event they come from.
  public var cause: Cause
  /// The period of the first amount.
  public var from: AccountingPeriod
  /// An amount for each period, in minor units. A negative one debits `credit` and credits `debit`; zero is no entry.
  public var amounts: [Int64]
  /// Of a correction, the closed period it belongs to. A correction has one amount, booked in `from`.
  public var originalPeriod: AccountingPeriod?

  /// A run.
  public init(
    subject: EntrySubject, debit: Account, credit: Account, cause: Cause, from: AccountingPeriod, amounts: [Int64],
    originalPeriod: AccountingPeriod? = nil
  ) {
    self.subject = subject
    self.debit = debit
    self.credit = credit
    self.cause = cause
    self.from = from
    self.amounts = amounts
    self.originalPeriod = originalPeriod
  }

  /// The invoice, payment or other transaction.
  public var transaction: String { subject.transaction }
  /// The line of the invoice.
  public var line: String? { subject.line }
  /// The customer.
  public var customer: String? { subject.customer }
  /// The product.
  public var product: String? { subject.product }
  /// The price.
  public var price: String? { subject.price }
  /// The currency of the book.
  public var currency: Currency { subject.currency }
  /// The period in which the transaction was booked.
  public var booked: AccountingPeriod { subject.booked }

  /// The single entries, in order of period: an account debited, one credited, and an amount above zero.
  public var entries: [Entry] {
    var result: [Entry] = []
    for (index, amount) in amounts.enumerated() where amount != 0 {
      result.append(
        Entry(
          period: from.advanced(by: index), debit: amount > 0 ? debit : credit, credit: amount > 0 ? credit : debit,
          amountMinorUnits: amount > 0 ? amount : -amount, originalPeriod: originalPeriod))
    }
    return result
  }
}

/// One entry: one account debited, one credited, one amount, one period.
public struct Entry: Hashable, Sendable {
  /// The period it is booked in.
  public var period: AccountingPeriod
  /// The account debited.
  public var debit: Account
  /// The account credited.
  public var credit: Account
  /// The amount, above zero.
  public var amountMinorUnits: Int64
  /// Of a correction, the closed period it belongs to.
  public var originalPeriod: AccountingPeriod?
}
