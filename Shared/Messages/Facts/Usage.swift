import Accounting
import JSON

/// How the records of a billing period become one quantity.
public enum Aggregate: String, CaseIterable, Sendable {
  /// Their sum.
  case sum
  /// How many there are.
  case count
  /// The largest.
  case max
  /// The last of the billing period.
  case lastDuringPeriod = "last_during_period"
  /// The last ever.
  case lastEver = "last_ever"
}

/// A step of a price that depends on the quantity.
public struct Tier: Hashable, Sendable {
  /// The last unit of the tier; nil: it has no end.
  public var upTo: ExactDecimal?
  /// The price of one unit, in minor units.
  public var unitAmount: ExactDecimal
  /// What is charged once for entering the tier, in minor units.
  public var flatAmount: ExactDecimal

  init(from reader: inout FactReader) {
    upTo = reader.optionalDecimal("up_to")
    unitAmount = reader.optionalDecimal("unit_amount") ?? .zero
    flatAmount = reader.optionalDecimal("flat_amount") ?? .zero
  }
}

/// How tiers price a quantity.
public enum TiersMode: String, CaseIterable, Sendable {
  /// Each tier prices the units that lie in it.
  case graduated
  /// The tier that holds the total prices all units.
  case volume
}

/// `meter.updated`: what a meter counts and how.
public struct MeterUpdated: Hashable, Sendable {
  /// The meter.
  public var meter: String
  /// The name its events carry.
  public var eventName: String
  /// How its events become a quantity.
  public var aggregate: Aggregate
  /// The member of an event that names the customer.
  public var customerKey: String
  /// The member of an event that holds the quantity.
  public var valueKey: String

  init(from reader: inout FactReader) {
    meter = reader.identifier("meter")
    eventName = reader.text("event_name")
    aggregate = reader.choice("aggregate", Aggregate.self) ?? .sum
    customerKey = reader.text("customer_key")
    valueKey = reader.text("value_key")
  }
}

/// `subscription_item.defined`: a price by usage, as of the fact's time.
public struct SubscriptionItemDefined: Hashable, Sendable {
  /// The item.
  public var subscriptionItem: String
  /// The subscription it is of.
  public var subscription: String
  /// Who is billed.
  public var customer: String
  /// The currency of its prices.
  public var currency: Currency
  /// The price's id.
  public var price: String?
  /// What is sold.
  public var product: String?
  /// The meter whose events are its usage.
  public var meter: String?
  /// The price of one unit, in minor units.
  public var unitAmount: ExactDecimal
  /// How records become a quantity, unless a known meter says otherwise.
  public var aggregate: Aggregate
  /// The tiers, by rising end; empty: one price for all.
  public var tiers: [Tier]
  /// How the tiers price.
  public var tiersMode: TiersMode
  /// The billing period that runs.
  public var currentPeriod: ServicePeriod?

  init(from reader: inout FactReader) {
    subscriptionItem = reader.identifier("subscription_item")
    subscription = reader.identifier("subscription")
    customer = reader.identifier("customer")
    currency = reader.currency()
    price = reader.optionalIdentifier("price")
    product = reader.optionalIdentifier("product")
    meter = reader.optionalIdentifier("meter")
    unitAmount = reader.decimal("unit_amount")
    aggregate = reader.choice("aggregate", Aggregate.self) ?? .sum
    tiers = reader.optionalList("tiers") { Tier(from: &$0) }
    tiersMode = reader.optionalChoice("tiers_mode", TiersMode.self) ?? .graduated
    currentPeriod = reader.optionalPeriod("current_period")
    for (index, (tier, next)) in zip(tiers, tiers.dropFirst()).enumerated() {
      guard let end = tier.upTo else {
        reader.report("tiers_out_of_order", "tiers[\(index)].up_to", "Only the last tier has no end.")
        continue
      }
      if let following = next.upTo, following <= end {
        reader.report("tiers_out_of_order", "tiers[\(index + 1)].up_to", "Tiers must end one after the other.")
      }
    }
  }
}

/// `usage.recorded`: something was used.
public struct UsageRecorded: Hashable, Sendable {
  /// The record.
  public var usage: String
  /// The item whose usage it is.
  public var subscriptionItem: String?
  /// The meter whose event it is, if no item is named.
  public var meter: String?
  /// Whose usage it is, if no item is named.
  public var customer: String?
  /// How much.
  public var quantity: ExactDecimal
  /// The price of one unit of this record, in minor units, instead of the item's.
  ///
  /// Where records add up (`sum`, `count`) the record is priced by itself: its units, or one, times this price. They do not
  /// count into the item's tiers. Where one record stands for all (`max`, `last_during_period`, `last_ever`) and it is this
  /// one, its quantity times this price is the value, without tiers.
  public var unitAmount: ExactDecimal?

  /// A record of an item's usage.
  public init(usage: String, subscriptionItem: String, quantity: ExactDecimal) {
    self.usage = usage
    self.subscriptionItem = subscriptionItem
    self.quantity = quantity
  }

  init(from reader: inout FactReader) {
    usage = reader.identifier("usage")
    subscriptionItem = reader.optionalIdentifier("subscription_item")
    meter = reader.optionalIdentifier("meter")
    if subscriptionItem == nil, meter == nil {
      reader.report(
        "parameter_missing", "subscription_item", "'subscription_item' is missing, and no 'meter' is named instead.")
    }
    customer = subscriptionItem == nil && meter != nil ? reader.identifier("customer") : nil
    quantity = reader.decimal("quantity")
    unitAmount = reader.optionalDecimal("unit_amount")
  }

  func write(to writer: inout JSONWriter) {
    writer.member("usage", usage)
    writer.member("subscription_item", subscriptionItem)
    writer.member("meter", meter)
    writer.member("customer", customer)
    writer.member("quantity", quantity.text)
    writer.member("unit_amount", unitAmount?.text)
  }
}

/// `usage.cancelled`: a record of usage does not count.
public struct UsageCancelled: Hashable, Sendable {
  /// The record.
  public var usage: String

  init(from reader: inout FactReader) {
    usage = reader.identifier("usage")
  }
}

/// `usage.totaled`: the usage of an item within one slice of time, so far. The latest total of a slice counts. Records with
/// prices of their own have totals of their own, one for each price.
public struct UsageTotaled: Hashable, Sendable {
  /// The item.
  public var subscriptionItem: String
  /// The price of one unit that the records came with; nil: the item's.
  public var unitAmount: ExactDecimal?
  /// The first moment of the slice.
  public var from: Instant
  /// The first moment after it.
  public var to: Instant
  /// The sum of the quantities.
  public var quantity: ExactDecimal
  /// How many records there are.
  public var events: Int64
  /// The largest quantity.
  public var max: ExactDecimal
  /// The quantity of the latest record.
  public var last: ExactDecimal
  /// When the latest record happened.
  public var lastAt: Instant

  /// A total.
  public init(
    subscriptionItem: String, unitAmount: ExactDecimal? = nil, from: Instant, to: Instant, quantity: ExactDecimal,
    events: Int64, max: ExactDecimal, last: ExactDecimal, lastAt: Instant
  ) {
    self.subscriptionItem = subscriptionItem
    self.unitAmount = unitAmount
    self.from = from
    self.to = to
    self.quantity = quantity
    self.events = events
    self.max = max
    self.last = last
    self.lastAt = lastAt
  }

  init(from reader: inout FactReader) {
    subscriptionItem = reader.identifier("subscription_item")
    unitAmount = reader.optionalDecimal("unit_amount")
    from = reader.instant("from")
    to = reader.instant("to")
    quantity = reader.decimal("quantity")
    events = reader.count("events", in: 0...FactLimits.amountMinorUnits)
    max = reader.decimal("max")
    last = reader.decimal("last")
    lastAt = reader.instant("last_at")
    if to < from, reader.problems.isEmpty { reader.report("period_reversed", "to", "'to' lies before 'from'.") }
  }

  func write(to writer: inout JSONWriter) {
    writer.member("subscription_item", subscriptionItem)
    writer.member("unit_amount", unitAmount?.text)
    writer.member("from", from)
    writer.member("to", to)
    writer.member("quantity", quantity.text)
    writer.member("events", events)
    writer.member("max", max.text)
    writer.member("last", last.text)
    writer.member("last_at", lastAt)
  }
}
