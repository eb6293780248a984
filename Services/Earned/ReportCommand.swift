import Accounting
import Foundation
import Recognition
import Reports

extension CommandLineInterface.Command {
  /// `earned report`
  static let report = Self(
    name: "report", summary: "a report of the facts in the files",
    help: """
      usage: earned report NAME [OPTIONS] [FILE…]

      \(ReportDefinition.all.map { "  " + $0.name.rawValue + ": " + $0.sentence }.joined(separator: "\n"))

      \(ReportQuery.Parameter.allCases.map { "  --" + $0.option + ": " + $0.sentence }.joined(separator: "\n"))

      Without --format, a table on a terminal and JSON in a pipe.

      example: earned report trial_balance --start 2026-01 --end 2026-12 facts.jsonl

      """
  ) { (arguments: inout Arguments) throws(UsageError) -> ExitStatus in
    var name = try arguments.next("the report's name")
    var pairs: [(name: String, value: String)] = []
    // contracts/ID is the report of contracts for one of them.
    if let slash = name.firstIndex(of: "/"), name[..<slash] == ReportName.contracts.rawValue {
      pairs.append((ReportQuery.Parameter.contract.rawValue, String(name[name.index(after: slash)...])))
      name = ReportName.contracts.rawValue
    }
    for parameter in ReportQuery.Parameter.allCases {
      if let value = try arguments.value(of: "--" + parameter.option) { pairs.append((parameter.rawValue, value)) }
    }
    let asOf = pairs.first { $0.name == ReportQuery.Parameter.asOf.rawValue }.flatMap { Instant(rfc3339: $0.value) }
    do throws(ReportProblem) {
      // What can be said to be wrong without the facts is said before they are read.
      let definition = try ReportDefinition.named(name)
      guard let lines = FactFile.lines(try files(arguments)) else { return .problems }
      var postings = Postings()
      // Periods may be named by a calendar that only the facts tell; then entries are kept one by one.
      let probe = try? ReportQuery(pairs, for: definition, calendar: .months)
      let isSummed = probe.map { LedgerOfSums.suffices(for: definition, $0) } ?? false
      let ledgers =
        isSummed
        ? Ledgers(atOnce: lines, asOf: asOf) { runs, key in postings.append(runs, of: nil, in: key) }
        : Ledgers(lines, asOf: asOf) { fact, runs, key in postings.append(runs, of: fact.id, in: key) }
      let query = try ReportQuery(pairs, for: definition, calendar: ledgers.calendar)
      let open = ledgers.openFacts
      let now = asOf ?? Instant(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
      let context = ReportContext(
        calendar: ledgers.calendar, current: ledgers.calendar.period(containing: now), now: now,
        completeness: Completeness(
          waiting: open.count { $0.state == .waiting }, refused: open.count { $0.state == .refused }))
      let report = Result {
        isSummed && !ledgers.haveMappings
          ? try definition.report(query, from: postings.sums, in: context)
          : try definition.report(query, from: LedgerOfFacts(postings, of: ledgers), in: context)
      }
      switch report {
      case .success(let report):
        Output.standard(report.rendered(as: query.format ?? (Output.isTerminal ? .table : .json)))
      case .failure(let error):
        if let problem = error as? ReportProblem { throw problem }
        preconditionFailure("a ledger in memory cannot fail: \(error)")
      }
      let isClean = ledgers.sayWhatIsOpen()
      return ledgers.isReadable && isClean ? .success : .problems
    } catch {
      throw UsageError(message: error.message)
    }
  }

  /// The files that are left, or the usage problem as the report's.
  private static func files(_ arguments: Arguments) throws(ReportProblem) -> [String] {
    do throws(UsageError) {
      return try arguments.files()
    } catch {
      throw ReportProblem(.parameterUnknown, param: nil, message: error.message)
    }
  }
}

/// What was posted, as reports read it.
struct Postings {
  private var runs: [(run: EntryRun, fact: String?, key: Ledgers.Key)] = []

  mutating func append(_ more: [EntryRun], of fact: String?, in key: Ledgers.Key) {
    for run in more { runs.append((run, fact, key)) }
  }

  /// The sums by period, currency and accounts.
  var sums: LedgerOfSums {
    var sums = LedgerOfSums()
    for (run, _, _) in runs {
      sums.add(
        booked: run.booked, currency: run.currency, debit: run.debit, credit: run.credit, original: run.originalPeriod,
        from: run.from, amounts: run.amounts)
    }
    return sums
  }

  /// The entries, one by one.
  var rows: [LedgerRow] {
    runs.flatMap { run, fact, _ in LedgerRow.rows(of: run, fact: fact ?? "") }
  }

  /// Whose books each of the entries is in.
  var keys: [Ledgers.Key] {
    runs.flatMap { run, _, key in repeatElement(key, count: run.amounts.count { $0 != 0 }) }
  }
}

extension ReportQuery.Parameter {
  /// The name on a command line, where words are joined by hyphens.
  fileprivate var option: String { rawValue.replacingOccurrences(of: "_", with: "-") }
}
