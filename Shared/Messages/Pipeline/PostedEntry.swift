import Accounting
import JSON

/// Entries of one pair of accounts in consecutive periods, as they are posted: a schedule is a start and an array of amounts.
public struct PostedEntry: Hashable, Sendable {
  /// The invoice, payment or other transaction.
  public var transaction: String
  /// The line of the invoice.
  public var line: String?
  /// The customer.
  public var customer: String?
  /// The product.
  public var product: String?
  /// The price.
  public var price: String?
  /// The currency of the book.
  public var currency: Currency
  /// The period in which the transaction was booked.
  public var booked: AccountingPeriod
  /// The account debited.
  public var debit: Account
  /// The account credited.
  public var credit: Account
  /// The period of the first amount.
  public var from: AccountingPeriod
  /// An amount for each period, in minor units; a negative one debits `credit` and credits `debit`.
  public var amounts: [Int64]
  /// Of a correction, the closed period that it belongs to.
  public var originalPeriod: AccountingPeriod?
  /// What happened: `invoice.finalized`, `charge.succeeded` …
  public var event: String
  /// The id of what it happened to.
  public var cause: String

  /// Those entries.
  public init(
    transaction: String, line: String?, customer: String?, product: String?, price: String?, currency: Currency,
    booked: AccountingPeriod, debit: Account, credit: Account, from: AccountingPeriod, amounts: [Int64],
    originalPeriod: AccountingPeriod?, event: String, cause: String
  ) {
    self.transaction = transaction
    self.line = line
    self.customer = customer
    self.product = product
    self.price = price
    self.currency = currency
    self.booked = booked
    self.debit = debit
    self.credit = credit
    self.from = from
    self.amounts = amounts
    self.originalPeriod = originalPeriod
    self.event = event
    self.cause = cause
  }

  /// Writes the entries as an object; `PostedEntry(_:calendar:)` reads it again.
  public func write(to writer: inout JSONWriter, calendar: Calendar) {
    writer.object {
      $0.member("transaction", transaction)
      $0.member("line", line)
      $0.member("customer", customer)
      $0.member("product", product)
      $0.member("price", price)
      $0.member("currency", currency.code)
      $0.member("booked", calendar.name(booked))
      $0.member("debit", debit.rawValue)
      $0.member("credit", credit.rawValue)
      $0.member("from", calendar.name(from))
      $0.member("amounts", array: { list in for amount in amounts { list.value(amount) } })
      $0.member("original_period", originalPeriod.map(calendar.name))
      $0.member("event", event)
      $0.member("cause", cause)
    }
  }

  /// Reads what `write` has written.
  public init(_ value: JSONValue, calendar: Calendar) throws(FactError) {
    var reader = FactReader(value)
    self.init(from: &reader, calendar: calendar)
    if let problem = reader.problems.first { throw problem }
  }

  init(from reader: inout FactReader, calendar: Calendar) {
    transaction = reader.text("transaction")
    line = reader.optionalText("line")
    customer = reader.optionalText("customer")
    product = reader.optionalText("product")
    price = reader.optionalText("price")
    currency = reader.currency()
    booked = reader.period("booked", calendar)
    debit = reader.choice("debit", Account.self) ?? .cash
    credit = reader.choice("credit", Account.self) ?? .cash
    from = reader.period("from", calendar)
    amounts = reader.integers("amounts")
    originalPeriod = reader.has("original_period") ? reader.period("original_period", calendar) : nil
    event = reader.text("event")
    cause = reader.text("cause")
  }
}

extension FactReader {
  fileprivate mutating func period(_ name: String, _ calendar: Calendar) -> AccountingPeriod {
    let text = text(name)
    if let period = calendar.period(named: text) { return period }
    report("unknown_period", name, "The calendar has no period '\(text)'.")
    return AccountingPeriod(ordinal: 0)
  }

  fileprivate mutating func integers(_ name: String) -> [Int64] {
    guard let value = required(name) else { return [] }
    let integers = value.elements.compactMap(\.integer)
    if integers.isEmpty || integers.count != value.elements.count {
      report("parameter_invalid_integer", name, "'\(name)' must be a list of integers.")
    }
    return integers
  }
}
