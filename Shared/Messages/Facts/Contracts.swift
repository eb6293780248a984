import Accounting

/// When an item of a contract is earned.
public enum Satisfaction: String, CaseIterable, Sendable {
  /// Straight line over its period.
  case overTime = "over_time"
  /// At its period's start.
  case atPoint = "at_point"
  /// As it is fulfilled.
  case onFulfillment = "on_fulfillment"
}

/// What bills a contract.
public struct BillingModel: Hashable, Sendable {
  /// What kind of thing it is.
  public enum Kind: String, CaseIterable, Sendable {
    case subscriptionSchedule = "subscription_schedule"
    case subscription
    case invoice
    case charge
  }
  /// What kind of thing it is.
  public var kind: Kind
  /// Its id.
  public var id: String

  /// A billing model.
  public init(kind: Kind, id: String) {
    self.kind = kind
    self.id = id
  }

  init(from reader: inout FactReader) {
    kind = reader.choice("type", Kind.self) ?? .subscription
    id = reader.identifier("id")
  }
}

/// An item of a contract.
public struct ContractItem: Hashable, Sendable {
  /// The item.
  public var item: String
  /// The price of the whole item.
  public var amountSubtotal: Int64
  /// When it is given.
  public var period: ServicePeriod?
  /// The price's id.
  public var price: String?
  /// What is sold.
  public var product: String?
  /// How many units.
  public var quantity: ExactDecimal?
  /// What the whole item costs by itself.
  public var standaloneSellingPrice: Int64?
  /// When it is earned.
  public var satisfied: Satisfaction
  /// Until when the customer may leave without cause.
  public var terminationForConvenience: Instant?
  /// What the business noted.
  public var metadata: [Metadata]

  init(from reader: inout FactReader) {
    item = reader.identifier("item")
    amountSubtotal = reader.amount("amount_subtotal")
    period = reader.optionalPeriod()
    price = reader.optionalIdentifier("price")
    product = reader.optionalIdentifier("product")
    quantity = reader.optionalDecimal("quantity")
    standaloneSellingPrice = reader.optionalPositiveAmount("standalone_selling_price")
    satisfied = reader.optionalChoice("satisfied", Satisfaction.self) ?? .overTime
    terminationForConvenience = reader.optionalObject("termination_for_convenience") { $0.instant("expires_at") }
    metadata = reader.metadata()
  }
}

/// `contract.created`: a contract was signed.
public struct ContractCreated: Hashable, Sendable {
  /// What is taken off the price.
  public struct Discount: Hashable, Sendable {
    /// How much.
    public var amount: Int64
    /// Off which items; empty: off all.
    public var items: [String]

    init(from reader: inout FactReader) {
      amount = reader.positiveAmount("amount")
      items = reader.optionalTexts("items") ?? []
    }
  }

  /// The contract.
  public var contract: String
  /// The other side.
  public var customer: String
  /// The currency of its amounts.
  public var currency: Currency
  /// When it was signed.
  public var signedAt: Instant
  /// What is promised.
  public var items: [ContractItem]
  /// What is taken off.
  public var discounts: [Discount]
  /// What bills it.
  public var billingModels: [BillingModel]
  /// What the business noted.
  public var metadata: [Metadata]

  init(from reader: inout FactReader) {
    contract = reader.identifier("contract")
    customer = reader.identifier("customer")
    currency = reader.currency()
    signedAt = reader.instant("signed_at")
    items = reader.list("items") { ContractItem(from: &$0) }
    discounts = reader.optionalList("discounts") { Discount(from: &$0) }
    billingModels = reader.optionalList("billing_models") { BillingModel(from: &$0) }
    metadata = reader.metadata()
    reader.unique(items.map(\.item), "items", "item")
  }
}

/// `contract.adjusted`: a contract was changed.
public struct ContractAdjusted: Hashable, Sendable {
  /// How the change acts.
  public enum Method: String, CaseIterable, Sendable {
    case prospective
    case catchUp = "catch_up"
    case separate
  }

  /// One change.
  public enum Adjustment: Hashable, Sendable {
    /// An item is added.
    case addItem(ContractItem)
    /// An item's members get new values; those not told stay.
    case updateItem(ItemUpdate)
    /// An item ends early.
    case endItem(item: String, at: Instant)
    /// Something more bills the contract.
    case addBillingModel(BillingModel)
    /// Something bills it no more.
    case removeBillingModel(BillingModel)
  }

  /// New values of an item.
  public struct ItemUpdate: Hashable, Sendable {
    /// The item.
    public var item: String
    /// The price of the whole item.
    public var amountSubtotal: Int64?
    /// When it is given.
    public var period: ServicePeriod?
    /// The price's id.
    public var price: String?
    /// What is sold.
    public var product: String?
    /// How many units.
    public var quantity: ExactDecimal?
    /// What the whole item costs by itself.
    public var standaloneSellingPrice: Int64?
    /// When it is earned.
    public var satisfied: Satisfaction?
    /// Until when the customer may leave without cause.
    public var terminationForConvenience: Instant?
    /// What the business noted; empty: as before.
    public var metadata: [Metadata]
  }

  enum Kind: String, CaseIterable {
    case addItem = "add_item"
    case updateItem = "update_item"
    case endItem = "end_item"
    case addBillingModel = "add_billing_model"
    case removeBillingModel = "remove_billing_model"
  }

  /// The contract.
  public var contract: String
  /// How the change acts.
  public var method: Method
  /// The changes.
  public var adjustments: [Adjustment]
  /// When they count from; nil: the fact's time.
  public var adjustedAt: Instant?

  init(from reader: inout FactReader) {
    contract = reader.identifier("contract")
    method = reader.choice("method", Method.self) ?? .prospective
    adjustments = reader.list("adjustments") { Self.adjustment(from: &$0) }.compactMap(\.self)
    adjustedAt = reader.optionalInstant("adjusted_at")
  }

  private static func adjustment(from reader: inout FactReader) -> Adjustment? {
    switch reader.choice("type", Kind.self) {
    case nil: return nil
    case .addItem:
      // The item stands under its name, or beside the type.
      if reader.member("item")?.kind == .object {
        return reader.object("item") { ContractItem(from: &$0) }.map { .addItem($0) }
      }
      return .addItem(ContractItem(from: &reader))
    case .updateItem:
      return .updateItem(
        ItemUpdate(
          item: reader.identifier("item"), amountSubtotal: reader.optionalAmount("amount_subtotal"),
          period: reader.optionalPeriod(), price: reader.optionalIdentifier("price"),
          product: reader.optionalIdentifier("product"), quantity: reader.optionalDecimal("quantity"),
          standaloneSellingPrice: reader.optionalPositiveAmount("standalone_selling_price"),
          satisfied: reader.optionalChoice("satisfied", Satisfaction.self),
          terminationForConvenience: reader.optionalObject("termination_for_convenience") {
            $0.instant("expires_at")
          }, metadata: reader.metadata()))
    case .endItem: return .endItem(item: reader.identifier("item"), at: reader.instant("at"))
    case .addBillingModel:
      return reader.object("billing_model") { BillingModel(from: &$0) }.map { .addBillingModel($0) }
    case .removeBillingModel:
      return reader.object("billing_model") { BillingModel(from: &$0) }.map { .removeBillingModel($0) }
    }
  }
}

/// `contract.voided`: a contract is no more.
public struct ContractVoided: Hashable, Sendable {
  /// The contract.
  public var contract: String
  /// Since when; nil: the fact's time.
  public var voidedAt: Instant?

  init(from reader: inout FactReader) {
    contract = reader.identifier("contract")
    voidedAt = reader.optionalInstant("voided_at")
  }
}

/// `opening_balance.recorded`: what an earlier system had booked when this one took over.
public struct OpeningBalanceRecorded: Hashable, Sendable {
  /// What is still to be recognized in a period.
  public struct Left: Hashable, Sendable {
    /// The period's name.
    public var period: String
    /// How much.
    public var amount: Int64
  }

  /// The line it is of.
  public var line: String?
  /// The contract it is of.
  public var contract: String?
  /// The customer.
  public var customer: String
  /// The currency of its amounts.
  public var currency: Currency
  /// What was billed.
  public var billed: Int64
  /// What was recognized.
  public var recognized: Int64
  /// What is deferred.
  public var deferred: Int64
  /// What is to be received.
  public var receivable: Int64
  /// When the rest is recognized.
  public var left: [Left]
  /// The day of the cut-over.
  public var on: Instant

  init(from reader: inout FactReader) {
    line = reader.optionalIdentifier("line")
    contract = reader.optionalIdentifier("contract")
    if line == nil, contract == nil {
      reader.report("parameter_missing", "line", "'line' is missing, and no 'contract' is named instead.")
    }
    customer = reader.identifier("customer")
    currency = reader.currency()
    billed = reader.amount("billed")
    recognized = reader.amount("recognized")
    deferred = reader.amount("deferred")
    receivable = reader.amount("receivable")
    left = reader.list("left") { Left(period: $0.identifier("period"), amount: $0.amount("amount")) }
    if let day = reader.member("on")?.string.flatMap({ CivilDate($0) }) {
      on = Instant(day)
    } else {
      on = reader.instant("on")
    }
  }
}
