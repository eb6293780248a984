import Accounting
import JSON
import Messages
import Recognition
import Testing

@Suite("Properties of generated stories")
struct PropertyTests {
  /// The facts of a made-up business.
  static func facts(seed: UInt64, customers: Int = 8, months: Int = 14) throws -> [BookFact] {
    var lines: [[UInt8]] = []
    SyntheticBusiness(customers: customers, months: months, seed: seed).tell { lines.append($0) }
    return try lines.map { line in
      let value = try JSONDocument(parsing: line).root
      let (type, data) = (try #require(value["type"]?.string), try #require(value["data"]))
      return BookFact(
        id: try #require(value["id"]?.string), source: "test",
        time: try #require(value["time"]?.string.flatMap { Instant(rfc3339: $0) }),
        fact: try Fact.decode(type: type, data: data))
    }
  }

  static func ledger(_ facts: [BookFact]) throws -> Ledger {
    var ledger = try Ledger("{}")
    for fact in facts { ledger.take(fact) }
    return ledger
  }

  @Test("The same seed tells the same bytes")
  func sameBytes() {
    var texts: [[[UInt8]]] = [[], []]
    for index in texts.indices {
      SyntheticBusiness(customers: 5, months: 9, seed: 42).tell { texts[index].append($0) }
    }
    #expect(texts[0] == texts[1])
  }

  @Test("Any order of arrival and any repetition give the same sums", arguments: 1...12 as ClosedRange<UInt64>)
  func anyOrder(_ seed: UInt64) throws {
    let facts = try Self.facts(seed: seed)
    let expected = try Self.ledger(facts).sums
    var random = SeededRandom(seed: seed)
    var shuffled = facts + facts.filter { _ in random.below(4) == 0 }
    random.shuffle(&shuffled)
    let ledger = try Self.ledger(shuffled)
    #expect(ledger.sums == expected)
    #expect(ledger.outcomes.values.allSatisfy { $0 == .posted || $0 == .duplicate })
  }

  @Test(
    "Closing at any moments changes where entries land, never their totals", arguments: 1...12 as ClosedRange<UInt64>)
  func closing(_ seed: UInt64) throws {
    let facts = try Self.facts(seed: seed)
    let open = try Self.ledger(facts)
    var random = SeededRandom(seed: seed)
    var closed = try Ledger("{}")
    for fact in facts {
      closed.take(fact)
      if random.below(10) == 0 {
        let period = Calendar.months.name(AccountingPeriod(year: 2024, month: 1 + random.below(12)))
        try closed.tell("period.closed", "2024-01-01", #"{"through":"\#(period)"}"#)
      }
    }
    func totals(_ ledger: Ledger) -> [Account: Int64] {
      var totals: [Account: Int64] = [:]
      for entry in ledger.posted.flatMap(\.entries) {
        totals[entry.debit, default: 0] += entry.amountMinorUnits
        totals[entry.credit, default: 0] -= entry.amountMinorUnits
      }
      return totals.filter { $0.value != 0 }
    }
    #expect(totals(closed) == totals(open))
    // Entries of a closed period stand in it only if they were posted before it was closed.
    #expect(closed.posted.allSatisfy { $0.originalPeriod == nil || $0.originalPeriod ?? $0.from < $0.from })
  }

  @Test("At once and fact by fact give the same entries", arguments: 1...12 as ClosedRange<UInt64>)
  func batching(_ seed: UInt64) throws {
    let ledger = try Self.ledger(try Self.facts(seed: seed))
    for state in ledger.books.states {
      let output = entries(
        BookInput(facts: state.facts, applied: state.applied, configuration: ledger.books.configuration))
      #expect(difference(expected: output.runs, posted: state.posted, closedThrough: nil).isEmpty)
    }
  }

  @Test("A line that is served and paid leaves nothing deferred and nothing to receive")
  func nothingLeft() throws {
    let ledger = try Self.ledger(try Self.facts(seed: 3))
    var deferred: Int64 = 0
    for entry in ledger.posted.flatMap(\.entries) {
      if entry.debit == .deferredRevenue { deferred -= entry.amountMinorUnits }
      if entry.credit == .deferredRevenue { deferred += entry.amountMinorUnits }
    }
    #expect(deferred == 0)
  }
}
