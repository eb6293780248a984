/// A period of the books. Which days it holds, and its name, are its calendar's to say: a period by itself is a place in
/// the unbroken sequence of periods, so that the next one is one more.
public struct AccountingPeriod: Hashable, Comparable, Sendable {
  /// The place in the sequence. For calendar months: year × 12 + month − 1.
  public let ordinal: Int32

  /// The period at this place.
  public init(ordinal: Int32) {
    self.ordinal = ordinal
  }

  /// The calendar month of this year, 1 to 12.
  public init(year: Int, month: Int) {
    self.ordinal = Int32(year * 12 + month - 1)
  }

  /// Whether the left period is earlier.
  public static func < (left: AccountingPeriod, right: AccountingPeriod) -> Bool {
    left.ordinal < right.ordinal
  }

  /// The period this many places later.
  public func advanced(by count: Int) -> AccountingPeriod {
    AccountingPeriod(ordinal: ordinal + Int32(count))
  }

  /// How many places the other period lies after this one.
  public func distance(to other: AccountingPeriod) -> Int {
    Int(other.ordinal) - Int(ordinal)
  }
}
