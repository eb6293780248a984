import Accounting
import Messages

/// The price of usage within one billing period.
struct UsagePricing {
  /// The records so far.
  struct Aggregated {
    var sum = ExactDecimal.zero
    var count: Int64 = 0
    var largest: ExactDecimal?
    var last = ExactDecimal.zero
    /// The exact value of the units so far, each at the price of its time.
    var value = ExactDecimal.zero
  }

  let item: UsageItem
  /// The version that prices the whole period; nil: each record at the price of its time.
  private let whole: SubscriptionItemDefined?
  private let aggregate: Aggregate

  /// - Parameter end: the end of the billing period.
  init(item: UsageItem, end: Instant) {
    self.item = item
    let latest = (item.versions.last { $0.time < end } ?? item.versions[0]).data
    aggregate = latest.aggregate
    whole = latest.aggregate == .sum && latest.tiers.isEmpty ? nil : latest
  }

  func add(_ slice: UsageTotaled, to aggregated: inout Aggregated) {
    aggregated.sum = aggregated.sum.adding(slice.quantity) ?? aggregated.sum
    aggregated.count += slice.events
    aggregated.largest = aggregated.largest.map { Swift.max($0, slice.max) } ?? slice.max
    aggregated.last = slice.last
    if whole == nil, let product = item.version(at: slice.from).unitAmount.multiplied(by: slice.quantity) {
      aggregated.value = aggregated.value.adding(product) ?? aggregated.value
    }
  }

  /// The value of the records so far, in minor units, rounded once.
  func value(of aggregated: Aggregated) -> Int64 {
    guard let whole else { return aggregated.value.rounded ?? 0 }
    let quantity =
      switch aggregate {
      case .sum: aggregated.sum
      case .count: ExactDecimal(aggregated.count)
      case .max: aggregated.largest ?? .zero
      case .lastDuringPeriod, .lastEver: aggregated.last
      }
    return Self.price(quantity, by: whole)?.rounded ?? 0
  }

  /// The exact price of a quantity.
  private static func price(_ quantity: ExactDecimal, by definition: SubscriptionItemDefined) -> ExactDecimal? {
    guard !definition.tiers.isEmpty else { return definition.unitAmount.multiplied(by: quantity) }
    guard quantity > .zero else { return .zero }
    switch definition.tiersMode {
    case .volume:
      guard
        let tier = definition.tiers.first(where: { $0.upTo.map { quantity <= $0 } ?? true }) ?? definition.tiers.last
      else { return nil }
      return tier.unitAmount.multiplied(by: quantity)?.adding(tier.flatAmount)
    case .graduated:
      var total = ExactDecimal.zero
      var start = ExactDecimal.zero
      for tier in definition.tiers where quantity > start {
        let end = tier.upTo.map { min($0, quantity) } ?? quantity
        guard let units = end.subtracting(start), let price = tier.unitAmount.multiplied(by: units),
          let sum = total.adding(price)?.adding(tier.flatAmount)
        else { return nil }
        total = sum
        start = end
      }
      return total
    }
  }
}
