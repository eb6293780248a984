import Accounting

extension ReportDefinition {
  /// The journal itself, in the order it was posted.
  static let entries = ReportDefinition(
    name: .entries, title: "Journal entries",
    sentence: "Every entry of the journal, in the order it was posted.",
    parameters: [.start, .end, .currency, .limit, .asOf],
    showsSchedules: true,
    select: { query, _ in
      // A page shows no more than a person reads; one entry beyond tells it to say so.
      let limit = query.limit ?? (query.format == .html ? Report.rowsOnAPage + 1 : nil)
      return LedgerSelection(
        first: query.start, last: query.end, currency: query.currency, dimensions: [.transaction, .line, .fact],
        asOf: query.asOf, inPostingOrder: true, limit: limit)
    },
    make: { input in
      Output(
        columns: [
          .init("period"), .init("debit"), .init("credit"), .init("amount", .amount), .init("currency"),
          .init("transaction"), .init("line"), .init("original_period"), .init("fact"),
        ],
        rows: input.rows.map { row in
          let row = row.upright
          return [
            .period(row.period), .account(row.debit), .account(row.credit), .amount(row.amount, row.currency),
            .currency(row.currency), .optional(row.transaction), .optional(row.line),
            row.originalPeriod.map { .period($0) } ?? .empty, .optional(row.fact),
          ]
        })
    })
}
