import Accounting

extension ReportQuery.Memorandum {
  /// The two accounts that signing a contract moves, until it is performed.
  private static let accounts: Set<Account> = [.contractAsset, .unbilledDeferredRevenue]

  /// Whether a row is wanted.
  func holds(_ row: LedgerRow) -> Bool {
    self == .include || !Self.accounts.contains(row.debit) || !Self.accounts.contains(row.credit)
  }
}
