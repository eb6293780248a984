import Accounting

extension ReportDefinition {
  /// What was booked later than it belonged, because its period was closed.
  static let corrections = ReportDefinition(
    name: .corrections, title: "Corrections",
    sentence: "What was booked in a later period because its own was closed.",
    parameters: [.start, .end, .currency, .asOf],
    select: { query, periods in
      LedgerSelection(
        first: periods?.lowerBound, last: periods?.upperBound, currency: query.currency,
        dimensions: [.transaction, .line, .event, .cause], asOf: query.asOf)
    },
    make: { input in
      var output = Output(
        columns: [
          .init("period"), .init("original_period"), .init("currency"), .init("debit"), .init("credit"),
          .init("amount", .amount), .init("transaction"), .init("line"), .init("event"),
        ])
      for row in input.rows.map(\.upright) where row.isCorrection && row.amount != 0 {
        output.rows.append([
          .period(row.period), row.originalPeriod.map { .period($0) } ?? .empty, .currency(row.currency),
          .account(row.debit), .account(row.credit), .amount(row.amount, row.currency), .optional(row.transaction),
          .optional(row.line), .optional(row.event),
        ])
      }
      return output
    })
}
