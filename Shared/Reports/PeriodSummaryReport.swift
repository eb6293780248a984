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
    parameters: [.start, .end, .currency, .asOf],
    showsEachPeriod: true,
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
          let amounts = columns.periods.map { summary.amount(line, in: $0) }
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
    parameters: [.start, .end, .currency, .asOf],
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
        // What was billed in earlier periods was deferred when this one began.
        let fromOpening = PeriodSummary(rows: rows.filter { $0.booked < $0.period })
        for period in PeriodColumns(input).periods {
          let amounts = [
            summary.amount(.deferredStarting, in: period),
            summary.amount(.deferredChangeFromNewBillings, in: period),
            summary.amount(.lessRecognizedRevenue, in: period),
            fromOpening.amount(.lessRecognizedRevenue, in: period),
            summary.amount(.lessCreditsIssued, in: period),
            summary.amount(.deferredEnding, in: period),
          ]
          output.rows.append(
            [.period(period), .currency(currency)] + amounts.map { .amount($0, currency) })
        }
      }
      return output
    })
}

extension [LedgerRow] {
  /// The rows of each currency, by code.
  var byCurrency: [(Currency, [LedgerRow])] {
    Dictionary(grouping: self, by: \.currency).sorted { $0.key.code < $1.key.code }.map { ($0.key, $0.value) }
  }
}
