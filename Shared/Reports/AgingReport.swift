import Accounting

extension ReportDefinition {
  /// What customers owe, by how long it has been due.
  static let receivablesAging = ReportDefinition(
    name: .receivablesAging, title: "Accounts receivable aging",
    sentence: "What customers owe at the end of the last period, by how many days ago it was due.",
    parameters: [.end, .currency, .by, .asOf],
    groupings: [.summary, .product, .price, .customer, .invoice, .line],
    needs: [.transactions],
    select: { query, periods in
      LedgerSelection(
        last: periods?.upperBound, currency: query.currency, accounts: [.accountsReceivable],
        dimensions: [.transaction] + query.by.dimensions.filter { $0 != .transaction }, asOf: query.asOf)
    },
    make: { input in
      let by = input.query.by
      var output = Output(
        columns: [.init("currency")] + by.columns
          + AgingBand.allCases.map { .init($0.rawValue, title: $0.title, .amount) } + [.init("total", .amount)])
      guard let last = input.periods?.upperBound else { return output }
      let asOf = min(input.calendar.end(of: last), input.now ?? .distantFuture)
      var sums: [AgingKey: [Int128]] = [:]
      for row in input.rows {
        let sign: Int128 = row.debit == .accountsReceivable ? 1 : -1
        guard row.debit != row.credit else { continue }
        let notes = row.transaction.flatMap { input.transactions[$0] }
        let due = notes?.due ?? notes?.booked ?? input.calendar.start(of: row.booked)
        let band = AgingBand(daysOverdue: due.daysRoundedUp(until: asOf))
        let key = AgingKey(currency: row.currency, values: by.values(row, input.transactions))
        sums[key, default: AgingBand.allCases.map { _ in 0 }][band.place] += sign * row.amount
      }
      var totals: [Currency: [Int128]] = [:]
      for (key, amounts) in sums.sorted(by: { $0.key < $1.key }) where amounts.contains(where: { $0 != 0 }) {
        output.rows.append(
          [.currency(key.currency)] + key.values.map(Cell.optional)
            + (amounts + [amounts.reduce(0, +)]).map { .amount($0, key.currency) })
        totals[key.currency, default: []].add(amounts)
      }
      for (currency, amounts) in totals.sorted(by: { $0.key.code < $1.key.code }) where !by.columns.isEmpty {
        output.totals.append(
          [.currency(currency), .label("Total")] + by.columns.dropFirst().map { _ in .empty }
            + (amounts + [amounts.reduce(0, +)]).map { .amount($0, currency) })
      }
      return output
    })
}

/// How long ago something was due.
private enum AgingBand: String, CaseIterable {
  case notDue = "not_due"
  case to30 = "days_1_30"
  case to60 = "days_31_60"
  case to90 = "days_61_90"
  case to120 = "days_91_120"
  case over120 = "days_over_120"

  init(daysOverdue days: Int64) {
    self =
      switch days {
      case ...0: .notDue
      case ...30: .to30
      case ...60: .to60
      case ...90: .to90
      case ...120: .to120
      default: .over120
      }
  }

  var title: String {
    switch self {
    case .notDue: "Not due"
    case .to30: "1–30 days"
    case .to60: "31–60 days"
    case .to90: "61–90 days"
    case .to120: "91–120 days"
    case .over120: "Over 120 days"
    }
  }

  var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// What a row of the report is told apart by.
private struct AgingKey: Hashable, Comparable {
  let currency: Currency
  let values: [String?]

  static func < (left: AgingKey, right: AgingKey) -> Bool {
    if left.currency != right.currency { return left.currency.code < right.currency.code }
    for (one, other) in zip(left.values, right.values) where one != other { return (one ?? "") < (other ?? "") }
    return false
  }
}

extension Instant {
  /// The days until a later moment, a part of a day counted whole; zero or less if it is not later.
  fileprivate func daysRoundedUp(until later: Instant) -> Int64 {
    let span = later.microseconds.subtractingReportingOverflow(microseconds)
    guard !span.overflow, span.partialValue > 0 else { return 0 }
    return (span.partialValue - 1) / Instant.microsecondsPerDay + 1
  }
}
