import Accounting
import Foundation
import Messages
import Recognition
import Reports
import Testing

@testable import Earned
@testable import Reporting

/// The tables say of every worked case what the command says of its facts, report by report.
@Suite(.enabled(if: ScratchSchema.postgres != nil)) struct ToldStoryTests {
  /// The files of worked cases.
  static let files: [String] = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../Conformance").path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".json") }.sorted().map { folder + "/" + $0 }
  }()

  /// What each report is asked.
  private static let questions: [(name: ReportName, pairs: [(name: String, value: String)])] =
    // The words for what waits and what is refused are each side's own, and the journal says nothing of usage as it comes.
    ReportName.allCases.filter { ![.openFacts, .close].contains($0) }.map { ($0, []) } + [
      (.periodSummary, [("columns", "quarter")]), (.debitsAndCredits, [("by", "metadata.team")]),
      (.receivablesAging, [("by", "customer")]), (.receivablesAging, [("by", "metadata.region")]),
      (.remainingObligations, [("end", "2025-03")]), (.contracts, [("end", "2025-01")]), (.close, [("end", "2025-02")]),
    ]

  @Test("Every report of a worked case is the same from the tables as from its facts", arguments: files)
  func sameReports(file: String) throws {
    let schema = try ScratchSchema()
    var journal = JournalStory()
    let stories = try WorkedCase.read(FactFile.bytes(of: file) ?? []).map {
      try ToldStory($0.lines(), account: "acct_\($0.id)", into: &journal)
    }
    let handler = ReportingHandler(calendar: .months)
    let store = ReportingStore(connection: schema.connection, lane: JournalStory.lane)
    for start in stride(from: 0, to: journal.messages.count, by: 50) {
      let batch = try journal.batch(start..<min(start + 50, journal.messages.count))
      try schema.connection.transaction { try handler.save(batch, in: store) }
    }
    for story in stories {
      var stored = LedgerStore(connection: schema.connection, ledger: LedgerID(account: story.account, livemode: false))
      let configuration = try stored.configuration()
      stored.generalLedger = try stored.generalLedger(configuration)
      #expect(configuration.calendar == story.ledgers.calendar)
      let now = try #require(Instant(rfc3339: "2025-06-15T12:00:00Z"))
      let context = ReportContext(
        calendar: configuration.calendar, current: configuration.calendar.period(containing: now), now: now)
      let command = LedgerOfFacts(story.postings, of: story.ledgers)
      for (name, pairs) in Self.questions {
        let definition = try ReportDefinition.named(name.rawValue)
        guard let query = try? ReportQuery(pairs, for: definition, calendar: configuration.calendar) else { continue }
        let found = try definition.report(query, from: stored, in: context).csv()
        let expected = try definition.report(query, from: command, in: context).csv()
        #expect(found == expected, "\(story.account), \(name), \(pairs)")
      }
    }
    try schema.close()
  }
}
