import Accounting

extension ReportDefinition {
  /// What the business owns and owes at the end of each period, and equity as all net income so far.
  static let balanceSheet = ReportDefinition(
    name: .balanceSheet, title: "Balance sheet",
    sentence: "Assets, liabilities, and equity as accumulated net income, at the end of each period; both sides agree.",
    parameters: [.start, .end, .columns, .currency, .memorandum, .asOf],
    showsEachPeriod: true,
    drillDown: .byAccount,
    select: { query, periods in
      LedgerSelection(last: periods?.upperBound, currency: query.currency, asOf: query.asOf)
    },
    make: { input in
      let columns = PeriodColumns(input)
      var output = Output(
        columns: [.init("section"), .init("account"), .init("currency")] + columns.columns(withTotal: false))
      let movements = AccountMovements(input.rows.filter(input.query.memorandum.holds))
      for currency in movements.currencies {
        let none = columns.spans.map { _ in Int128(0) }
        func row(_ title: String, _ amounts: [Int128]) -> [Cell] {
          [.label(title), .empty, .currency(currency)] + columns.cells(amounts, currency, withTotal: false)
        }
        func sum(_ category: AccountCategory, shown section: String?) -> [Int128] {
          var sum = none
          for account in Account.allCases where account.category == category {
            guard let amounts = movements.balances(of: account, currency, at: columns.spans) else { continue }
            sum = zip(sum, amounts).map { $0 + $1 }
            guard let section else { continue }
            output.rows.append(
              [.label(section), .account(account), .currency(currency)]
                + columns.cells(amounts, currency, withTotal: false))
          }
          return sum
        }
        let assets = sum(.assets, shown: "Assets")
        output.rows.append(row("Total assets", assets))
        let liabilities = sum(.liabilities, shown: "Liabilities")
        output.rows.append(row("Total liabilities", liabilities))
        var equity = none
        for (category, sign) in [
          (AccountCategory.revenue, Int128(1)), (.gains, 1), (.contraRevenue, -1), (.expenses, -1), (.losses, -1),
        ] {
          equity = zip(equity, sum(category, shown: nil)).map { $0 + sign * $1 }
        }
        output.rows.append(row("Equity: accumulated net income", equity))
        output.totals.append(row("Total liabilities and equity", zip(liabilities, equity).map { $0 + $1 }))
      }
      return output
    })
}
