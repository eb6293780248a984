import Accounting

extension Contract {
  /// The periods that are not long-term.
  static let shortTermPeriods = 12

  /// What was expected to be recognized, at the end of a period.
  func expected(atEndOf period: Int, _ now: Schedule) -> Schedule {
    if let voided, period >= voided.period { return Schedule(first: signed, amounts: [], weights: []) }
    let known = expectations.last { $0.period <= period } ?? expectations.first
    // What was kept as the next change began counts until then; after the last one all is as it is now.
    return period >= lastChange ? now : known?.schedule ?? now
  }

  /// How what is billed ahead beyond the next twelve periods' use changes, period by period.
  /// - Parameter ahead: what is billed ahead at the end of each period in which something happens.
  func longTerm(
    _ ahead: [BillingPosition.Ahead], expectedNow now: Schedule
  ) -> [(period: Int, amount: Int64)] {
    // What the next periods use changes from thirteen periods before the first recognition on.
    var amounts = Dictionary(ahead.map { ($0.period, $0) }) { _, last in last }
    guard let first = ahead.first(where: { $0.amount > 0 })?.period else { return [] }
    var known = ahead[0]
    let window = max(first, now.first - Self.shortTermPeriods)..<max(first, now.end)
    for period in Set(window).union(amounts.keys).sorted() {
      known = amounts[period] ?? known
      amounts[period] = known
    }
    var (changes, before): ([(period: Int, amount: Int64)], Int64) = ([], 0)
    for (period, amount) in amounts.sorted(by: { $0.key < $1.key }) {
      var longTerm: Int64 = 0
      if amount.amount > 0 {
        let schedule = expected(atEndOf: period, now)
        let used = schedule.amount(from: period + 1) - schedule.amount(from: period + Self.shortTermPeriods + 1)
        longTerm = Billing.share(
          of: amount.booked, min(max(amount.amount - used, 0), amount.amount), amount.amount)
      }
      if longTerm != before { changes.append((period, longTerm - before)) }
      before = longTerm
    }
    return changes
  }
}
