import Accounting
import Foundation
import JSON
import Messages
import Recognition
import Testing

/// What holds of every story, however little sense it makes. `EARNED_STORY_SEED` moves the range of seeds; a failure names
/// the seed that failed.
@Suite("What holds of every story")
struct StoryPropertyTests {
  private static let firstSeed =
    ProcessInfo.processInfo.environment["EARNED_STORY_SEED"].flatMap { UInt64($0) } ?? 1_000
  private static let perBlock: UInt64 = 80

  private static func seeds(_ block: Int) -> Range<UInt64> {
    firstSeed + UInt64(block) * perBlock..<firstSeed + UInt64(block + 1) * perBlock
  }

  private static func ledger(_ facts: [BookFact]) throws -> Ledger {
    var ledger = try Ledger("{}")
    for fact in facts { ledger.take(fact) }
    return ledger
  }

  private static func sums(_ runs: [EntryRun]) -> [String] {
    PostedState(runs).runs.flatMap { run in
      run.entries.map { "\(run.transaction) \(run.line ?? "-") \($0) \(run.cause)" }
    }.sorted()
  }

  @Test("Any order, any repetition and any batches give the same sums as one by one", arguments: 0..<14)
  func anyArrival(_ block: Int) throws {
    for seed in Self.seeds(block) {
      let facts = try RandomStory(seed: seed).facts
      let expected = Self.sums(try Self.ledger(facts).posted)
      var random = SeededRandom(seed: seed)
      var arriving = facts + facts.filter { _ in random.below(3) == 0 }
      random.shuffle(&arriving)
      var books = Books()
      var posted: [EntryRun] = []
      while !arriving.isEmpty {
        let batch = Array(arriving.prefix(1 + random.below(arriving.count)))
        posted += books.apply(batch).postings.joined()
        arriving.removeFirst(batch.count)
      }
      #expect(Self.sums(posted) == expected, "seed \(seed)")
      #expect(Self.sums(books.apply(facts).postings.flatMap(\.self)).isEmpty, "told again, seed \(seed)")
    }
  }

  @Test("Each posting balances, and so does each period, currency and transaction", arguments: 0..<14)
  func balances(_ block: Int) throws {
    struct Cell: Hashable {
      let transaction: String
      let currency: Currency
      let period: AccountingPeriod
    }
    for seed in Self.seeds(block) {
      var cells: [Cell: Int64] = [:]
      for run in try Self.ledger(try RandomStory(seed: seed).facts).posted {
        for entry in run.entries {
          #expect(entry.amountMinorUnits > 0 && entry.debit != entry.credit, "seed \(seed)")
          let cell = Cell(transaction: run.transaction, currency: run.currency, period: entry.period)
          // Each entry names both sides; what one account gains on the left another has on the right.
          cells[cell, default: 0] += entry.debit.normalSide == .debit ? entry.amountMinorUnits : 0
          cells[cell, default: 0] += entry.debit.normalSide == .credit ? entry.amountMinorUnits : 0
          cells[cell, default: 0] -= entry.credit.normalSide == .credit ? entry.amountMinorUnits : 0
          cells[cell, default: 0] -= entry.credit.normalSide == .debit ? entry.amountMinorUnits : 0
        }
      }
      #expect(cells.values.allSatisfy { $0 == 0 }, "seed \(seed)")
    }
  }

  @Test("Closing at any moments changes where entries land, never their totals", arguments: 0..<14)
  func closing(_ block: Int) throws {
    for seed in Self.seeds(block) {
      let facts = try RandomStory(seed: seed).facts
      let open = try Self.ledger(facts)
      var random = SeededRandom(seed: seed)
      var closed = try Ledger("{}")
      var through = 0
      for fact in facts {
        closed.take(fact)
        if random.below(4) == 0 {
          through += random.below(5)
          let period = Calendar.months.name(AccountingPeriod(year: 2019, month: 1).advanced(by: through))
          try closed.tell("period.closed", "2024-01-01", #"{"through":"\#(period)"}"#, id: "close \(fact.id)")
        }
      }
      // By the period they belong to, both are the same.
      #expect(Self.sums(closed.posted) == Self.sums(open.posted), "seed \(seed)")
      #expect(closed.posted.allSatisfy { ($0.originalPeriod ?? $0.from.advanced(by: -1)) < $0.from })
    }
  }

  @Test("What is recognized and what events cleared add up to what was recognizable, line by line", arguments: 0..<14)
  func nothingLost(_ block: Int) throws {
    for seed in Self.seeds(block) {
      let ledger = try Self.ledger(try RandomStory(seed: seed).facts)
      for state in ledger.books.states where !Self.isSpecial(state) {
        var found: [String: Int64] = [:]
        for run in state.posted.runs {
          guard let line = run.line else { continue }
          for entry in run.entries {
            let (debit, credit, amount) = (entry.debit, entry.credit, entry.amountMinorUnits)
            // What usage accrued under its own name is taken back by the line, which books it anew.
            if line == RandomStory.meteredLine, Set([debit, credit]) == [.revenue, .unbilledAccountsReceivable] {
              continue
            }
            if credit == .revenue { found[line, default: 0] += amount }
            if debit == .revenue { found[line, default: 0] -= amount }
            if debit == .discounts { found[line, default: 0] -= amount }
            if credit == .discounts { found[line, default: 0] += amount }
            let clears = run.cause.type != FactType.invoiceFinalized.rawValue
            if clears, debit == .deferredRevenue, credit != .revenue { found[line, default: 0] += amount }
            if clears, credit == .deferredRevenue, debit != .revenue { found[line, default: 0] -= amount }
            // A discount that is cleared with it gives the other way round.
            if clears, credit == .deferredDiscounts, debit != .discounts { found[line, default: 0] -= amount }
            if clears, debit == .deferredDiscounts, credit != .discounts { found[line, default: 0] += amount }
          }
        }
        let explanation = Explanation(
          BookInput(facts: state.facts, applied: state.applied, configuration: ledger.books.configuration))
        for line in explanation.lines {
          #expect(found[line.id, default: 0] == line.recognizableMinorUnits, "seed \(seed), \(line.id)")
        }
      }
    }
  }

  /// Whether a pending item accrues under its own name, or something waits for a payment that may not come.
  private static func isSpecial(_ state: BookState) -> Bool {
    let hasItem = state.facts.contains { $0.fact.type == .invoiceItemCreated }
    return hasItem
      || state.applied.values.contains { rule in
        rule.treatments.contains {
          if case .amortizeCustomPeriod(.paid, _, _) = $0.action { true } else { false }
        }
      }
  }

  @Test(
    "Once nothing more is expected, nothing is left to receive",
    arguments: ["invoice.paid", "invoice.voided", "invoice.marked_uncollectible"], 0..<14)
  func nothingToReceive(_ end: String, _ block: Int) throws {
    for seed in Self.seeds(block) {
      let facts = try RandomStory(seed: seed).facts
      if Self.isReopened(facts) || end == "invoice.paid" && facts.contains(where: Self.givesBack) { continue }
      var ledger = try Self.ledger(facts)
      // Years later everything is served; whatever is still open is said to be all there will be.
      try ledger.tell(end, "2026-01-01", #"{"invoice":"in_1"}"#, id: "end")
      // Without a rate the invoice itself waits; what ended before does not end again.
      if case .waiting = ledger.outcomes["end"] { continue }
      #expect(Self.receivable(ledger) { _, _ in true } == 0, "seed \(seed)")
    }
  }

  @Test("What is billed is what the lines bill and the books hold, and what was owed before", arguments: 0..<14)
  func billed(_ block: Int) throws {
    for seed in Self.seeds(block) {
      let ledger = try Self.ledger(try RandomStory(seed: seed).facts)
      var billed: Int64 = 0
      for state in ledger.books.states {
        let explanation = Explanation(
          BookInput(facts: state.facts, applied: state.applied, configuration: ledger.books.configuration))
        billed += explanation.lines.reduce(0) { $0 + $1.billedMinorUnits - $1.excludedMinorUnits }
      }
      let found = Self.receivable(ledger) { run, entry in
        run.cause.type == FactType.invoiceFinalized.rawValue
          && ![.customerBalance, .unrealizedFxLoss].contains(
            entry.debit == .accountsReceivable ? entry.credit : entry.debit)
      }
      #expect(found == billed, "seed \(seed)")
    }
  }

  /// What the entries wanted leave to receive.
  private static func receivable(_ ledger: Ledger, _ isWanted: (EntryRun, Entry) -> Bool) -> Int64 {
    var sum: Int64 = 0
    for run in ledger.posted {
      for entry in run.entries where isWanted(run, entry) {
        sum += entry.debit == .accountsReceivable ? entry.amountMinorUnits : 0
        sum -= entry.credit == .accountsReceivable ? entry.amountMinorUnits : 0
      }
    }
    return sum
  }

  /// Whether a note is voided after its invoice was voided or written off, so that its receivable is there again.
  private static func isReopened(_ facts: [BookFact]) -> Bool {
    let ends = facts.filter { [.invoiceVoided, .invoiceMarkedUncollectible].contains($0.fact.type) }.map(\.time)
    return facts.contains { fact in
      fact.fact.type == .creditNoteVoided && ends.contains { $0 <= fact.time }
    }
  }

  /// An invoice that gives money back is never said to be paid.
  private static func givesBack(_ fact: BookFact) -> Bool {
    guard case .invoiceFinalized(let data) = fact.fact else { return false }
    return data.balanceApplied < 0 || data.lines.reduce(0) { $0 + min($1.amount, 0) } < 0
  }
}
