import Accounting

extension ReportDefinition {
  /// What customers owe, what is recognized and not billed, and what is billed and not earned, from the beginning to the end
  /// of each period.
  static let contractBalances = ReportDefinition(
    // ASC 606-10-50-8: opening and closing balances of receivables, contract assets and contract liabilities.
    name: .contractBalances, title: "Contract balances",
    sentence: "Receivables, contract assets and contract liabilities of each period: opening, change, closing.",
    parameters: [.start, .end, .columns, .currency, .asOf],
    showsEachPeriod: true,
    select: { query, periods in
      LedgerSelection(
        last: periods?.upperBound, currency: query.currency,
        accounts: ContractBalance.allCases.reduce(into: []) { $0.formUnion($1.accounts) }, asOf: query.asOf)
    },
    make: { input in
      var output = Output(columns: [
        .init("period"), .init("currency"), .init("balance"), .init("opening", .amount), .init("change", .amount),
        .init("closing", .amount),
      ])
      let movements = AccountMovements(input.rows)
      let spans = PeriodColumns(input).spans
      for currency in movements.currencies {
        for span in spans {
          for balance in ContractBalance.allCases {
            var (opening, change): (Int128, Int128) = (0, 0)
            for account in balance.accounts {
              let sign: Int128 = account.normalSide == .debit ? 1 : -1
              for (moved, amount) in movements.movements(of: account, currency) {
                if moved < span.first { opening += sign * amount }
                if span.periods.contains(moved) { change += sign * amount }
              }
            }
            output.rows.append(
              [span.cell, .currency(currency), .label(balance.rawValue)]
                + [opening, change, opening + change].map { .amount($0, currency) })
          }
        }
      }
      return output
    })
}

/// The balances that a business shows of its contracts with customers.
private enum ContractBalance: String, CaseIterable {
  case receivables
  case contractAssets = "contract_assets"
  case contractLiabilities = "contract_liabilities"

  var accounts: Set<Account> {
    switch self {
    case .receivables: [.accountsReceivable]
    case .contractAssets: [.unbilledAccountsReceivable]
    case .contractLiabilities: Account.ofDeferredRevenue
    }
  }
}
