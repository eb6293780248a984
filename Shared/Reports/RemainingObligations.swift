import Accounting

extension ReportDefinition {
  /// What contracts have promised and not recognized.
  static let remainingObligations = ReportDefinition(
    name: .remainingObligations, title: "Remaining performance obligations",
    sentence: "What contracts have promised and not recognized, by when it will be: 12 periods, 13 to 24, later.",
    parameters: [.end, .currency, .asOf],
    needs: [.contracts],
    select: { query, _ in LedgerSelection(currency: query.currency, asOf: query.asOf, limit: 0) },
    make: { input in
      var output = Output(
        columns: [
          .init("contract"), .init("customer"), .init("currency"), .init("periods_1_12", .amount),
          .init("periods_13_24", .amount), .init("later", .amount), .init("total", .amount),
        ])
      var totals: [Currency: [Int128]] = [:]
      let bands = ["remaining_within_12_periods", "remaining_13_to_24_periods", "remaining_later", "remaining"]
      for (contract, notes) in input.contracts.byContract {
        let amounts = bands.map { band in
          notes.reduce(Int128(0)) { $0 + ($1.metric == band ? Int128($1.amountMinorUnits) : 0) }
        }
        guard input.query.currency.map({ $0 == contract.currency }) ?? true, amounts.last != 0 else { continue }
        output.rows.append(
          [.text(contract.contract), .text(contract.customer), .currency(contract.currency)]
            + amounts.map { .amount($0, contract.currency) })
        totals[contract.currency, default: []].add(amounts)
      }
      for (currency, amounts) in totals.sorted(by: { $0.key.code < $1.key.code }) {
        output.totals.append(
          [.label("Total"), .empty, .currency(currency)] + amounts.map { .amount($0, currency) })
      }
      return output
    })
}

extension [ContractNote] {
  /// The figures of each contract, with one that says whose they are, in their order.
  fileprivate var byContract: [(ContractNote, [ContractNote])] {
    Dictionary(grouping: self, by: \.contract).values.compactMap { notes in notes.first.map { ($0, notes) } }
      .sorted { $0.0.contract < $1.0.contract }
  }
}
