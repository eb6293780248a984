import Accounting

extension PeriodSummary {
  /// The summary of rows of the ledger.
  init(rows: [LedgerRow], ofContracts: Set<String> = []) {
    self.init(
      rows.map { row in
        Movement(
          period: row.period, booked: row.booked, debit: row.debit, credit: row.credit, amount: row.amount,
          event: row.event, line: row.line ?? row.transaction,
          isOfContract: row.transaction.map { ofContracts.contains($0) } ?? false)
      })
  }
}

extension ReportDefinition {
  /// Where the revenue of each period came from, and how deferred revenue moved.
  static let periodSummary = ReportDefinition(
    name: .periodSummary, title: "Period summary",
    sentence: "Where the revenue of each period came from, what lowered it, and how deferred revenue moved.",
    parameters: [.start, .end, .columns, .currency, .asOf],
    showsEachPeriod: true,
    uses: [.transactions],
    select: { query, periods in
      LedgerSelection(
        last: periods?.upperBound, currency: query.currency, dimensions: [.transaction, .line, .event], asOf: query.asOf
      )
    },
    make: { input in
      let columns = PeriodColumns(input)
      var output = Output(columns: [.init("line"), .init("currency")] + columns.columns(withTotal: false))
      for (currency, rows) in input.rows.byCurrency {
        let summary = PeriodSummary(
          rows: rows, ofContracts: Set(input.transactions.filter(\.value.isOfContract).keys))
        for line in PeriodSummaryLine.allCases {
          let amounts = columns.spans.map { summary.amount(line, in: $0) }
          output.rows.append(
            [.label(line.rawValue), .currency(currency)] + columns.cells(amounts, currency, withTotal: false))
        }
      }
      return output
    })

  /// How deferred revenue moved from the beginning to the end of each period.
  static let deferredRollforward = ReportDefinition(
    name: .deferredRollforward, title: "Deferred revenue roll-forward",
    sentence:
      "Deferred revenue of each period: opening, additions, recognized and how much of that from opening, contra, closing.",
    parameters: [.start, .end, .columns, .currency, .asOf],
    showsEachPeriod: true,
    select: { query, periods in
      LedgerSelection(
        last: periods?.upperBound, currency: query.currency, accounts: Account.ofDeferredRevenue,
        dimensions: [.transaction, .line, .event], asOf: query.asOf)
    },
    make: { input in
      let columns: [Report.Column] = [
        .init("period"), .init("currency"), .init("opening", .amount), .init("additions", .amount),
        .init("recognized", .amount), .init("recognized_from_opening", .amount), .init("contra", .amount),
        .init("closing", .amount),
      ]
      var output = Output(columns: columns)
      for (currency, rows) in input.rows.byCurrency {
        let summary = PeriodSummary(rows: rows)
        for span in PeriodColumns(input).spans {
          // What was billed in earlier periods was deferred when these began.
          let fromOpening = PeriodSummary(
            rows: rows.filter { $0.booked < span.first && span.periods.contains($0.period) })
          let amounts = [
            summary.amount(.deferredStarting, in: span),
            summary.amount(.deferredChangeFromNewBillings, in: span),
            summary.amount(.lessRecognizedRevenue, in: span),
            fromOpening.amount(.lessRecognizedRevenue, in: span),
            summary.amount(.lessCreditsIssued, in: span),
            summary.amount(.deferredEnding, in: span),
          ]
          output.rows.append(
            [span.cell, .currency(currency)] + amounts.map { .amount($0, currency) })
        }
      }
      return output
    })
}

extension PeriodSummary {
  /// What a line says of several periods: what there was when they began or ended, or what happened in them.
  fileprivate func amount(_ line: PeriodSummaryLine, in span: PeriodSpan) -> Int128 {
    switch line {
    case .deferredStarting, .futureBillingsStarting: amount(line, in: span.first)
    case .deferredEnding, .futureBillingsEnding: amount(line, in: span.last)
    default: span.each.reduce(0) { $0 + amount(line, in: $1) }
    }
  }
}

extension [LedgerRow] {
  /// The rows of each currency, by code.
  var byCurrency: [(Currency, [LedgerRow])] {
    Dictionary(grouping: self, by: \.currency).sorted { $0.key.code < $1.key.code }.map { ($0.key, $0.value) }
  }
}
