import Accounting
import Crypto

extension ReportDefinition {
  /// Whether a period is ready to be closed, and what it then consists of.
  static let close = ReportDefinition(
    name: .close, title: "Period close",
    sentence: "Whether the last period shown is ready to be closed, check by check, and the manifest of its entries.",
    parameters: [.end, .asOf],
    showsLastPeriod: true,
    needs: [.cash, .tellings, .configuration],
    select: { query, periods in
      LedgerSelection(
        last: periods?.upperBound, dimensions: [.transaction, .line, .event], asOf: query.asOf)
    },
    selectOther: { query, periods in
      LedgerSelection(
        first: periods?.upperBound, last: periods?.upperBound, dimensions: LedgerDimension.allCases, asOf: query.asOf,
        inPostingOrder: true)
    },
    make: { input in
      var output = Output(columns: [
        .init("section"), .init("item"), .init("state"), .init("count", .count), .init("see"), .init("currency"),
        .init("amount", .amount), .init("value"),
      ])
      guard let period = input.periods?.upperBound else { return output }
      let checks = ClosingChecks(input, of: period).all
      output.rows = checks.map { check in
        [
          .label("Checks"), .label(check.item), .label(check.state.rawValue), .count(check.count),
          check.see.map { .reference($0.name, $0.asked) } ?? .empty, .empty, .empty, .empty,
        ]
      }
      output.rows += PeriodManifest(input).rows
      let open = checks.count { $0.state != .fine }
      let closed = input.configuration.closedThrough.map { $0 >= period } ?? false
      output.notes = [
        closed
          ? "The period is closed: what comes later is booked as a correction."
          : checks.contains { $0.state == .stop }
            ? "The period is not ready to be closed."
            : open == 0
              ? "The period is ready to be closed."
              : "The period can be closed once \(open == 1 ? "1 check is" : "\(open) checks are") looked at."
      ]
      return output
    })
}

/// The checks before a period is closed.
private struct ClosingChecks {
  enum State: String {
    /// Nothing is in the way.
    case fine = "ok"
    /// Somebody should look at it first.
    case look
    /// It cannot be closed so.
    case stop
  }

  struct Check {
    let item: String
    let state: State
    let count: Int
    var see: (name: ReportName, asked: [String])?
  }

  let all: [Check]

  init(_ input: ReportDefinition.Input, of period: AccountingPeriod) {
    let name = input.calendar.name(period)
    let end = input.calendar.end(of: period)
    let isOver = input.now.map { $0 >= end } ?? true
    let closed = input.configuration.closedThrough
    let first = input.rows.map(\.period).min() ?? period
    let before = max(closed.map { $0.advanced(by: 1) } ?? first, first)
    let earlier = before < period ? before.distance(to: period) : 0
    func facts(_ state: OpenFact.State) -> Int {
      input.openFacts.count { $0.state == state && $0.time.map { $0 < end } ?? true }
    }
    func look(_ item: String, _ count: Int, _ see: (name: ReportName, asked: [String])? = nil) -> Check {
      Check(item: item, state: count == 0 ? .fine : .look, count: count, see: see)
    }
    let only = ["start=\(name)", "end=\(name)"]
    let movements = AccountMovements(input.rows)
    let unbalanced = movements.currencies.count { currency in
      Account.allCases.reduce(Int128(0)) { $0 + movements.movements(of: $1, currency).values.reduce(0, +) } != 0
    }
    let unmapped =
      input.configuration.mapsAccounts
      ? Set(
        input.otherRows.flatMap { [($0.debit, $0.debitName), ($0.credit, $0.creditName)] }.filter { $0.1 == nil }.map(
          \.0)
      ).count
      : 0
    var cash = input
    cash.periods = period...period
    let differences = CashReconciliation(cash).lines.count { $0.sums.difference != 0 }
    all = [
      Check(item: "period_not_over", state: isOver ? .fine : .stop, count: isOver ? 0 : 1),
      look("earlier_periods_open", earlier),
      look("facts_waiting", facts(.waiting), (.openFacts, [])),
      look("facts_refused", facts(.refused), (.openFacts, [])),
      Check(
        item: "currencies_out_of_balance", state: unbalanced == 0 ? .fine : .stop, count: unbalanced,
        see: (.trialBalance, only)),
      look("cash_differences", differences, (.reconciliation, only)),
      look("negative_deferred_revenue", Self.linesBelowZero(input.rows), (.deferredRollforward, only)),
      look("accounts_not_mapped", unmapped, (.trialBalance, only)),
      look("corrections", input.otherRows.count(where: \.isCorrection), (.corrections, only)),
    ]
  }

  /// How many lines have recognized more than was deferred of them.
  private static func linesBelowZero(_ rows: [LedgerRow]) -> Int {
    struct Line: Hashable {
      let currency: Currency
      let transaction: String?
      let line: String?
    }
    var balances: [Line: Int128] = [:]
    for row in rows {
      let moved =
        (Account.ofDeferredRevenue.contains(row.credit) ? row.amount : 0)
        - (Account.ofDeferredRevenue.contains(row.debit) ? row.amount : 0)
      if moved == 0 { continue }
      balances[Line(currency: row.currency, transaction: row.transaction, line: row.line), default: 0] += moved
    }
    return balances.values.count { $0 < 0 }
  }
}

/// What a period consists of: its entries, as they are printed one a line, their hash, and what was configured.
private struct PeriodManifest {
  let rows: [[Cell]]

  init(_ input: ReportDefinition.Input) {
    var hash = SHA256()
    var line = EntryLine(calendar: input.calendar)
    var totals: [Currency: (count: Int, amount: Int128)] = [:]
    for row in input.otherRows {
      var bytes: [UInt8] = []
      line.append(row, to: &bytes)
      hash.update(bytes)
      totals[row.currency, default: (0, 0)].count += 1
      totals[row.currency, default: (0, 0)].amount += row.upright.amount
    }
    func manifest(_ item: String, _ count: Int, _ value: Cell = .empty, sum: Cell = .empty, of currency: Cell = .empty)
      -> [Cell]
    {
      [.label("Manifest"), .label(item), .empty, .count(count), .empty, currency, sum, value]
    }
    var rows = [manifest("entries_sha256", input.otherRows.count, .text(hash.finish().hexadecimal))]
    for (currency, total) in totals.sorted(by: { $0.key.code < $1.key.code }) {
      rows.append(manifest("debits", total.count, sum: .amount(total.amount, currency), of: .currency(currency)))
    }
    for (kind, versions) in Dictionary(grouping: input.configuration.versions, by: \.kind).sorted(by: {
      $0.key < $1.key
    }) {
      // The last of them names them all: what is told is never taken back.
      rows.append(manifest(kind, versions.count, versions.last.map { .text($0.fact) } ?? .empty))
    }
    self.rows = rows
  }
}
