import Accounting
import Foundation
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
      var rows: [LedgerRow] = []
      var keys: [Ledgers.Key] = []
      let ledgers = Ledgers(lines, asOf: asOf) { fact, runs, key in
        rows.append(contentsOf: runs.lazy.flatMap { LedgerRow.rows(of: $0, fact: fact.id) })
        keys.append(contentsOf: repeatElement(key, count: rows.count - keys.count))
      }
      let query = try ReportQuery(pairs, for: definition, calendar: ledgers.calendar)
      let open = ledgers.openFacts
      let now = asOf ?? Instant(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
      let context = ReportContext(
        calendar: ledgers.calendar, current: ledgers.calendar.period(containing: now), now: now,
        completeness: Completeness(
          waiting: open.count { $0.state == .waiting }, refused: open.count { $0.state == .refused }))
      var ledger = LedgerInMemory(ledgers.named(rows, of: keys), open: open)
      if [.receivablesAging, .periodSummary].contains(definition.name) { ledger.known = ledgers.transactions }
      if definition.name == .obligations { ledger.promised = ledgers.obligations }
      if [.contracts, .remainingObligations].contains(definition.name) {
        ledger.signed = ledgers.contracts(
          at: query.end.map { ledgers.calendar.end(of: $0).advanced(byMicroseconds: -1) } ?? now)
      }
      let report = Result { try definition.report(query, from: ledger, in: context) }
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

extension ReportQuery.Parameter {
  /// The name on a command line, where words are joined by hyphens.
  fileprivate var option: String { rawValue.replacingOccurrences(of: "_", with: "-") }
}
