import Accounting
import JSON

/// Books that running services kept of a case's facts, as far as their reports tell of them.
public struct ServedBooks: Sendable {
  /// What their reports do not tell, so that it is not looked at: which rule treats what.
  public static let unseen: Set<String> = ["matched_rules"]

  fileprivate var entries: [CaseBooks.Posted] = []
  fileprivate var movements: [CaseBooks.Pair] = []
  fileprivate var generalLedger: [String: [String: Int64]] = [:]
  fileprivate var waterfall: [JSONValue] = []
  fileprivate var summary: [JSONValue] = []
  private let calendar: Calendar
  /// The code each refused fact is refused with, by id.
  public var refusals: [String: String] = [:]

  /// Books whose periods this calendar names.
  public init(calendar: Calendar) {
    self.calendar = calendar
  }

  /// Takes in the rows of the report of entries.
  public mutating func take(entries rows: [JSONValue]) {
    for row in rows {
      guard let entry = entry(row, period: "period", original: "original_period"),
        let currency = row["currency"]?.string.flatMap({ Currency($0) })
      else { continue }
      let subject = EntrySubject(
        transaction: row["transaction"]?.string ?? "", line: row["line"]?.string, currency: currency,
        booked: entry.period)
      let run = EntryRun(
        subject: subject, debit: entry.debit, credit: entry.credit, cause: Cause(type: "served", id: ""),
        from: entry.period, amounts: [entry.amountMinorUnits], originalPeriod: entry.originalPeriod)
      self.entries.append(CaseBooks.Posted(run: run, entry: entry))
    }
  }

  /// Takes in the rows of debits and credits by line, where what one step booked and another took back is no row, and where
  /// accounts have the names of the general ledger.
  public mutating func take(debitsAndCredits rows: [JSONValue]) {
    for row in rows {
      guard let entry = entry(row, period: "open_accounting_period", original: "none") else { continue }
      movements.append((entry.period, entry.debit, entry.credit, entry.amountMinorUnits, row["line"]?.string))
      let period = row["open_accounting_period"]?.string ?? ""
      for (account, side, code) in [
        (entry.debit, Side.debit, "debit_gl_code"), (entry.credit, .credit, "credit_gl_code"),
      ] {
        let amount = account.normalSide == side ? entry.amountMinorUnits : -entry.amountMinorUnits
        generalLedger[row[code]?.string ?? account.rawValue, default: [:]][period, default: 0] += amount
      }
    }
  }

  /// Takes in the rows of the waterfall.
  public mutating func take(waterfall rows: [JSONValue]) {
    waterfall = rows
  }

  /// Takes in the rows of the summary of periods.
  public mutating func take(summary rows: [JSONValue]) {
    summary = rows
  }

  /// The first and the last period of the entries, by name.
  public var extent: (first: String, last: String)? {
    let periods = entries.map(\.entry.period)
    guard let first = periods.min(), let last = periods.max() else { return nil }
    return (calendar.name(first), calendar.name(last))
  }

  private func entry(_ row: JSONValue, period: String, original: String) -> Entry? {
    guard let period = row[period]?.string.flatMap({ calendar.period(named: $0) }),
      let debit = row["debit"]?.string.flatMap({ Account(rawValue: $0) }),
      let credit = row["credit"]?.string.flatMap({ Account(rawValue: $0) }), let amount = row["amount"]?.integer
    else { return nil }
    return Entry(
      period: period, debit: debit, credit: credit, amountMinorUnits: amount,
      originalPeriod: row[original]?.string.flatMap { calendar.period(named: $0) })
  }
}

extension WorkedCase {
  /// Says where served books are not as expected.
  public func check(_ served: ServedBooks) -> [String] {
    let books = CaseBooks(
      served.entries, pairs: served.movements, refusals: served.refusals, kept: CaseBooks(arrivals(seed: nil)).books)
    var problems = check(books, without: ServedBooks.unseen.union(["waterfall", "period_summary", "gl"]))
    problems += Self.compare(served.generalLedger, expected["gl"])
    for row in expected["waterfall"]?.elements ?? [] {
      let found = served.waterfall.first { $0["booked"]?.string == row["booked"]?.string }
      for (name, amount) in [("total", row["total"])] + (row["recognized"]?.members ?? []).map({ ($0.name, $0.value) })
      where found?[name]?.integer ?? 0 != amount?.integer {
        problems.append("booked in \(row["booked"]?.string ?? ""), \(name): \(found?[name]?.integer ?? 0)")
      }
    }
    for (period, lines) in expected["period_summary"]?.members ?? [] {
      for (line, amount) in lines.members {
        let found = served.summary.first { $0["line"]?.string == line }?[period]?.integer ?? 0
        if found != amount.integer { problems.append("\(period) \(line): \(found), not \(amount.integer ?? 0)") }
      }
    }
    return problems
  }

  /// Its facts as lines of JSON, in an order of arrival.
  public func lines(seed: UInt64? = nil) -> [[UInt8]] {
    arrivals(seed: seed).map(\.line)
  }

  /// Which reports its expectations look at beside the entries.
  public var looksAtWaterfall: Bool { expected["waterfall"] != nil }
  /// Whether its expectations look at the summary of periods.
  public var looksAtSummary: Bool { expected["period_summary"] != nil }
}
