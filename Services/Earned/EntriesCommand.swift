import Accounting
import Reports

extension CommandLineInterface.Command {
  /// `earned entries`
  static let entries = Self(
    name: "entries", summary: "the journal of the facts in the files",
    help: """
      usage: earned entries [--as-of INSTANT] [--format jsonl|csv] [FILE…]

      Prints every entry the facts give, past and scheduled, in the order in which the facts made them.

        --as-of INSTANT   only facts known by then, such as 2026-01-31T12:00:00Z
        --format FORMAT   jsonl (default) or csv

      Facts that are refused or wait are said on standard error; a refusal makes the exit status 1.

      example:
        echo '{"type":"charge.succeeded","time":"2026-01-05T00:00:00Z",
          "data":{"charge":"ch_1","currency":"usd","amount":1000}}' | tr -d '\\n' | earned entries

      """
  ) { (arguments: inout Arguments) throws(UsageError) -> ExitStatus in
    var asOf: Instant?
    if let text = try arguments.value(of: "--as-of") {
      guard let instant = Instant(rfc3339: text) else {
        throw UsageError(message: "--as-of must be an instant such as 2026-01-31T12:00:00Z.")
      }
      asOf = instant
    }
    let format = try arguments.value(of: "--format") ?? "jsonl"
    guard ["jsonl", "csv"].contains(format) else { throw UsageError(message: "--format must be jsonl or csv.") }
    guard let lines = FactFile.lines(try arguments.files()) else { return .problems }
    var bytes: [UInt8] = []
    var rows: [LedgerRow] = []
    let ledgers = Ledgers(lines, asOf: asOf) { fact, runs, calendar in
      var line = EntryLine(calendar: calendar)
      for row in runs.lazy.flatMap({ LedgerRow.rows(of: $0, fact: fact.id) }) {
        if format == "csv" { rows.append(row) } else { line.append(row, to: &bytes) }
      }
      if bytes.count > 1 << 20 {
        Output.standard(bytes)
        bytes.removeAll(keepingCapacity: true)
      }
    }
    Output.standard(bytes)
    if format == "csv" {
      let context = ReportContext(calendar: ledgers.calendar)
      do {
        let definition = try ReportDefinition.named("entries")
        let report = try definition.report(ReportQuery(), from: LedgerInMemory(rows), in: context)
        Output.standard(report.rendered(as: .csv))
      } catch {
        preconditionFailure("a report of entries in memory cannot fail: \(error)")
      }
    }
    let isClean = ledgers.sayWhatIsOpen()
    return ledgers.isReadable && isClean ? .success : .problems
  }
}
