// Years and quarters: how a calendar's periods are gathered.
extension Calendar {
  /// The periods of a year.
  public struct Year: Hashable, Sendable {
    /// The number that the names of its periods begin with.
    public let number: Int
    /// Its periods.
    public let periods: ClosedRange<AccountingPeriod>
    /// Whether it has all its periods: the months before weeks are counted end where these begin.
    public let isWhole: Bool
  }

  /// The year of the period.
  public func year(of period: AccountingPeriod) -> Year {
    if kind != .month, period.ordinal >= firstWeekOrdinal {
      let (number, index, _) = weekPlace(of: period)
      let first = period.advanced(by: -index)
      return Year(number: number, periods: first...first.advanced(by: kind.weeks.count - 1), isWhole: true)
    }
    let number = Int(period.ordinal) / 12
    let first = AccountingPeriod(year: number, month: 1)
    let last = first.advanced(by: 11)
    guard kind != .month, last.ordinal >= firstWeekOrdinal else {
      return Year(number: number, periods: first...last, isWhole: true)
    }
    return Year(number: number, periods: first...AccountingPeriod(ordinal: firstWeekOrdinal - 1), isWhole: false)
  }

  /// How many periods make a quarter; nil where the year has thirteen of them.
  public var periodsInQuarter: Int? { kind == .weeks13x4 ? nil : 3 }
}
