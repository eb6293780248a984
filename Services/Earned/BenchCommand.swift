import Accounting
import Foundation
import JSON
import Recognition
import Reports

extension CommandLineInterface.Command {
  /// `earned bench`
  static let bench = Self(
    name: "bench", summary: "speed and memory of each stage on made-up facts",
    help: """
      usage: earned bench [--customers N]

      Books an annual invoice and its payment for each customer and says, as a table and as JSON, how long each stage took and
      the most memory that was held, and on what it ran.

        --customers N   how many customers (default 100000)

      example: earned bench --customers 10000

      """
  ) { (arguments: inout Arguments) throws(UsageError) -> ExitStatus in
    let customers = try arguments.number(of: "--customers", in: 1...10_000_000) ?? 100_000
    if let file = try arguments.files().first { throw UsageError(message: "'\(file)' means nothing here.") }
    var stages: [(name: String, seconds: Double)] = []
    let clock = ContinuousClock()
    var last = clock.now
    func done(_ name: String) {
      let now = clock.now
      stages.append(
        (name, Double((now - last).components.attoseconds) / 1e18 + Double((now - last).components.seconds)))
      last = now
    }
    var lines: [FactLine] = []
    AnnualBusiness(customers: customers).tell { lines.append(FactLine(place: "bench", text: $0)) }
    done("generate")
    let facts = lines.compactMap { FactFile.fact($0)?.fact }
    done("read")
    var books = Books()
    var runs: [EntryRun] = []
    for fact in facts {
      for posting in books.apply(fact).postings { runs.append(contentsOf: posting) }
    }
    done("compute")
    var rows: [LedgerRow] = []
    for run in runs { rows.append(contentsOf: LedgerRow.rows(of: run, fact: "")) }
    let context = ReportContext(calendar: books.configuration.calendar)
    for name in ["trial_balance", "waterfall"] {
      do {
        let definition = try ReportDefinition.named(name)
        _ = try definition.report(ReportQuery(), from: LedgerInMemory(rows), in: context).rendered(as: .json)
      } catch {
        preconditionFailure("a report of entries in memory cannot fail: \(error)")
      }
    }
    done("report")
    Output.standard(BenchMachine.sentence + "\n")
    for stage in stages {
      Output.standard(
        stage.name.padding(toLength: 10, withPad: " ", startingAt: 0) + String(format: "%8.3f s\n", stage.seconds))
    }
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("facts", facts.count)
      writer.member("entries", rows.count)
      for stage in stages { writer.member(stage.name + "_milliseconds", Int64(stage.seconds * 1000)) }
      writer.member("memory_megabytes", memoryMegabytes)
      writer.member("machine", BenchMachine.sentence)
    }
    Output.standard(writer.text + "\n")
    return .success
  }

  /// The most memory the process has held.
  private static var memoryMegabytes: Int64 {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Int64(usage.ru_maxrss) / 1024
  }
}
