import Accounting

/// The periods whose entries an amount is made of.
struct PeriodReach: Hashable {
  /// The first; nil: all before the last.
  var from: AccountingPeriod?
  /// The last, itself included.
  var through: AccountingPeriod
}

/// How the entries behind the amounts of a report are found.
enum DrillDown {
  /// They are not found.
  case none
  /// A row names an account, a column its periods.
  case byAccount
  /// A row is what moved between two accounts.
  case byMovement
  /// A row is what was booked in a period, a column when its net revenue is recognized.
  case byBooking
}

extension Report {
  /// What to ask of the activity so that it shows the entries that a cell is made of; nil where it cannot.
  func activity(behind row: [Cell], at index: Int) -> [(name: String, value: String)]? {
    var filters = LedgerFilters()
    var reach = columns[index].periods
    switch definition.drillDown {
    case .none: return nil
    case .byAccount:
      // What an account is called in the general ledger decides over entries that activity cannot tell apart.
      guard let account = row.accounts.first, !columns.contains(where: { $0.name == "gl_account" }) else { return nil }
      filters.accounts = [account]
    case .byMovement:
      guard case .period(let original) = row[0], case .period(let open) = row[1], row.accounts.count == 2,
        !columns.contains(where: { $0.name == "debit_gl_code" }), let values = values(of: row)
      else { return nil }
      (filters.accounts, filters.against, filters.original) = ([row.accounts[0]], row.accounts[1], original)
      filters.values = values
      reach = PeriodReach(from: open, through: open)
    case .byBooking:
      guard case .period(let booked) = row[0] else { return nil }
      (filters.accounts, filters.booked) = (Account.ofNetRevenue, booked)
    }
    guard let reach else { return nil }
    var asked = ReportQuery()
    (asked.start, asked.end, asked.filters, asked.asOf) = (reach.from, reach.through, filters, query.asOf)
    for case .currency(let currency) in row { asked.currency = currency }
    return asked.pairs(calendar: calendar)
  }

  /// What the row says of the dimensions that it is told apart by; nil if one of them is blank, which cannot be asked for.
  private func values(of row: [Cell]) -> [LedgerDimension: String]? {
    if case .metadata = query.by { return nil }
    var values: [LedgerDimension: String] = [:]
    for (column, cell) in zip(columns, row) {
      guard let dimension = LedgerDimension(rawValue: column.name) else { continue }
      guard case .text(let text) = cell else { return nil }
      values[dimension] = text
    }
    return values
  }
}

extension [Cell] {
  /// The accounts among the cells, in order.
  fileprivate var accounts: [Account] {
    compactMap { if case .account(let account) = $0 { account } else { nil } }
  }
}
