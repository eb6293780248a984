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
        ? Ledgers(atOnce: lines, asOf: asOf) { runs, key in postings.append(runs, in: key) }
        : Ledgers(lines, asOf: asOf) { postings.append($0) }
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
  private var runs: [(run: EntryRun, fact: String, key: Ledgers.Key)] = []
  /// The rules by which some of the runs were booked, by place.
  private var rules: [Int: RuleNote] = [:]

  /// Takes in what a fact posted.
  mutating func append(_ posted: Ledgers.Posted) {
    for run in posted.runs {
      if !posted.treated.isEmpty, let rule = run.rule(in: posted.treated) { rules[runs.count] = rule }
      runs.append((run, posted.fact.id, posted.key))
    }
  }

  /// Takes in what was posted for many facts at once.
  mutating func append(_ more: [EntryRun], in key: Ledgers.Key) {
    for run in more { runs.append((run, "", key)) }
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
    runs.enumerated().flatMap { LedgerRow.rows(of: $1.run, fact: $1.fact, rule: rules[$0]) }
  }

  /// Whose books each of the entries is in.
  var keys: [Ledgers.Key] {
    runs.flatMap { run, _, key in repeatElement(key, count: run.amounts.count { $0 != 0 }) }
  }
}

extension EntryRun {
  /// The rule that treats what the entries are about: a line, an item that is not billed yet, or a payment.
  fileprivate func rule(in treated: [Reference: AppliedRule]) -> RuleNote? {
    let targets = [
      line.map { Reference(.line, $0) }, Reference(.invoiceItem, line ?? transaction), Reference(.charge, transaction),
    ]
    return targets.lazy.compactMap { $0.flatMap { treated[$0] } }.first.map {
      RuleNote(rule: $0.rule, version: $0.version)
    }
  }
}

extension ReportQuery.Parameter {
  /// The name on a command line, where words are joined by hyphens.
  fileprivate var option: String { rawValue.replacingOccurrences(of: "_", with: "-") }
}
