import Accounting
import Messages

/// What one unit of a record costs: records of different prices are counted apart. What the item prices comes first.
public enum UsagePrice: Hashable, Comparable, Sendable {
  /// What the item says.
  case ofItem
  /// What the record says, in minor units.
  case own(ExactDecimal)

  /// The price of a record that comes with one, or without.
  public init(_ unitAmount: ExactDecimal?) {
    self = unitAmount.map { .own($0) } ?? .ofItem
  }

  /// The record's price of one unit; nil: the item's.
  public var unitAmount: ExactDecimal? {
    if case .own(let amount) = self { amount } else { nil }
  }
}

extension UsageTotaled {
  /// Whether both are totals of one slice and price, so that the later one counts.
  func isOfSlice(of other: UsageTotaled) -> Bool {
    from == other.from && unitAmount == other.unitAmount && subscriptionItem == other.subscriptionItem
  }
}
