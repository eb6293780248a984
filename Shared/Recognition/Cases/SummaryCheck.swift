import Accounting
import JSON

// What reports show beyond balances: names of the general ledger, and the summary of a period.
extension WorkedCase {
  /// Says where accounts of the general ledger moved otherwise than expected.
  func generalLedger(_ books: CaseBooks, _ expected: JSONValue) -> [String] {
    let ledger = GeneralLedger(books.books)
    var found: [String: [String: Int64]] = [:]
    for posted in books.entries {
      let period = books.calendar.name(posted.entry.period)
      let sides = [(posted.entry.debit, Side.debit), (posted.entry.credit, Side.credit)]
      for (account, side) in sides {
        let mapped = ledger.account(
          account, transaction: posted.run.transaction, product: posted.run.product, customer: posted.run.customer,
          booked: posted.run.booked)
        let amount = posted.entry.amountMinorUnits
        found[mapped?.key ?? account.rawValue, default: [:]][period, default: 0] +=
          account.normalSide == side ? amount : -amount
      }
    }
    return Self.compare(found, expected)
  }

  /// Compares the net change of accounts of the general ledger by period.
  static func compare(_ found: [String: [String: Int64]], _ expected: JSONValue?) -> [String] {
    (expected?.members ?? []).flatMap { name, periods in
      periods.members.compactMap { period, amount in
        let sum = found[name]?[period] ?? 0
        return sum == amount.integer ? nil : "\(name) \(period): \(sum), not \(amount.integer ?? 0)"
      }
    }
  }

  /// Says where the lines of a period's summary are not as expected.
  func summary(_ books: CaseBooks, _ expected: JSONValue) -> [String] {
    let ofContracts = books.books.states.reduce(into: Set<String>()) { found, state in
      found.formUnion(
        contractTransactions(
          BookInput(facts: state.facts, applied: state.applied, configuration: books.books.configuration)))
    }
    let summary = PeriodSummary(
      books.entries.map { posted in
        PeriodSummary.Movement(
          period: posted.entry.period, booked: posted.run.booked, debit: posted.entry.debit,
          credit: posted.entry.credit, amount: Int128(posted.entry.amountMinorUnits), event: posted.run.cause.type,
          line: posted.run.line ?? posted.run.transaction, isOfContract: ofContracts.contains(posted.run.transaction))
      })
    return expected.members.flatMap { name, lines in
      lines.members.compactMap { key, amount in
        guard let period = books.calendar.period(named: name), let line = PeriodSummaryLine(rawValue: key) else {
          return "the summary of \(name) has no line \(key)"
        }
        let found = summary.amount(line, in: period)
        return found == amount.integer.map { Int128($0) } ? nil : "\(name) \(key): \(found), not \(amount.integer ?? 0)"
      }
    }
  }
}
