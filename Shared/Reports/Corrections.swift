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
        dimensions: [.transaction, .line, .event], asOf: query.asOf)
    },
    make: { input in
      var output = Output(
        columns: [
          .init("period"), .init("original_period"), .init("currency"), .init("debit"), .init("credit"),
          .init("amount", .amount), .init("transaction"), .init("line"), .init("event"),
        ])
      // However fine the ledger's rows are, entries that say the same are one row, in the order of a journal.
      var sums: [LedgerRow: Int128] = [:]
      for row in input.rows.map(\.upright) where row.isCorrection {
        var key = row
        (key.amount, key.booked, key.cause, key.fact, key.rule) = (0, row.period, nil, nil, nil)
        (key.customer, key.product, key.price, key.debitName, key.creditName) = (nil, nil, nil, nil, nil)
        sums[key, default: 0] += row.amount
      }
      for (row, amount) in sums.sorted(by: { $0.key.precedes($1.key) }) where amount != 0 {
        output.rows.append([
          .period(row.period), row.originalPeriod.map { .period($0) } ?? .empty, .currency(row.currency),
          .account(row.debit), .account(row.credit), .amount(amount, row.currency), .optional(row.transaction),
          .optional(row.line), .optional(row.event),
        ])
      }
      return output
    })
}

extension LedgerRow {
  /// The order of corrections: by the period they are booked in, then by that which they correct, then by what they are about.
  fileprivate func precedes(_ other: LedgerRow) -> Bool {
    if period != other.period { return period < other.period }
    if originalPeriod != other.originalPeriod {
      return (originalPeriod ?? period) < (other.originalPeriod ?? other.period)
    }
    func words(_ row: LedgerRow) -> (String, String, String, String) {
      (row.currency.code, row.transaction ?? "", row.line ?? "", row.event ?? "")
    }
    if words(self) != words(other) { return words(self) < words(other) }
    return (debit.place, credit.place) < (other.debit.place, other.credit.place)
  }
}
