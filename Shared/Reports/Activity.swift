import Accounting

extension ReportDefinition {
  /// The entries behind a cell of another report, one by one.
  static let activity = ReportDefinition(
    name: .activity, title: "Activity",
    sentence: "The entries behind any figure, one by one, with what each is about and the rule it was booked by.",
    parameters: Set(ReportQuery.Parameter.filtersByDimension).union([
      .start, .end, .account, .against, .booked, .originalPeriod, .currency, .corrections, .limit, .asOf,
    ]),
    uses: [.rules],
    select: { query, periods in
      // A page shows no more than a person reads; one entry beyond tells it to say so.
      let limit = query.limit ?? (query.format == .html ? Report.rowsOnAPage + 1 : nil)
      return LedgerSelection(
        first: query.start, last: periods?.upperBound, currency: query.currency,
        dimensions: LedgerDimension.allCases, asOf: query.asOf, inPostingOrder: true, limit: limit,
        filters: query.filters, corrections: query.corrections, namesRules: true)
    },
    make: { input in
      let filters = input.query.filters
      var output = Output(
        columns: [
          .init("period"), .init("original_period"), .init("booked"), .init("currency"), .init("debit"),
          .init("credit"), .init("amount", .amount), .init("transaction"), .init("line"), .init("customer"),
          .init("product"), .init("price"), .init("event"), .init("cause"), .init("fact"), .init("rule"),
          .init("rule_version"),
        ])
      var totals: [Currency: Int128] = [:]
      for row in input.rows.map(\.upright) {
        output.rows.append([
          .period(row.period), row.originalPeriod.map { .period($0) } ?? .empty, .period(row.booked),
          .currency(row.currency), .account(row.debit), .account(row.credit), .amount(row.amount, row.currency),
          .optional(row.transaction), .optional(row.line), .optional(row.customer), .optional(row.product),
          .optional(row.price), .optional(row.event), .optional(row.cause), .optional(row.fact),
          .optional(row.rule?.rule), .optional(row.rule?.version),
        ])
        totals[row.currency, default: 0] += filters.movement(row)
      }
      let title = filters.accounts.isEmpty ? "Total" : "Net change"
      for (currency, total) in totals.sorted(by: { $0.key.code < $1.key.code }) {
        output.totals.append(
          [.label(title), .empty, .empty, .currency(currency), .empty, .empty, .amount(total, currency)]
            + output.columns.dropFirst(7).map { _ in .empty })
      }
      if !filters.accounts.isEmpty {
        output.notes = ["Net change is what the accounts asked for moved by, debits positive."]
      }
      return output
    })
}
