import Accounting
import Messages

/// What records of usage add up to. Sums of different records can be added in any order.
public struct UsageSum: Hashable, Sendable {
  /// The sum of the quantities.
  public private(set) var quantity = ExactDecimal.zero
  /// How many records there are.
  public private(set) var events: Int64 = 0
  /// The largest quantity; zero where there is no record.
  public private(set) var largest = ExactDecimal.zero
  /// The latest record: its quantity, time and id; nil where there is none. Of records at one moment the one whose id comes
  /// last, compared as text, is the last.
  public private(set) var last: Last?

  /// A latest record.
  public struct Last: Hashable, Sendable {
    /// How much it is.
    public let quantity: ExactDecimal
    /// When it happened.
    public let time: Instant
    /// Its id.
    public let id: String
  }

  /// Nothing.
  public init() {}

  /// Whether a quantity can be told of in a fact.
  public static func isTellable(_ quantity: ExactDecimal) -> Bool {
    quantity.magnitude <= ExactDecimal(FactLimits.amountMinorUnits)
  }

  /// Adds a record. Returns false, and adds nothing, if the sum has more digits than can be held.
  public mutating func add(id: String, time: Instant, quantity added: ExactDecimal) -> Bool {
    guard let sum = quantity.adding(added) else { return false }
    quantity = sum
    largest = events == 0 ? added : max(largest, added)
    events += 1
    guard let latest = last, (latest.time, latest.id) >= (time, id) else {
      last = Last(quantity: added, time: time, id: id)
      return true
    }
    return true
  }

  /// The sum as the total of a slice; nil if it is too large to be told.
  public func totaled(item: String, price: UsagePrice, of slice: UsageSlicing.Slice) -> UsageTotaled? {
    guard Self.isTellable(quantity) else { return nil }
    return UsageTotaled(
      subscriptionItem: item, unitAmount: price.unitAmount, from: slice.from, to: slice.to, quantity: quantity,
      events: events, max: largest, last: last?.quantity ?? .zero, lastAt: last?.time ?? slice.from)
  }
}
