import Accounting

/// Amounts of several spans of periods, side by side, and how statements are laid out over them.
struct PeriodColumns {
  let spans: [PeriodSpan]
  /// Whether a column for all of them means something.
  let haveTotal: Bool
  /// The periods that the last column is compared with; nil: none.
  let compared: PeriodSpan?

  init(_ input: ReportDefinition.Input) {
    let query = input.query
    spans = input.periods.map { PeriodSpan.spans(of: $0, query.columns, input.calendar) } ?? []
    haveTotal = query.columns != .yearToDate
    compared = input.periods.flatMap { periods in
      query.compared(with: periods).map { range in
        query.columns == .yearToDate
          ? PeriodSpan(holding: range.upperBound, .yearToDate, input.calendar)
          : PeriodSpan(name: input.calendar.name(range), periods: range)
      }
    }
  }

  /// A column for each span, one for all of them where a sum means something and is wanted, and what it is compared with.
  func columns(withTotal: Bool) -> [Report.Column] {
    // Where a total means something, an amount is what happened; elsewhere it is what there is in the end.
    func reach(_ first: AccountingPeriod, _ last: AccountingPeriod) -> PeriodReach {
      PeriodReach(from: withTotal ? first : nil, through: last)
    }
    let total = spans.first.map { first in reach(first.first, spans.last?.last ?? first.last) }
    return spans.map { Report.Column($0.name, title: $0.name, .amount, of: reach($0.first, $0.last)) }
      + (withTotal && haveTotal ? [Report.Column("total", .amount, of: total)] : [])
      + (compared.map {
        [
          .init("compared", title: $0.name, .amount, of: reach($0.first, $0.last)), .init("change", .amount),
        ]
      } ?? [])
  }

  /// The amounts as cells. Where something is compared, its amount comes last, and the last column is what it stands against.
  func cells(_ amounts: [Int128], _ currency: Currency, withTotal: Bool) -> [Cell] {
    let own = amounts.prefix(spans.count)
    var shown = Array(own)
    if withTotal && haveTotal { shown.append(own.reduce(0, +)) }
    if compared != nil, let last = shown.last, let other = amounts.last { shown += [other, last - other] }
    return shown.map { .amount($0, currency) }
  }

  /// The spans with amounts: those shown, and then the one that is compared.
  var all: [PeriodSpan] { spans + (compared.map { [$0] } ?? []) }
}

extension AccountMovements {
  /// What the account moved in each span, on its natural side; nil where nothing touched it in any of them.
  func changes(of account: Account, _ currency: Currency, in spans: [PeriodSpan]) -> [Int128]? {
    let byPeriod = movements(of: account, currency)
    guard byPeriod.keys.contains(where: { period in spans.contains { $0.periods.contains(period) } }) else {
      return nil
    }
    let sign: Int128 = account.normalSide == .debit ? 1 : -1
    return spans.map { sign * $0.sum(byPeriod) }
  }

  /// The balance at the end of each span, on the account's natural side; nil where nothing touched it until then.
  func balances(of account: Account, _ currency: Currency, at spans: [PeriodSpan]) -> [Int128]? {
    let byPeriod = movements(of: account, currency)
    guard let last = spans.last?.last, byPeriod.keys.contains(where: { $0 <= last }) else { return nil }
    let sign: Int128 = account.normalSide == .debit ? 1 : -1
    return spans.map { span in sign * byPeriod.reduce(Int128(0)) { $0 + ($1.key <= span.last ? $1.value : 0) } }
  }
}
