import Accounting

/// `customer_balance.adjusted`: the customer's balance was changed by hand.
public struct CustomerBalanceAdjusted: Hashable, Sendable {
  /// The adjustment.
  public var adjustment: String
  /// The customer.
  public var customer: String
  /// More than zero: we owe the customer more.
  public var amount: Int64
  /// In which currency.
  public var currency: Currency

  init(from reader: inout FactReader) {
    adjustment = reader.identifier("adjustment")
    customer = reader.identifier("customer")
    amount = reader.amount("amount")
    currency = reader.currency()
  }
}

/// `credit_grant.granted`, `.expired`, `.voided`: credit was granted, ran out, or was taken back.
public struct CreditGrant: Hashable, Sendable {
  /// The grant.
  public var grant: String
  /// The customer.
  public var customer: String
  /// Whether it was paid for.
  public var category: CreditCategory
  /// How much.
  public var amount: Int64
  /// In which currency.
  public var currency: Currency
  /// When it runs out.
  public var expires: Instant?
  /// The line that sells it.
  public var invoiceLine: String?
  /// The payment that sells it.
  public var charge: String?

  init(from reader: inout FactReader) {
    grant = reader.identifier("grant")
    customer = reader.identifier("customer")
    category = reader.choice("category", CreditCategory.self) ?? .paid
    amount = reader.positiveAmount("amount")
    currency = reader.currency()
    expires = reader.optionalInstant("expires")
    invoiceLine = reader.optionalIdentifier("invoice_line")
    charge = reader.optionalIdentifier("charge")
  }
}
