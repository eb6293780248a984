import Accounting

extension ReportDefinition {
  /// Revenue, what lowers it, and what is left after gains, expenses and losses, period by period.
  static let incomeStatement = ReportDefinition(
    name: .incomeStatement, title: "Income statement",
    sentence:
      "Revenue, contra revenue and net revenue; gains, expenses and losses; net income; each period and in all.",
    parameters: [.start, .end, .columns, .compare, .currency, .asOf],
    showsEachPeriod: true,
    drillDown: .byAccount,
    select: { query, periods in
      LedgerSelection(
        first: periods?.lowerBound, last: periods?.upperBound, currency: query.currency,
        accounts: Account.ofNetIncome, asOf: query.asOf)
    },
    make: { input in
      let columns = PeriodColumns(input)
      var output = Output(
        columns: [.init("section"), .init("account"), .init("currency")] + columns.columns(withTotal: true))
      let movements = AccountMovements(input.rows)
      for currency in movements.currencies {
        var income = columns.all.map { _ in Int128(0) }
        func add(_ section: String, _ categories: [(AccountCategory, sign: Int128)], sum title: String?) {
          for (category, sign) in categories {
            for account in Account.allCases where account.category == category {
              guard let amounts = movements.changes(of: account, currency, in: columns.all) else { continue }
              income = zip(income, amounts).map { $0 + sign * $1 }
              output.rows.append(
                [.label(section), .account(account), .currency(currency)]
                  + columns.cells(amounts.map { sign * $0 }, currency, withTotal: true))
            }
          }
          guard let title else { return }
          let row =
            [.label(title), .empty, .currency(currency)] + columns.cells(income, currency, withTotal: true)
          if title == "Net income" { output.totals.append(row) } else { output.rows.append(row) }
        }
        add("Revenue", [(.revenue, 1)], sum: nil)
        add("Contra revenue", [(.contraRevenue, -1)], sum: "Net revenue")
        add("Gains", [(.gains, 1)], sum: nil)
        add("Expenses", [(.expenses, -1)], sum: nil)
        add("Losses", [(.losses, -1)], sum: "Net income")
      }
      return output
    })
}

extension Account {
  /// All accounts whose balance is income: what is left of them at the end is equity.
  static let ofNetIncome = Set(allCases.filter { $0.category != .assets && $0.category != .liabilities })
}
