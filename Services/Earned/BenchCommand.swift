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

      Writes an annual invoice and its payment for each customer to a file, then reads the file, computes every entry, and makes a
      trial balance and a waterfall. Says, as a table and as JSON, how long each stage took, the most memory that was held, and
      what it ran on. Writing the file is not part of the total.

        --customers N   how many customers (default 100000)

      example: earned bench --customers 10000

      """
  ) { (arguments: inout Arguments) throws(UsageError) -> ExitStatus in
    let customers = try arguments.number(of: "--customers", in: 1...10_000_000) ?? 100_000
    if let file = try arguments.files().first { throw UsageError(message: "'\(file)' means nothing here.") }
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("earned-bench-\(getpid()).jsonl").path
    defer { unlink(file) }
    guard Benchmark.write(AnnualBusiness(customers: customers), to: file) else {
      Output.problem("\(file): cannot be written")
      return .problems
    }
    var benchmark = Benchmark()
    benchmark.run(on: file)
    benchmark.print()
    return .success
  }
}

/// The stages from a file to reports, and how long each took.
struct Benchmark {
  private var stages: [(name: String, seconds: Double)] = []
  private var counts: [(name: String, count: Int)] = []

  /// Writes the facts of a business, a line each.
  static func write(_ business: AnnualBusiness, to file: String) -> Bool {
    guard let stream = fopen(file, "w") else { return false }
    business.tell { line in
      fwrite(line, 1, line.count, stream)
      putc(10, stream)
    }
    return fclose(stream) == 0
  }

  /// Goes through the stages.
  mutating func run(on file: String) {
    let facts = measure("read") {
      FactFile.facts(FactFile.lines([file]) ?? []).compactMap { $0?.fact }
    }
    var books = Books()
    let postings = measure("compute") { books.apply(facts).postings }
    let reports = measure("report") {
      var collected = Postings()
      for runs in postings { collected.append(runs, in: Ledgers.Key(account: "", livemode: false)) }
      let sums = collected.sums
      let context = ReportContext(calendar: books.configuration.calendar)
      return ["trial_balance", "waterfall"].compactMap { name in
        try? ReportDefinition.named(name).report(ReportQuery(), from: sums, in: context).rendered(as: .json)
      }
    }
    precondition(reports.count == 2, "a report of entries in memory cannot fail")
    counts = [
      ("facts", facts.count),
      ("entries", postings.joined().reduce(0) { $0 + $1.amounts.count { $0 != 0 } }),
    ]
  }

  private mutating func measure<Result>(_ name: String, _ body: () -> Result) -> Result {
    let clock = ContinuousClock()
    let begun = clock.now
    let result = body()
    let taken = (clock.now - begun).components
    stages.append((name, Double(taken.seconds) + Double(taken.attoseconds) * 1e-18))
    return result
  }

  /// Prints the table, then the same as JSON.
  func print() {
    let total = stages.reduce(0) { $0 + $1.seconds }
    for (name, count) in counts {
      Output.standard("\(name.padding(toLength: 10, withPad: " ", startingAt: 0))\(count)\n")
    }
    for stage in stages + [("total", total)] {
      Output.standard(
        stage.name.padding(toLength: 10, withPad: " ", startingAt: 0) + String(format: "%.3f s\n", stage.seconds))
    }
    Output.standard("memory    \(Self.memoryMegabytes) MB\non        \(BenchMachine.sentence)\n")
    var writer = JSONWriter()
    writer.object { writer in
      for (name, count) in counts { writer.member(name, count) }
      for stage in stages { writer.member(stage.name + "_milliseconds", Int64(stage.seconds * 1000)) }
      writer.member("total_milliseconds", Int64(total * 1000))
      writer.member("memory_megabytes", Self.memoryMegabytes)
      writer.member("machine", BenchMachine.sentence)
    }
    Output.standard(writer.text + "\n")
  }

  /// The most memory the process has held.
  private static var memoryMegabytes: Int64 {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Int64(usage.ru_maxrss) / 1024
  }
}
