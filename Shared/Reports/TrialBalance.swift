import Accounting

extension ReportDefinition {
  /// Every account's starting balance, change and ending balance, debits positive: each column adds up to zero.
  static let trialBalance = ReportDefinition(
    name: .trialBalance, title: "Trial balance",
    sentence:
      "Starting balance, change and ending balance of every account; debits are positive, so all add up to zero.",
    parameters: [.start, .end, .currency, .memorandum, .asOf],
    drillDown: .byAccount,
    select: { query, periods in
      LedgerSelection(last: periods?.upperBound, currency: query.currency, asOf: query.asOf)
    },
    make: { input in
      let movements = AccountMovements(input.rows.filter(input.query.memorandum.holds))
      let isMapped = movements.isMapped
      var output = Output(
        columns: [.init("account")] + (isMapped ? [.init("gl_account"), .init("gl_number")] : [])
          + [.init("currency")] + trialBalanceAmounts(input.periods))
      guard let periods = input.periods else { return output }
      for currency in movements.currencies {
        var starting: Int128 = 0
        var change: Int128 = 0
        for account in Account.allCases {
          for name in movements.names(of: account, currency) {
            let before = movements.sum(account, as: name, currency) { $0 < periods.lowerBound }
            let within = movements.sum(account, as: name, currency) { periods.contains($0) }
            // An account that nothing ever touched is left out; one that came back to zero is not.
            if before == nil && within == nil { continue }
            let amounts = [before ?? 0, within ?? 0, (before ?? 0) + (within ?? 0)]
            output.rows.append(
              [.account(account)] + (isMapped ? [.optional(name?.name), .optional(name?.number)] : [])
                + [.currency(currency)] + amounts.map { .amount($0, currency) })
            starting += before ?? 0
            change += within ?? 0
          }
        }
        output.totals.append(
          [.label("Total")] + (isMapped ? [.empty, .empty] : []) + [.currency(currency)]
            + [starting, change, starting + change].map { .amount($0, currency) })
      }
      return output
    })

  private static func trialBalanceAmounts(_ periods: ClosedRange<AccountingPeriod>?) -> [Report.Column] {
    func reach(_ from: AccountingPeriod?, _ through: AccountingPeriod?) -> PeriodReach? {
      through.map { PeriodReach(from: from, through: $0) }
    }
    return [
      .init("starting", .amount, of: reach(nil, periods?.lowerBound.advanced(by: -1))),
      .init("net_change", .amount, of: reach(periods?.lowerBound, periods?.upperBound)),
      .init("ending", .amount, of: reach(nil, periods?.upperBound)),
    ]
  }
}
