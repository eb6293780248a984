import Accounting

/// Amounts for each of several periods, side by side, and how statements are laid out over them.
struct PeriodColumns {
  let periods: [AccountingPeriod]
  let calendar: Calendar

  init(_ input: ReportDefinition.Input) {
    calendar = input.calendar
    periods =
      input.periods.map { range in
        (range.lowerBound.ordinal...range.upperBound.ordinal).map { AccountingPeriod(ordinal: $0) }
      } ?? []
  }

  /// A column for each period, and one for all of them where a sum means something.
  func columns(withTotal: Bool) -> [Report.Column] {
    periods.map { Report.Column(calendar.name($0), title: calendar.name($0), .amount) }
      + (withTotal ? [Report.Column("total", .amount)] : [])
  }

  /// The amounts as cells.
  func cells(_ amounts: [Int128], _ currency: Currency, withTotal: Bool) -> [Cell] {
    amounts.map { .amount($0, currency) } + (withTotal ? [.amount(amounts.reduce(0, +), currency)] : [])
  }
}

extension AccountMovements {
  /// What the account moved in each period, on its natural side; nil where nothing touched it in any of them.
  func changes(of account: Account, _ currency: Currency, in periods: [AccountingPeriod]) -> [Int128]? {
    let byPeriod = movements(of: account, currency)
    guard periods.contains(where: { byPeriod[$0] != nil }) else { return nil }
    let sign: Int128 = account.normalSide == .debit ? 1 : -1
    return periods.map { sign * (byPeriod[$0] ?? 0) }
  }

  /// The balance at the end of each period, on the account's natural side; nil where nothing touched it until then.
  func balances(of account: Account, _ currency: Currency, at periods: [AccountingPeriod]) -> [Int128]? {
    let byPeriod = movements(of: account, currency)
    guard let last = periods.last, byPeriod.keys.contains(where: { $0 <= last }) else { return nil }
    let sign: Int128 = account.normalSide == .debit ? 1 : -1
    let first = periods[0]
    var balance = byPeriod.reduce(Int128(0)) { $0 + ($1.key < first ? $1.value : 0) }
    return periods.map { period in
      balance += byPeriod[period] ?? 0
      return sign * balance
    }
  }
}
