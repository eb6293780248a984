import Accounting

/// The rows a report needs: the one description that a database turns into a query and a ledger in memory into a filter.
///
/// A source may return finer rows than asked for, never coarser ones: reports add up what they are given. Rows that name
/// their cause are netted by the report, so a source that nets by itself leaves the cause out.
public struct LedgerSelection: Hashable, Sendable {
  /// The first period wanted; nil: from the beginning.
  public var first: AccountingPeriod?
  /// The last period wanted; nil: to the end of every schedule.
  public var last: AccountingPeriod?
  /// Only this currency.
  public var currency: Currency?
  /// Only entries that debit or credit one of these; nil: all.
  public var accounts: Set<Account>?
  /// What must be told apart besides period, original period, booking period, currency and accounts.
  public var dimensions: [LedgerDimension]
  /// Whether what was posted for a cause and what was taken back of it are wanted as one net amount.
  public var netsCauses: Bool
  /// Only what was known at this instant.
  public var asOf: Instant?
  /// Whether entries are wanted one by one, in the order they were posted, rather than summed.
  public var inPostingOrder: Bool
  /// At most this many rows, where they are wanted one by one.
  public var limit: Int?
  /// What entries must be about, where they are wanted one by one.
  public var filters: LedgerFilters
  /// Which of regular entries and corrections are wanted, where they are wanted one by one.
  public var corrections: ReportQuery.Corrections
  /// Whether the rows are to say which rule they were booked by.
  public var namesRules: Bool

  /// A selection; what is not named does not restrict it.
  public init(
    first: AccountingPeriod? = nil, last: AccountingPeriod? = nil, currency: Currency? = nil,
    accounts: Set<Account>? = nil, dimensions: [LedgerDimension] = [], netsCauses: Bool = false, asOf: Instant? = nil,
    inPostingOrder: Bool = false, limit: Int? = nil, filters: LedgerFilters = LedgerFilters(),
    corrections: ReportQuery.Corrections = .include, namesRules: Bool = false
  ) {
    self.first = first
    self.last = last
    self.currency = currency
    self.accounts = accounts
    self.dimensions = dimensions
    self.netsCauses = netsCauses
    self.asOf = asOf
    self.inPostingOrder = inPostingOrder
    self.limit = limit
    self.filters = filters
    self.corrections = corrections
    self.namesRules = namesRules
  }

  /// Whether the row is among those wanted. When it became known is not the row's to say.
  public func holds(_ row: LedgerRow) -> Bool {
    if let first, row.period < first { return false }
    if let last, row.period > last { return false }
    if let currency, row.currency != currency { return false }
    if let accounts, !accounts.contains(row.debit), !accounts.contains(row.credit) { return false }
    return corrections.hold(row) && filters.holds(row)
  }
}
