import Accounting

/// What a report needs to know besides the ledger.
public struct ReportContext: Sendable {
  /// The calendar of the books.
  public var calendar: Calendar
  /// The period that holds today. Where no end is asked for, reports stop there; nil: they go to the end of every schedule.
  public var current: AccountingPeriod?
  /// The moment that the report is made at; nil: the end of its last period.
  public var now: Instant?
  /// How far the books have come.
  public var completeness: Completeness

  /// A context; by default calendar months, no today, and a ledger that is all there is.
  public init(
    calendar: Calendar = .months, current: AccountingPeriod? = nil, now: Instant? = nil,
    completeness: Completeness = Completeness()
  ) {
    self.calendar = calendar
    self.current = current
    self.now = now
    self.completeness = completeness
  }
}
