import Accounting

extension ReportDefinition {
  /// When what was booked in a period is recognized: a row for each booking period, a column for each period it is earned in.
  ///
  /// Refunds, disputes and credit notes lower the row of the period in which they happened.
  static let waterfall = ReportDefinition(
    name: .waterfall, title: "Revenue waterfall",
    sentence: "Net revenue by the period it was booked in and the periods it is recognized in, and what remains.",
    parameters: [.start, .end, .columns, .currency, .asOf],
    showsEachPeriod: true,
    columns: [.period, .quarter, .year],
    drillDown: .byBooking,
    select: { query, _ in
      // What remains is recognized after the last column, so the selection has no end.
      LedgerSelection(currency: query.currency, accounts: Account.ofNetRevenue, asOf: query.asOf)
    },
    make: { input in
      guard let periods = input.periods else {
        return Output(columns: waterfallColumns([], asOf: "the end"), rows: [])
      }
      let spans = PeriodColumns(input).spans
      var output = Output(
        columns: waterfallColumns(spans, asOf: input.calendar.name(periods.upperBound)), rows: [])
      var sums: [Booking: [AccountingPeriod: Int128]] = [:]
      for row in input.rows {
        let amount = row.netRevenue
        if amount == 0 { continue }
        sums[Booking(currency: row.currency, period: row.booked), default: [:]][row.period, default: 0] += amount
      }
      var amountsOfRows: [Booking: [Int128]] = [:]
      var totals: [Currency: [Int128]] = [:]
      for (booking, byPeriod) in sums {
        let total = byPeriod.values.reduce(0, +)
        let recognized = byPeriod.reduce(0) { $0 + ($1.key <= periods.upperBound ? $1.value : 0) }
        let cells = spans.map { $0.sum(byPeriod) }
        // Older bookings of which nothing happens or remains would only push the others off the page.
        let isOpen = recognized != total && booking.period <= periods.upperBound
        guard (periods.contains(booking.period) && total != 0) || isOpen || cells.contains(where: { $0 != 0 }) else {
          continue
        }
        let amounts = [total] + cells + [recognized, total - recognized]
        let row = PeriodSpan(holding: booking.period, input.query.columns, input.calendar)
        amountsOfRows[Booking(currency: booking.currency, period: row.first), default: []].add(amounts)
        totals[booking.currency, default: []].add(amounts)
      }
      for (booking, amounts) in amountsOfRows.sorted(by: { $0.key < $1.key }) {
        let row = PeriodSpan(holding: booking.period, input.query.columns, input.calendar)
        output.rows.append([row.cell, .currency(booking.currency)] + amounts.map { .amount($0, booking.currency) })
      }
      for (currency, amounts) in totals.sorted(by: { $0.key.code < $1.key.code }) {
        output.totals.append([.label("Total"), .currency(currency)] + amounts.map { .amount($0, currency) })
      }
      return output
    })

  private static func waterfallColumns(_ spans: [PeriodSpan], asOf end: String) -> [Report.Column] {
    [.init("booked"), .init("currency"), .init("total", .amount)]
      + spans.map { .init($0.name, title: $0.name, .amount, of: PeriodReach(from: $0.first, through: $0.last)) }
      + [
        .init(
          "recognized", title: "Recognized as of \(end)", .amount, of: spans.last.map { PeriodReach(through: $0.last) }),
        .init("remaining", title: "Remaining after \(end)", .amount),
      ]
  }

  /// What a row of the report is told apart by.
  private struct Booking: Hashable, Comparable {
    let currency: Currency
    let period: AccountingPeriod

    static func < (left: Booking, right: Booking) -> Bool {
      (left.period, left.currency.code) < (right.period, right.currency.code)
    }
  }
}

extension [Int128] {
  /// Adds amounts place by place; to nothing, all of them.
  mutating func add(_ more: [Int128]) {
    self = isEmpty ? more : zip(self, more).map { $0 + $1 }
  }
}

extension LedgerRow {
  /// What the row adds to net revenue.
  var netRevenue: Int128 {
    (Account.ofNetRevenue.contains(credit) ? amount : 0) - (Account.ofNetRevenue.contains(debit) ? amount : 0)
  }
}
