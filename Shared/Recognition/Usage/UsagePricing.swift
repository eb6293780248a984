import Accounting
import Messages

/// The price of usage within one billing period.
struct UsagePricing {
  /// The records so far.
  struct Aggregated {
    /// What the item prices: the units so far, or the record that stands for all.
    var quantity = ExactDecimal.zero
    /// The price of its own of the record that stands for all; nil: the item's.
    var unitAmount: ExactDecimal?
    /// Whether there is a record.
    var isStarted = false
    /// The exact value of what has been priced already: at the price of its time, or at a price of its own.
    var value = ExactDecimal.zero
  }

  let item: UsageItem
  /// The version that prices the whole period; nil: each record at the price of its time.
  private let whole: SubscriptionItemDefined?
  private let aggregate: Aggregate

  /// - Parameters:
  ///   - start: when the first record happened.
  ///   - end: the end of the billing period.
  init(item: UsageItem, from start: Instant, to end: Instant) {
    self.item = item
    let latest = (item.versions.last { $0.time < end } ?? item.versions[0]).data
    let inForce = [item.version(at: start)] + item.versions.filter { $0.time > start && $0.time < end }.map(\.data)
    aggregate = latest.aggregate
    whole = inForce.allSatisfy { $0.aggregate == .sum && $0.tiers.isEmpty } ? nil : latest
  }

  /// Adds a total. They come in order of time, those of one slice in the order of their prices.
  func add(_ slice: UsageTotaled, to aggregated: inout Aggregated) {
    defer { aggregated.isStarted = true }
    switch aggregate {
    case .sum: add(slice.quantity, of: slice, to: &aggregated)
    case .count: add(ExactDecimal(slice.events), of: slice, to: &aggregated)
    case .max:
      guard !aggregated.isStarted || slice.max > aggregated.quantity else { return }
      (aggregated.quantity, aggregated.unitAmount) = (slice.max, slice.unitAmount)
    case .lastDuringPeriod, .lastEver:
      (aggregated.quantity, aggregated.unitAmount) = (slice.last, slice.unitAmount)
    }
  }

  private func add(_ units: ExactDecimal, of slice: UsageTotaled, to aggregated: inout Aggregated) {
    let price = slice.unitAmount ?? (whole == nil ? item.version(at: slice.from).unitAmount : nil)
    guard let price else {
      aggregated.quantity = aggregated.quantity.adding(units) ?? aggregated.quantity
      return
    }
    if let product = price.multiplied(by: units) {
      aggregated.value = aggregated.value.adding(product) ?? aggregated.value
    }
  }

  /// The value of the records so far, in minor units, rounded once; at most as much as one amount can be.
  func value(of aggregated: Aggregated) -> Int64 {
    let limit = FactLimits.amountMinorUnits
    return min(max(unlimitedValue(of: aggregated), -limit), limit)
  }

  private func unlimitedValue(of aggregated: Aggregated) -> Int64 {
    guard let whole else { return aggregated.value.rounded ?? 0 }
    let price =
      aggregated.unitAmount.map { $0.multiplied(by: aggregated.quantity) }
      ?? Self.price(aggregated.quantity, by: whole)
    return price.flatMap { $0.adding(aggregated.value) }?.rounded ?? 0
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
      for (index, tier) in definition.tiers.enumerated() where quantity > start {
        // What lies beyond the last tier's end belongs to it, as it does where the total picks the tier.
        let isLast = index + 1 == definition.tiers.count
        let end = isLast ? quantity : tier.upTo.map { min($0, quantity) } ?? quantity
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
