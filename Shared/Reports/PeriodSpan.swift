import Accounting

/// Consecutive periods that a report shows as one: a column or a row.
struct PeriodSpan: Hashable {
  /// What it is called.
  let name: String
  /// Its periods.
  let periods: ClosedRange<AccountingPeriod>
  /// Its name where it heads a row.
  let cell: Cell

  var first: AccountingPeriod { periods.lowerBound }
  var last: AccountingPeriod { periods.upperBound }

  /// Its periods, one by one.
  var each: [AccountingPeriod] { (first.ordinal...last.ordinal).map { AccountingPeriod(ordinal: $0) } }

  /// What the amounts of its periods add up to.
  func sum(_ amounts: [AccountingPeriod: Int128]) -> Int128 {
    if first == last { return amounts[first] ?? 0 }
    return amounts.reduce(0) { $0 + (periods.contains($1.key) ? $1.value : 0) }
  }

  /// The spans in which these periods are shown. Of a quarter or year that they hold in part, the name says which part.
  static func spans(
    of periods: ClosedRange<AccountingPeriod>, _ columns: ReportQuery.Columns, _ calendar: Calendar
  ) -> [PeriodSpan] {
    var spans: [PeriodSpan] = []
    var next = periods.lowerBound
    while next <= periods.upperBound {
      let whole = PeriodSpan(holding: next, columns, calendar)
      let shown = columns == .yearToDate ? whole.first...next : next...min(whole.last, periods.upperBound)
      let isWhole =
        [.period, .yearToDate].contains(columns) || (shown == whole.periods && calendar.year(of: next).isWhole)
      spans.append(
        isWhole
          ? PeriodSpan(name: whole.name, periods: shown, cell: whole.cell)
          : PeriodSpan(name: "\(whole.name) (\(calendar.name(shown)))", periods: shown))
      next = shown.upperBound.advanced(by: 1)
    }
    return spans
  }

  /// The whole span that holds the period.
  init(holding period: AccountingPeriod, _ columns: ReportQuery.Columns, _ calendar: Calendar) {
    let year = calendar.year(of: period)
    switch columns {
    case .period: self.init(name: calendar.name(period), periods: period...period, cell: .period(period))
    case .year: self.init(name: Self.padded(year.number), periods: year.periods)
    case .yearToDate:
      self.init(name: "\(calendar.name(period)) year to date", periods: year.periods.lowerBound...period)
    case .quarter:
      // Where a year has no quarters, they cannot be asked for.
      let length = calendar.periodsInQuarter ?? 1
      let quarter = year.periods.lowerBound.distance(to: period) / length
      let first = year.periods.lowerBound.advanced(by: quarter * length)
      self.init(
        name: "\(Self.padded(year.number))-Q\(quarter + 1)",
        periods: first...min(first.advanced(by: length - 1), year.periods.upperBound))
    }
  }

  init(name: String, periods: ClosedRange<AccountingPeriod>, cell: Cell? = nil) {
    self.name = name
    self.periods = periods
    self.cell = cell ?? .label(name)
  }

  private static func padded(_ year: Int) -> String {
    let digits = String(year)
    return String(repeating: "0", count: max(4 - digits.count, 0)) + digits
  }
}

extension Calendar {
  /// The first and the last of several periods, or the only one.
  func name(_ periods: ClosedRange<AccountingPeriod>) -> String {
    let (first, last) = (name(periods.lowerBound), name(periods.upperBound))
    return first == last ? first : "\(first) to \(last)"
  }
}
