import Accounting

/// `transfer.created`: money was sent to a connected account.
public struct TransferCreated: Hashable, Sendable {
  /// The transfer.
  public var transfer: String
  /// The payment whose money it is.
  public var charge: String?
  /// How much.
  public var amount: Int64
  /// In which currency.
  public var currency: Currency

  init(from reader: inout FactReader) {
    transfer = reader.identifier("transfer")
    charge = reader.optionalIdentifier("charge")
    amount = reader.positiveAmount("amount")
    currency = reader.currency()
  }
}

/// `transfer.reversed`: part of a transfer came back.
public struct TransferReversed: Hashable, Sendable {
  /// The reversal.
  public var reversal: String
  /// The transfer.
  public var transfer: String
  /// How much.
  public var amount: Int64

  init(from reader: inout FactReader) {
    reversal = reader.identifier("reversal")
    transfer = reader.identifier("transfer")
    amount = reader.positiveAmount("amount")
  }
}

/// `application_fee.created`: a fee was earned on a connected account's charge.
public struct ApplicationFeeCreated: Hashable, Sendable {
  /// The fee.
  public var applicationFee: String
  /// The connected account's charge.
  public var charge: String
  /// How much.
  public var amount: Int64
  /// In which currency.
  public var currency: Currency

  init(from reader: inout FactReader) {
    applicationFee = reader.identifier("application_fee")
    charge = reader.identifier("charge")
    amount = reader.positiveAmount("amount")
    currency = reader.currency()
  }
}

/// `application_fee.refunded`: part of such a fee was given back.
public struct ApplicationFeeRefunded: Hashable, Sendable {
  /// The refund.
  public var refund: String
  /// The fee.
  public var applicationFee: String
  /// How much.
  public var amount: Int64

  init(from reader: inout FactReader) {
    refund = reader.identifier("refund")
    applicationFee = reader.identifier("application_fee")
    amount = reader.positiveAmount("amount")
  }
}

/// `fee.charged`: a fee that belongs to no payment.
public struct FeeCharged: Hashable, Sendable {
  /// The fee.
  public var fee: String
  /// How much.
  public var amount: Int64
  /// In which currency.
  public var currency: Currency

  init(from reader: inout FactReader) {
    fee = reader.identifier("fee")
    amount = reader.amount("amount")
    currency = reader.currency()
  }
}

/// `external_transaction.recorded`: a sale in an app store or another system.
public struct ExternalTransactionRecorded: Hashable, Sendable {
  /// The system it comes from.
  public var source: String
  /// The transaction there.
  public var transaction: String
  /// How much.
  public var amount: Int64
  /// In which currency.
  public var currency: Currency
  /// When the service is given.
  public var period: ServicePeriod?
  /// When it is booked.
  public var booked: Instant?
  /// Words.
  public var description: String?

  init(from reader: inout FactReader) {
    source = reader.identifier("source")
    transaction = reader.identifier("transaction")
    amount = reader.amount("amount")
    currency = reader.currency()
    period = reader.optionalPeriod()
    booked = reader.optionalInstant("booked")
    description = reader.optionalText("description", limit: FactLimits.descriptionCharacters)
  }
}

/// `external_transaction.refunded`: such a sale was given back.
public struct ExternalTransactionRefunded: Hashable, Sendable {
  /// The refund.
  public var refund: String
  /// The system it comes from.
  public var source: String
  /// The transaction there.
  public var transaction: String
  /// How much.
  public var amount: Int64

  init(from reader: inout FactReader) {
    refund = reader.identifier("refund")
    source = reader.identifier("source")
    transaction = reader.identifier("transaction")
    amount = reader.positiveAmount("amount")
  }
}
