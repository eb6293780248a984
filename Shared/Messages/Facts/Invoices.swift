import Accounting
import JSON

/// `invoice_item.created`: something to be billed by a later invoice.
public struct InvoiceItemCreated: Hashable, Sendable {
  /// The item.
  public var invoiceItem: String
  /// Who is billed.
  public var customer: String
  /// The currency of its amounts.
  public var currency: Currency
  /// What is billed, in minor units, tax included if the price includes it.
  public var amount: Int64
  /// When the service is given.
  public var period: ServicePeriod?
  /// Whether it corrects what was billed for a running period.
  public var proration: Bool
  /// What is taken off.
  public var discount: Int64
  /// Its taxes.
  public var taxes: [Tax]
  /// Words.
  public var description: String?
  /// The price's id.
  public var price: String?
  /// What is sold.
  public var product: String?

  init(from reader: inout FactReader) {
    invoiceItem = reader.identifier("invoice_item")
    customer = reader.identifier("customer")
    currency = reader.currency()
    amount = reader.amount("amount")
    period = reader.optionalPeriod()
    proration = reader.optionalBool("proration") ?? false
    discount = reader.optionalAmount("discount") ?? 0
    taxes = reader.optionalList("taxes") { Tax(from: &$0) }
    description = reader.optionalText("description", limit: FactLimits.descriptionCharacters)
    price = reader.optionalIdentifier("price")
    product = reader.optionalIdentifier("product")
  }
}

/// `invoice_item.deleted`: the item will not be billed.
public struct InvoiceItemDeleted: Hashable, Sendable {
  /// The item.
  public var invoiceItem: String

  init(from reader: inout FactReader) {
    invoiceItem = reader.identifier("invoice_item")
  }
}

/// Whether a credit was paid for or given away.
public enum CreditCategory: String, CaseIterable, Sendable {
  /// Sold: a means of payment.
  case paid
  /// Given away: a discount.
  case promotional
}

/// A line of an invoice: the unit of account.
public struct InvoiceLine: Hashable, Sendable {
  /// A credit applied to a line.
  public struct Credit: Hashable, Sendable {
    /// The grant it comes from.
    public var grant: String
    /// Whether that was paid for.
    public var category: CreditCategory
    /// How much of it.
    public var amount: Int64

    init(from reader: inout FactReader) {
      grant = reader.identifier("grant")
      category = reader.choice("category", CreditCategory.self) ?? .paid
      amount = reader.positiveAmount("amount")
    }
  }

  /// The line.
  public var line: String
  /// What is billed, in minor units, before discount and exclusive tax, including inclusive tax.
  public var amount: Int64
  /// What is taken off.
  public var discount: Int64
  /// Its taxes.
  public var taxes: [Tax]
  /// When the service is given; nil: at once.
  public var period: ServicePeriod?
  /// Words.
  public var description: String?
  /// How many units are billed.
  public var quantity: ExactDecimal?
  /// What is sold.
  public var product: String?
  /// The price's id.
  public var price: String?
  /// The pending item it bills.
  public var invoiceItem: String?
  /// The item whose usage it bills.
  public var subscriptionItem: String?
  /// The credits applied to it.
  public var credits: [Credit]
  /// The item of the contract it belongs to.
  public var contractItem: String?
  /// What the business noted.
  public var metadata: [Metadata]

  /// A plain line.
  public init(
    line: String, amount: Int64, discount: Int64 = 0, taxes: [Tax] = [], period: ServicePeriod? = nil,
    quantity: ExactDecimal? = nil, product: String? = nil, price: String? = nil, subscriptionItem: String? = nil
  ) {
    self.line = line
    self.amount = amount
    self.discount = discount
    self.taxes = taxes
    self.period = period
    self.quantity = quantity
    self.product = product
    self.price = price
    self.subscriptionItem = subscriptionItem
    self.credits = []
    self.metadata = []
  }

  init(from reader: inout FactReader) {
    line = reader.identifier("line")
    amount = reader.amount("amount")
    discount = reader.optionalAmount("discount") ?? 0
    taxes = reader.optionalList("taxes") { Tax(from: &$0) }
    period = reader.optionalPeriod()
    description = reader.optionalText("description", limit: FactLimits.descriptionCharacters)
    quantity = reader.optionalDecimal("quantity")
    product = reader.optionalIdentifier("product")
    price = reader.optionalIdentifier("price")
    invoiceItem = reader.optionalIdentifier("invoice_item")
    subscriptionItem = reader.optionalIdentifier("subscription_item")
    credits = reader.optionalList("credits") { Credit(from: &$0) }
    contractItem = reader.optionalIdentifier("contract_item")
    metadata = reader.metadata()
  }

  func write(to writer: inout JSONWriter) {
    writer.member("line", line)
    writer.member("amount", amount)
    if discount != 0 { writer.member("discount", discount) }
    writer.taxes(taxes)
    writer.member("period", period)
    writer.member("description", description)
    writer.member("quantity", quantity?.text)
    writer.member("product", product)
    writer.member("price", price)
    writer.member("invoice_item", invoiceItem)
    writer.member("subscription_item", subscriptionItem)
    writer.member("contract_item", contractItem)
    writer.member("metadata", metadata)
  }
}

/// `invoice.finalized`: an invoice was sent; what drives everything.
public struct InvoiceFinalized: Hashable, Sendable {
  /// The invoice.
  public var invoice: String
  /// Its number, as the customer sees it.
  public var number: String?
  /// Who is billed.
  public var customer: String
  /// The currency of its amounts.
  public var currency: Currency
  /// What it bills.
  public var lines: [InvoiceLine]
  /// More than zero: the customer's credit pays part of it. Less: it also collects what the customer owes.
  public var balanceApplied: Int64
  /// When it is to be paid.
  public var due: Instant?
  /// The rate at which it is converted.
  public var exchangeRate: ExchangeRate?
  /// The subscription it bills.
  public var subscription: String?
  /// The contract it belongs to.
  public var contract: String?
  /// What the business noted.
  public var metadata: [Metadata]

  /// An invoice of plain lines.
  public init(
    invoice: String, customer: String, currency: Currency, lines: [InvoiceLine], subscription: String? = nil
  ) {
    self.invoice = invoice
    self.customer = customer
    self.currency = currency
    self.lines = lines
    self.subscription = subscription
    self.balanceApplied = 0
    self.metadata = []
  }

  init(from reader: inout FactReader) {
    invoice = reader.identifier("invoice")
    number = reader.optionalText("number")
    customer = reader.identifier("customer")
    currency = reader.currency()
    lines = reader.list("lines") { InvoiceLine(from: &$0) }
    balanceApplied = reader.optionalAmount("balance_applied") ?? 0
    due = reader.optionalInstant("due")
    exchangeRate = reader.optionalObject("exchange_rate") { ExchangeRate(from: &$0) }
    subscription = reader.optionalIdentifier("subscription")
    contract = reader.optionalIdentifier("contract")
    metadata = reader.metadata()
    reader.unique(lines.map(\.line), "lines", "line")
    let billed = lines.reduce(Int128(0)) { $0 + Int128($1.amount) }
    if billed.magnitude > UInt128(FactLimits.amountMinorUnits) {
      reader.report("amount_too_large", "lines", "The lines add up to more than an amount may be.")
    }
  }

  func write(to writer: inout JSONWriter) {
    writer.member("invoice", invoice)
    writer.member("number", number)
    writer.member("customer", customer)
    writer.member("currency", currency.code)
    writer.member(
      "lines",
      array: { writer in
        for line in lines { writer.object { line.write(to: &$0) } }
      })
    if balanceApplied != 0 { writer.member("balance_applied", balanceApplied) }
    if let due { writer.member("due", due) }
    writer.member("subscription", subscription)
    writer.member("contract", contract)
    writer.member("metadata", metadata)
  }
}

/// `invoice.voided`, `invoice.marked_uncollectible`, `invoice.paid`: what became of an invoice.
public struct InvoiceReference: Hashable, Sendable {
  /// The invoice.
  public var invoice: String

  init(from reader: inout FactReader) {
    invoice = reader.identifier("invoice")
  }
}

/// `invoice.paid_out_of_band`: an invoice was paid outside.
public struct InvoicePaidOutOfBand: Hashable, Sendable {
  /// The payment.
  public var payment: String
  /// The invoice.
  public var invoice: String
  /// How much, in minor units.
  public var amount: Int64
  /// In which currency.
  public var currency: Currency

  init(from reader: inout FactReader) {
    payment = reader.identifier("payment")
    invoice = reader.identifier("invoice")
    amount = reader.positiveAmount("amount")
    currency = reader.currency()
  }
}
