import Accounting

/// What entries must be about to be wanted, beyond period, currency and accounts.
public struct LedgerFilters: Hashable, Sendable {
  /// Only entries that debit or credit one of these; empty: all.
  public var accounts: Set<Account> = []
  /// Of those, only entries whose other side is this.
  public var against: Account?
  /// Only transactions that were booked in this period.
  public var booked: AccountingPeriod?
  /// Only entries that belong to this period: corrections to that which they correct.
  public var original: AccountingPeriod?
  /// Only entries that say this of a dimension.
  public var values: [LedgerDimension: String] = [:]

  /// Every entry.
  public init() {}

  /// Whether the row is among those wanted.
  public func holds(_ row: LedgerRow) -> Bool {
    if !accounts.isEmpty, !accounts.contains(row.debit), !accounts.contains(row.credit) { return false }
    if let against, row.debit != against, row.credit != against { return false }
    if let booked, row.booked != booked { return false }
    if let original, row.originalPeriod ?? row.period != original { return false }
    return values.allSatisfy { row[$0.key] == $0.value }
  }

  /// What the row moves the wanted accounts by, debits positive; without wanted accounts its amount.
  func movement(_ row: LedgerRow) -> Int128 {
    guard !accounts.isEmpty else { return row.amount }
    return (accounts.contains(row.debit) ? row.amount : 0) - (accounts.contains(row.credit) ? row.amount : 0)
  }
}

extension ReportQuery.Parameter {
  /// The dimension that the parameter asks for.
  var dimension: LedgerDimension? { Self.filtersByDimension.contains(self) ? LedgerDimension(rawValue: rawValue) : nil }

  /// Those that ask for one value of a dimension.
  static let filtersByDimension: [Self] = [.transaction, .line, .customer, .product, .price, .event]
}
