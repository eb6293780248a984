import Accounting

extension ReportDefinition {
  /// What moved between which accounts, period by period.
  static let debitsAndCredits = ReportDefinition(
    name: .debitsAndCredits, title: "Debits and credits",
    sentence: "What moved between which accounts, by the period it belongs to and the open period it was booked in.",
    parameters: [.start, .end, .currency, .by, .corrections, .asOf],
    drillDown: .byMovement,
    select: { query, periods in
      LedgerSelection(
        first: periods?.lowerBound, last: periods?.upperBound, currency: query.currency,
        dimensions: query.by.dimensions, netsCauses: true, asOf: query.asOf)
    },
    make: { input in
      let by = input.query.by
      let isMapped = input.rows.contains { $0.debitName != nil || $0.creditName != nil }
      var output = Output(
        columns: [.init("accounting_period"), .init("open_accounting_period"), .init("currency")]
          + by.columns + [.init("debit"), .init("credit")]
          + (isMapped ? [.init("debit_gl_code"), .init("credit_gl_code")] : []) + [.init("amount", .amount)])
      var sums: [Movement: Int128] = [:]
      for row in input.rows.nettedWithinCauses() where input.query.corrections.hold(row) {
        sums[Movement(row, by.values(row, input.transactions)), default: 0] += row.amount
      }
      for (movement, amount) in sums.sorted(by: { $0.key < $1.key }) where amount != 0 {
        output.rows.append(
          [.period(movement.belongsTo), .period(movement.bookedIn), .currency(movement.currency)]
            + movement.values.map(Cell.optional)
            + [.account(movement.debit), .account(movement.credit)]
            + (isMapped ? [.optional(movement.debitName), .optional(movement.creditName)] : [])
            + [.amount(amount, movement.currency)])
      }
      let totals = Dictionary(sums.map { ($0.key.currency, $0.value) }, uniquingKeysWith: +)
      for (currency, total) in totals.sorted(by: { $0.key.code < $1.key.code }) {
        output.totals.append(
          [.label("Total"), .empty, .currency(currency)] + by.columns.map { _ in .empty }
            + [.empty, .empty] + (isMapped ? [.empty, .empty] : []) + [.amount(total, currency)])
      }
      return output
    })

  /// What a row of the report is told apart by.
  private struct Movement: Hashable, Comparable {
    let belongsTo: AccountingPeriod
    let bookedIn: AccountingPeriod
    let currency: Currency
    let values: [String?]
    let debit: Account
    let credit: Account
    let debitName: String?
    let creditName: String?

    init(_ row: LedgerRow, _ values: [String?]) {
      belongsTo = row.originalPeriod ?? row.period
      bookedIn = row.period
      currency = row.currency
      self.values = values
      debit = row.debit
      credit = row.credit
      debitName = row.debitName?.key
      creditName = row.creditName?.key
    }

    static func < (left: Movement, right: Movement) -> Bool {
      if left.bookedIn != right.bookedIn { return left.bookedIn < right.bookedIn }
      if left.belongsTo != right.belongsTo { return left.belongsTo < right.belongsTo }
      if left.currency != right.currency { return left.currency.code < right.currency.code }
      for (one, other) in zip(left.values, right.values) where one != other { return (one ?? "") < (other ?? "") }
      return (left.debit.place, left.credit.place, left.debitName ?? "", left.creditName ?? "")
        < (right.debit.place, right.credit.place, right.debitName ?? "", right.creditName ?? "")
    }
  }
}

extension ReportQuery.Corrections {
  /// Whether rows such as this are wanted.
  func hold(_ row: LedgerRow) -> Bool {
    switch self {
    case .include: true
    case .only: row.isCorrection
    case .exclude: !row.isCorrection
    }
  }
}

extension Account {
  /// Where the account stands in the chart of accounts.
  var place: Int { Account.places[self] ?? Account.allCases.count }

  private static let places = Dictionary(uniqueKeysWithValues: allCases.enumerated().map { ($0.element, $0.offset) })
}
