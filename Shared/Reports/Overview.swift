import Accounting

extension ReportDefinition {
  /// Net revenue of each month, and what is deferred and owed at its end.
  static let overview = ReportDefinition(
    name: .overview, title: "Overview",
    sentence: "Net revenue of each period, and the deferred revenue, receivables and cash at its end.",
    parameters: [.start, .end, .currency, .asOf],
    showsEachPeriod: true,
    select: { query, periods in
      LedgerSelection(
        last: periods?.upperBound, currency: query.currency,
        accounts: Account.ofNetRevenue.union(Account.ofDeferredRevenue).union(Account.ofReceivables).union([.cash]),
        asOf: query.asOf)
    },
    make: { input in
      var output = Output(
        columns: [
          .init("period"), .init("currency"), .init("net_revenue", .amount), .init("deferred_revenue", .amount),
          .init("receivables", .amount), .init("cash", .amount),
        ], rows: [])
      guard let periods = input.periods else { return output }
      let movements = AccountMovements(input.rows)
      for currency in movements.currencies {
        func sum(_ accounts: Set<Account>, _ included: (AccountingPeriod) -> Bool) -> Int128 {
          accounts.reduce(0) { sum, account in
            movements.movements(of: account, currency).reduce(sum) { $0 + (included($1.key) ? $1.value : 0) }
          }
        }
        for ordinal in periods.lowerBound.ordinal...periods.upperBound.ordinal {
          let period = AccountingPeriod(ordinal: ordinal)
          output.rows.append([
            .period(period), .currency(currency),
            .amount(-sum(Account.ofNetRevenue) { $0 == period }, currency),
            .amount(-sum(Account.ofDeferredRevenue) { $0 <= period }, currency),
            .amount(sum(Account.ofReceivables) { $0 <= period }, currency),
            .amount(sum([.cash]) { $0 <= period }, currency),
          ])
        }
      }
      return output
    })
}
