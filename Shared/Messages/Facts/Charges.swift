import Accounting
import JSON

/// `charge.succeeded`: money was paid, for an invoice or by itself.
public struct ChargeSucceeded: Hashable, Sendable {
  /// A charge whose money goes on to a connected account.
  public struct Destination: Hashable, Sendable {
    /// The connected account.
    public var account: String
    /// What is transferred to it.
    public var transferAmount: Int64
    /// What is kept of that as a fee.
    public var applicationFee: Int64

    init(from reader: inout FactReader) {
      account = reader.identifier("account")
      transferAmount = reader.positiveAmount("transfer_amount")
      applicationFee = reader.optionalPositiveAmount("application_fee") ?? 0
    }
  }

  /// The record of the balance that the money moved.
  public struct BalanceTransaction: Hashable, Sendable {
    /// Its id.
    public var id: String
    /// When it was made.
    public var created: Instant

    init(from reader: inout FactReader) {
      id = reader.identifier("id")
      created = reader.instant("created")
    }
  }

  /// The charge.
  public var charge: String
  /// The currency of its amounts.
  public var currency: Currency
  /// What was paid, in minor units.
  public var amount: Int64
  /// The invoice it pays; nil: a payment that stands alone.
  public var invoice: String?
  /// Who paid.
  public var customer: String?
  /// What arrived.
  public var settlement: Settlement?
  /// The rate at which it is converted.
  public var exchangeRate: ExchangeRate?
  /// The record of the balance.
  public var balanceTransaction: BalanceTransaction?
  /// The contract it belongs to.
  public var contract: String?
  /// What the processor kept, in the settlement currency.
  public var fee: Int64
  /// The taxes in it.
  public var taxes: [Tax]
  /// Words.
  public var description: String?
  /// What was sold.
  public var product: String?
  /// The price's id.
  public var price: String?
  /// Where the money goes on to.
  public var destination: Destination?

  /// A payment.
  public init(charge: String, currency: Currency, amount: Int64, invoice: String? = nil, customer: String? = nil) {
    self.charge = charge
    self.currency = currency
    self.amount = amount
    self.invoice = invoice
    self.customer = customer
    self.fee = 0
    self.taxes = []
  }

  init(from reader: inout FactReader) {
    charge = reader.identifier("charge")
    currency = reader.currency()
    amount = reader.positiveAmount("amount")
    invoice = reader.optionalIdentifier("invoice")
    customer = reader.optionalIdentifier("customer")
    settlement = reader.optionalObject("settlement") { Settlement(from: &$0) }
    exchangeRate = reader.optionalObject("exchange_rate") { ExchangeRate(from: &$0) }
    balanceTransaction = reader.optionalObject("balance_transaction") { BalanceTransaction(from: &$0) }
    contract = reader.optionalIdentifier("contract")
    fee = reader.optionalAmount("fee") ?? 0
    taxes = reader.optionalList("taxes") { Tax(from: &$0) }
    description = reader.optionalText("description", limit: FactLimits.descriptionCharacters)
    product = reader.optionalIdentifier("product")
    price = reader.optionalIdentifier("price")
    destination = reader.optionalObject("destination") { Destination(from: &$0) }
  }

  func write(to writer: inout JSONWriter) {
    writer.member("charge", charge)
    writer.member("currency", currency.code)
    writer.member("amount", amount)
    writer.member("invoice", invoice)
    writer.member("customer", customer)
    if fee != 0 { writer.member("fee", fee) }
    writer.taxes(taxes)
    writer.member("description", description)
    writer.member("product", product)
    writer.member("price", price)
  }
}

/// `charge.pending`, `charge.failed`: a delayed method of payment was submitted, or failed.
public struct ChargeAttempt: Hashable, Sendable {
  /// The charge.
  public var charge: String
  /// The currency of the amount.
  public var currency: Currency
  /// How much, in minor units.
  public var amount: Int64
  /// The invoice it pays.
  public var invoice: String?

  init(from reader: inout FactReader) {
    charge = reader.identifier("charge")
    currency = reader.currency()
    amount = reader.positiveAmount("amount")
    invoice = reader.optionalIdentifier("invoice")
  }
}

/// `charge.applied`, `charge.unapplied`: a payment that stood alone was put on an invoice, or taken off it.
public struct ChargeApplication: Hashable, Sendable {
  /// The application.
  public var application: String
  /// The payment.
  public var charge: String
  /// The invoice.
  public var invoice: String
  /// How much, in minor units.
  public var amount: Int64
  /// In which currency.
  public var currency: Currency

  init(from reader: inout FactReader) {
    application = reader.identifier("application")
    charge = reader.identifier("charge")
    invoice = reader.identifier("invoice")
    amount = reader.positiveAmount("amount")
    currency = reader.currency()
  }
}

/// `refund.created`: money was given back.
public struct RefundCreated: Hashable, Sendable {
  /// The refund.
  public var refund: String
  /// The payment it gives back.
  public var charge: String?
  /// The invoice whose payments it gives back.
  public var invoice: String?
  /// The currency of its amounts.
  public var currency: Currency
  /// How much, in minor units.
  public var amount: Int64
  /// What left the account.
  public var settlement: Settlement?
  /// What the processor kept, in the settlement currency.
  public var fee: Int64
  /// The credit note it belongs to.
  public var creditNote: String?
  /// How much the connected account gave back.
  public var transferReversed: Int64?
  /// How much of the application fee was given back.
  public var applicationFeeRefunded: Int64?

  init(from reader: inout FactReader) {
    refund = reader.identifier("refund")
    charge = reader.optionalIdentifier("charge")
    invoice = reader.optionalIdentifier("invoice")
    if charge == nil, invoice == nil {
      reader.report("parameter_missing", "charge", "'charge' is missing, and no 'invoice' is named instead.")
    }
    currency = reader.currency()
    amount = reader.positiveAmount("amount")
    settlement = reader.optionalObject("settlement") { Settlement(from: &$0) }
    fee = reader.optionalAmount("fee") ?? 0
    creditNote = reader.optionalIdentifier("credit_note")
    transferReversed = reader.optionalPositiveAmount("transfer_reversed")
    applicationFeeRefunded = reader.optionalPositiveAmount("application_fee_refunded")
  }
}

/// `refund.failed`: the money came back.
public struct RefundFailed: Hashable, Sendable {
  /// The refund.
  public var refund: String
  /// What came back.
  public var settlement: Settlement?
  /// What the processor kept.
  public var fee: Int64

  init(from reader: inout FactReader) {
    refund = reader.identifier("refund")
    settlement = reader.optionalObject("settlement") { Settlement(from: &$0) }
    fee = reader.optionalAmount("fee") ?? 0
  }
}

/// `dispute.created`: a payment was charged back.
public struct DisputeCreated: Hashable, Sendable {
  /// The dispute.
  public var dispute: String
  /// The payment.
  public var charge: String?
  /// The invoice whose payments are disputed.
  public var invoice: String?
  /// The currency of its amounts.
  public var currency: Currency
  /// How much, in minor units.
  public var amount: Int64
  /// What left the account.
  public var settlement: Settlement?
  /// What the processor kept.
  public var fee: Int64

  init(from reader: inout FactReader) {
    dispute = reader.identifier("dispute")
    charge = reader.optionalIdentifier("charge")
    invoice = reader.optionalIdentifier("invoice")
    if charge == nil, invoice == nil {
      reader.report("parameter_missing", "charge", "'charge' is missing, and no 'invoice' is named instead.")
    }
    currency = reader.currency()
    amount = reader.positiveAmount("amount")
    settlement = reader.optionalObject("settlement") { Settlement(from: &$0) }
    fee = reader.optionalAmount("fee") ?? 0
  }
}

/// `dispute.won`, `dispute.lost`: how a dispute ended.
public struct DisputeClosed: Hashable, Sendable {
  /// The dispute.
  public var dispute: String
  /// How much came back; nil: all of it.
  public var amount: Int64?
  /// What came back, as it was settled.
  public var settlement: Settlement?
  /// What the processor kept.
  public var fee: Int64

  init(from reader: inout FactReader) {
    dispute = reader.identifier("dispute")
    amount = reader.optionalPositiveAmount("amount")
    settlement = reader.optionalObject("settlement") { Settlement(from: &$0) }
    fee = reader.optionalAmount("fee") ?? 0
  }
}
