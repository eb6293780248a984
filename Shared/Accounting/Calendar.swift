/// How time is divided into accounting periods: calendar months, or weeks counted from a day on.
public struct Calendar: Hashable, Sendable {
  /// The ways to divide a year.
  public enum Kind: String, CaseIterable, Sendable {
    /// Calendar months.
    case month
    /// Quarters of four, four and five weeks.
    case weeks445 = "4-4-5"
    /// Quarters of four, five and four weeks.
    case weeks454 = "4-5-4"
    /// Quarters of five, four and four weeks.
    case weeks544 = "5-4-4"
    /// Thirteen periods of four weeks.
    case weeks13x4 = "13x4"

    /// The weeks of each period of a year of 52 weeks; empty for months.
    var weeks: [Int] {
      switch self {
      case .month: []
      case .weeks445: [4, 4, 5, 4, 4, 5, 4, 4, 5, 4, 4, 5]
      case .weeks454: [4, 5, 4, 4, 5, 4, 4, 5, 4, 4, 5, 4]
      case .weeks544: [5, 4, 4, 5, 4, 4, 5, 4, 4, 5, 4, 4]
      case .weeks13x4: Array(repeating: 4, count: 13)
      }
    }
  }

  /// The years whose last period has a week more.
  public enum Week53: Hashable, Sendable {
    /// The sixth year since the start, the twelfth, and so on.
    case sixthYear
    /// These years, named as the periods are.
    case years(Set<Int>)

    func holds(_ year: Int, startYear: Int) -> Bool {
      switch self {
      case .sixthYear: (year - startYear + 1) % 6 == 0
      case .years(let years): years.contains(year)
      }
    }
  }

  /// How the year is divided.
  public let kind: Kind
  /// The first day of the first week. Before it, periods are calendar months. Without meaning for months.
  public let start: CivilDate
  /// The years of 53 weeks.
  public let week53: Week53

  /// Calendar months.
  public static let months = Calendar(
    kind: .month, start: CivilDate(daysSinceEpoch: 0), week53: .sixthYear)

  /// The zones whose midnights begin the days, by day; before the first, UTC.
  public let zones: [ZoneFrom]

  /// A calendar of this kind, whose weeks begin on the day `start`.
  public init(kind: Kind, start: CivilDate, week53: Week53, zones: [ZoneFrom] = []) {
    self.kind = kind
    self.start = start
    self.week53 = week53
    self.zones = zones
  }
}

// MARK: - Periods and days

extension Calendar {
  /// The period that holds the moment.
  public func period(containing moment: Instant) -> AccountingPeriod {
    period(containing: date(containing: moment))
  }

  /// The period that holds the day.
  public func period(containing date: CivilDate) -> AccountingPeriod {
    guard kind != .month, date >= start else { return AccountingPeriod(year: date.year, month: date.month) }
    var (year, day, ordinal) = (start.year, start.daysSinceEpoch, firstWeekOrdinal)
    let wanted = date.daysSinceEpoch
    while true {
      let length = days(inYear: year)
      if wanted < day + length { break }
      day += length
      year += 1
      ordinal += Int32(kind.weeks.count)
    }
    for (index, length) in periodDays(inYear: year).enumerated() {
      if wanted < day + length { return AccountingPeriod(ordinal: ordinal + Int32(index)) }
      day += length
    }
    preconditionFailure("a year's periods hold each of its days")
  }

  /// The first moment of the period.
  public func start(of period: AccountingPeriod) -> Instant {
    guard kind != .month, period.ordinal >= firstWeekOrdinal else {
      let year = Int(period.ordinal) / 12
      return midnight(of: CivilDate(uncheckedYear: year, month: Int(period.ordinal) - year * 12 + 1, day: 1))
    }
    let (year, index, firstDay) = weekPlace(of: period)
    let day = periodDays(inYear: year)[..<index].reduce(firstDay, +)
    return midnight(of: CivilDate(daysSinceEpoch: day))
  }

  /// The first moment after the period: the first of the next one.
  public func end(of period: AccountingPeriod) -> Instant {
    start(of: period.advanced(by: 1))
  }

  /// The period's name: `2022-06` for a month, `2025-P01` for a period of weeks.
  public func name(_ period: AccountingPeriod) -> String {
    guard kind != .month, period.ordinal >= firstWeekOrdinal else {
      let year = Int(period.ordinal) / 12
      return padded(year, to: 4) + "-" + padded(Int(period.ordinal) - year * 12 + 1, to: 2)
    }
    let (year, index, _) = weekPlace(of: period)
    return padded(year, to: 4) + "-P" + padded(index + 1, to: 2)
  }

  /// The period of this name, or nil if the calendar has none.
  public func period(named name: some StringProtocol) -> AccountingPeriod? {
    let bytes = Array(name.utf8)
    guard bytes.count >= 7, bytes[4] == UInt8(ascii: "-"), let year = CivilDate.number(bytes[0..<4]), year >= 1 else {
      return nil
    }
    if bytes.count == 7, let month = CivilDate.number(bytes[5..<7]) {
      guard (1...12).contains(month) else { return nil }
      let period = AccountingPeriod(year: year, month: month)
      return kind == .month || period.ordinal < firstWeekOrdinal ? period : nil
    }
    guard kind != .month, bytes.count == 8, bytes[5] == UInt8(ascii: "P"), let number = CivilDate.number(bytes[6..<8]),
      number >= 1, number <= kind.weeks.count, year >= start.year
    else { return nil }
    return AccountingPeriod(
      ordinal: firstWeekOrdinal + Int32((year - start.year) * kind.weeks.count + number - 1))
  }

  /// The place of the first period of weeks: the month that holds the start ends there, and keeps its own place unless the
  /// start is its first day.
  var firstWeekOrdinal: Int32 {
    AccountingPeriod(year: start.year, month: start.month).ordinal + (start.day == 1 ? 0 : 1)
  }

  private func days(inYear year: Int) -> Int {
    (week53.holds(year, startYear: start.year) ? 53 : 52) * 7
  }

  private func periodDays(inYear year: Int) -> [Int] {
    var lengths = kind.weeks.map { $0 * 7 }
    if week53.holds(year, startYear: start.year) { lengths[lengths.count - 1] += 7 }
    return lengths
  }

  /// The year of a period of weeks, its place in it, and the year's first day.
  func weekPlace(of period: AccountingPeriod) -> (year: Int, index: Int, firstDay: Int) {
    let places = Int(period.ordinal - firstWeekOrdinal)
    let year = start.year + places / kind.weeks.count
    var day = start.daysSinceEpoch
    for earlier in start.year..<year { day += days(inYear: earlier) }
    return (year, places % kind.weeks.count, day)
  }
}
