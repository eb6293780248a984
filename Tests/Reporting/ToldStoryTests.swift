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

  @Test("Every report and view of a worked case is the same from the tables as from its facts", arguments: files)
  func same(file: String) throws {
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
    let views = try lines(of: schema)
    for story in stories {
      let command = LedgerOfFacts(story.postings, of: story.ledgers)
      try compare(story, command, schema)
      for view in ReportView.all {
        let expected = try view.lines(command, ReportContext(calendar: story.ledgers.calendar))
        #expect(views["\(view.name) \(story.account)"] ?? [] == expected, "\(story.account), \(view.name)")
      }
    }
    try schema.close()
  }

  /// Asks both sides each question.
  private func compare(_ story: ToldStory, _ command: LedgerOfFacts, _ schema: ScratchSchema) throws {
    var stored = LedgerStore(connection: schema.connection, ledger: LedgerID(account: story.account, livemode: false))
    let configuration = try stored.configuration()
    let generalLedger = try stored.generalLedger(configuration)
    #expect(configuration.calendar == story.ledgers.calendar)
    let now = try #require(Instant(rfc3339: "2025-06-15T12:00:00Z"))
    let context = ReportContext(
      calendar: configuration.calendar, current: configuration.calendar.period(containing: now), now: now)
    for (name, pairs) in Self.questions {
      let definition = try ReportDefinition.named(name.rawValue)
      stored.generalLedger = definition.namesAccounts ? generalLedger : nil
      // Some calendars do not have the periods that are asked for.
      guard let query = try? ReportQuery(pairs, for: definition, calendar: configuration.calendar) else { continue }
      let found = try definition.report(query, from: stored, in: context).csv()
      let expected = try definition.report(query, from: command, in: context).csv()
      #expect(found == expected, "\(story.account), \(name), \(pairs)")
    }
  }

  /// What each view says of each account.
  private func lines(of schema: ScratchSchema) throws -> [String: Set<String>] {
    var lines: [String: Set<String>] = [:]
    for view in ReportView.all {
      for row in try schema.connection.query(view.sql) {
        lines["\(view.name) \(row.text(0))", default: []].insert(row.text(1))
      }
    }
    return lines
  }
}

/// A view, as lines to be compared with those of the report of its name.
private struct ReportView: Sendable {
  let name: ReportName
  /// The account, and a row's values with spaces between.
  let sql: String
  /// What the report has in the same words.
  let lines: @Sendable (LedgerOfFacts, ReportContext) throws -> Set<String>

  private static func report(
    _ name: ReportName, _ ledger: LedgerOfFacts, _ context: ReportContext, from: AccountingPeriod? = nil,
    through: AccountingPeriod? = nil
  ) throws -> Report {
    var query = ReportQuery()
    (query.start, query.end) = (from, through)
    return try ReportDefinition.named(name.rawValue).report(query, from: ledger, in: context)
  }

  private static func words(_ cells: [Cell], _ calendar: Accounting.Calendar) -> String {
    cells.map { cell in
      switch cell {
      case .text(let text), .label(let text): text
      case .period(let period): calendar.name(period)
      case .account(let account): account.rawValue
      case .currency(let currency): currency.code
      case .amount(let amount, _): String(amount)
      default: "."
      }
    }.joined(separator: " ")
  }

  /// Every period that holds an entry.
  private static func each(
    _ ledger: LedgerOfFacts, _ body: (AccountingPeriod) throws -> [String]
  ) rethrows -> Set<String> {
    guard let extent = ledger.extent(asOf: nil) else { return [] }
    return Set(
      try (extent.lowerBound.ordinal...extent.upperBound.ordinal).flatMap { try body(AccountingPeriod(ordinal: $0)) })
  }

  static let all: [ReportView] = [
    ReportView(
      name: .debitsAndCredits,
      sql: """
        SELECT account, concat_ws(' ', accounting_period, open_accounting_period, currency, debit, credit,
          coalesce(debit_gl_code, '.'), coalesce(credit_gl_code, '.'), amount) FROM debits_and_credits
        """
    ) { ledger, context in
      let report = try Self.report(.debitsAndCredits, ledger, context)
      let isMapped = report.columns.contains { $0.name == "debit_gl_code" }
      return Set(
        report.rows.map { Self.words(isMapped ? $0 : $0.dropLast() + [.empty, .empty, $0[5]], context.calendar) })
    },
    ReportView(
      name: .trialBalance,
      sql: """
        SELECT account, concat_ws(' ', period, ledger_account, coalesce(gl_account, '.'), coalesce(gl_number, '.'), currency,
          starting, net_change, ending) FROM trial_balance
        """
    ) { ledger, context in
      try Self.each(ledger) { period in
        let report = try Self.report(.trialBalance, ledger, context, from: period, through: period)
        let isMapped = report.columns.contains { $0.name == "gl_account" }
        let moved = Set(
          ledger.rows(LedgerSelection(first: period, last: period)).flatMap { row in
            [(row.debit, row.debitName), (row.credit, row.creditName)].map {
              "\($0.0.rawValue) \($0.1?.name ?? ".") \($0.1?.number ?? ".") \(row.currency.code)"
            }
          })
        return report.rows.compactMap { row in
          let cells = isMapped ? row : [row[0], .empty, .empty] + row.dropFirst()
          guard moved.contains(Self.words(Array(cells.prefix(4)), context.calendar)) else { return nil }
          return context.calendar.name(period) + " " + Self.words(cells, context.calendar)
        }
      }
    },
    ReportView(
      name: .deferredRollforward,
      sql: """
        SELECT account, concat_ws(' ', period, currency, opening, additions, recognized, recognized_from_opening, contra,
          closing) FROM deferred_rollforward
        """
    ) { ledger, context in
      let deferred: Set<Account> = [.deferredRevenue, .longTermDeferredRevenue]
      return try Self.each(ledger) { period in
        let moved = Set(
          ledger.rows(LedgerSelection(first: period, last: period, accounts: deferred)).map(\.currency.code))
        return try Self.report(.deferredRollforward, ledger, context, from: period, through: period).rows
          .map { Self.words($0, context.calendar) }
          .filter { line in moved.contains { line.split(separator: " ")[1] == $0 } }
      }
    },
    ReportView(
      name: .receivablesAging,
      sql: """
        SELECT account, concat_ws(' ', period, currency, coalesce(not_due, 0), coalesce(days_1_30, 0),
          coalesce(days_31_60, 0), coalesce(days_61_90, 0), coalesce(days_91_120, 0), coalesce(days_over_120, 0), total)
        FROM ar_aging WHERE total <> 0
        """
    ) { ledger, context in
      let now = Instant(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
      return try Self.each(ledger) { period in
        guard context.calendar.start(of: period) <= now else { return [] }
        var context = context
        context.now = now
        let moved = Set(
          ledger.rows(LedgerSelection(first: period, last: period, accounts: [.accountsReceivable])).map(
            \.currency.code))
        return try Self.report(.receivablesAging, ledger, context, through: period).rows.compactMap { row in
          guard case .currency(let currency) = row[0], moved.contains(currency.code), row.last != .amount(0, currency)
          else { return nil }
          return context.calendar.name(period) + " " + Self.words(row, context.calendar)
        }
      }
    },
  ]
}
