import Accounting
import Recognition
import Reports

extension CommandLineInterface.Command {
  /// `earned entries`
  static let entries = Self(
    name: "entries", summary: "the journal of the facts in the files",
    help: """
      usage: earned entries [--as-of INSTANT] [--format FORMAT] [FILE…]

      Prints every entry the facts give, past and scheduled, in the order in which the facts made them.

        --as-of INSTANT   only facts known by then, such as 2026-01-31T12:00:00Z
        --format FORMAT   jsonl (default), csv, ledger (a journal that ledger and hledger read) or beancount

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
    guard let form = EntryForm(rawValue: format) else {
      throw UsageError(message: "--format must be jsonl, csv, ledger or beancount.")
    }
    guard let lines = FactFile.lines(try arguments.files()) else { return .problems }
    var printer = EntryPrinter(form)
    let ledgers = Ledgers(lines, asOf: asOf) { printer.print($0.runs, of: $0.fact, in: $0.key) }
    printer.finish(ledgers)
    let isClean = ledgers.sayWhatIsOpen()
    return ledgers.isReadable && isClean ? .success : .problems
  }
}

/// The forms in which entries are printed.
enum EntryForm: String, CaseIterable {
  case jsonl, csv, ledger, beancount
}

/// Collects entries as they are posted and prints them once the calendar is known that names their periods.
struct EntryPrinter {
  private let form: EntryForm
  private var postings: [(fact: String, key: Ledgers.Key, runs: [EntryRun])] = []

  init(_ form: EntryForm) {
    self.form = form
  }

  mutating func print(_ runs: [EntryRun], of fact: BookFact, in key: Ledgers.Key) {
    postings.append((fact.id, key, runs))
  }

  /// Prints all that was collected.
  func finish(_ ledgers: Ledgers, to put: ([UInt8]) -> Void = { Output.standard($0) }) {
    switch form {
    case .jsonl:
      lines(ledgers, put) {
        EntryLine(calendar: $0)
      } append: {
        $0.append($1, to: &$2)
      }
    case .ledger, .beancount:
      let reader: JournalForm.Reader = form == .ledger ? .ledger : .beancount
      put(Array(JournalForm(for: reader, calendar: .months).heading.utf8))
      lines(ledgers, put) {
        JournalForm(for: reader, calendar: $0)
      } append: {
        $0.append($1, to: &$2)
      }
    case .csv:
      let rows = postings.flatMap { posting in posting.runs.flatMap { LedgerRow.rows(of: $0, fact: posting.fact) } }
      let context = ReportContext(calendar: ledgers.calendar)
      do {
        let definition = try ReportDefinition.named("entries")
        let report = try definition.report(ReportQuery(), from: LedgerInMemory(rows), in: context)
        put(report.rendered(as: .csv))
      } catch {
        preconditionFailure("a report of entries in memory cannot fail: \(error)")
      }
    }
  }

  /// Writes entry by entry, with a writer for each account's calendar.
  private func lines<Writer>(
    _ ledgers: Ledgers, _ put: ([UInt8]) -> Void, writer make: (Calendar) -> Writer,
    append: (inout Writer, LedgerRow, inout [UInt8]) -> Void
  ) {
    var writers: [Ledgers.Key: Writer] = [:]
    var bytes: [UInt8] = []
    for posting in postings {
      var writer = writers[posting.key] ?? make(ledgers.books[posting.key]?.configuration.calendar ?? .months)
      for run in posting.runs {
        for row in LedgerRow.rows(of: run, fact: posting.fact) { append(&writer, row, &bytes) }
      }
      writers[posting.key] = writer
      if bytes.count > 1 << 20 {
        put(bytes)
        bytes.removeAll(keepingCapacity: true)
      }
    }
    put(bytes)
  }
}
