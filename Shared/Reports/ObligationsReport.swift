import Accounting

extension ReportDefinition {
  /// What waits for fulfillment.
  static let obligations = ReportDefinition(
    name: .obligations, title: "Performance obligations",
    sentence: "What is deferred until it is fulfilled: how much, fulfilled, left, when it expires, the last evidence.",
    parameters: [.currency, .asOf],
    needs: [.obligations],
    select: { query, _ in LedgerSelection(currency: query.currency, asOf: query.asOf, limit: 0) },
    make: { input in
      var output = Output(
        columns: [
          .init("transaction"), .init("line"), .init("customer"), .init("currency"), .init("amount", .amount),
          .init("fulfilled", .amount), .init("left", .amount), .init("expires"), .init("last_evidence"),
        ])
      for note in input.obligations where input.query.currency.map({ $0 == note.currency }) ?? true {
        output.rows.append([
          .text(note.transaction), .text(note.line), .optional(note.customer), .currency(note.currency),
          .amount(Int128(note.amountMinorUnits), note.currency),
          .amount(Int128(note.fulfilledMinorUnits), note.currency),
          .amount(Int128(note.leftMinorUnits), note.currency), note.expires.map { .instant($0) } ?? .empty,
          .optional(note.evidence),
        ])
      }
      return output
    })
}
