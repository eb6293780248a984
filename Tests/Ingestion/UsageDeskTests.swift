import Accounting
import Messages
import Postgres
import Recognition
import Testing

@testable import Ingestion

/// Lanes of the installation that these tests pretend to be.
private let lanes = 4
private let day = instant("2022-06-01T00:00:00Z")

private func after(hours: Int64, microseconds: Int64 = 0) -> Instant {
  day.advanced(byMicroseconds: hours * 3_600_000_000 + microseconds)
}

extension PostgresConnection {
  fileprivate func record(_ events: [UsageEvent]) throws -> [UsageResult] {
    try transaction { try UsageDesk.record(events, lanes: lanes, on: self) }
  }

  fileprivate func cut(_ facts: [(ledger: LedgerID, fact: BookFact)]) throws {
    try transaction { try UsageDesk.cut(facts, lanes: lanes, on: self) }
  }

  /// All that is to be told, as if a second had passed.
  fileprivate func tellAll(atMost limit: Int = 1_000) throws -> [Draft] {
    try execute("UPDATE usage_total SET told_at = 'epoch'")
    return try transaction {
      try (0..<lanes).flatMap { try UsageDesk.tell(lane: $0, atMost: limit, on: self) }
    }
  }
}

@Suite("Counting usage in Postgres", .enabled(if: testServer != nil))
struct UsageDeskTests {
  @Test("Any story, in any batches, is told as the pure function tells it", arguments: UInt64(1)...30)
  func equalsPureFunction(seed: UInt64) throws {
    try withIngestionSchema { connection, _ in
      var random = Seeded(seed)
      var pure = PureCounting()
      var told = Told()
      var story = RandomUsage()
      for _ in 0..<40 {
        if Int.random(in: 0..<4, using: &random) == 0 {
          let facts = try (0..<Int.random(in: 1...4, using: &random)).map { _ in try story.fact(&random) }
          try connection.cut(facts)
          for (ledger, fact) in facts { pure.apply(fact, in: ledger) }
        } else {
          let events = try (0..<Int.random(in: 1...25, using: &random)).map { _ in try story.event(&random) }
          let results = try connection.record(events)
          for (event, result) in zip(events, results) {
            let expected = pure.apply(event)
            guard case .recorded = event.told else { continue }
            #expect(isSame(result, expected), "\(event) of seed \(seed)")
          }
        }
        if Bool.random(using: &random) {
          try told.tell(connection.tellAll(atMost: Int.random(in: 1...5, using: &random)))
        }
      }
      try told.tell(connection.tellAll())
      #expect(told.lines == pure.told.lines, "seed \(seed)")
      #expect(try connection.tellAll().isEmpty)
    }
  }

  private func isSame(_ result: UsageResult, _ expected: UsageCounting.Result) -> Bool {
    switch (result, expected) {
    case (.accepted, .totals), (.duplicate, .duplicate): true
    case (.refused(let code, _, _), .refused(let refusal)): code == refusal.code
    default: false
    }
  }
}

/// Draws records, cancellations and boundaries that meet each other often.
struct RandomUsage {
  private let ledgers = [
    books, LedgerID(account: "acct_1", livemode: false), LedgerID(account: "acct_2", livemode: true),
  ]
  private var deliveries = 0

  mutating func event(_ random: inout Seeded) throws -> UsageEvent {
    let ledger = ledgers.randomElement(using: &random) ?? books
    let number = Int.random(in: 0..<120, using: &random)
    let usage = "u\(number)"
    deliveries += 1
    if Int.random(in: 0..<5, using: &random) == 0 {
      return try cancelled(usage, at: moment(number, &random), id: "c\(deliveries)", in: ledger)
    }
    // What a name stands for follows from the name, except that now and then it is told otherwise.
    var own = Seeded(UInt64(number))
    let quantity = ["1", "0.5", "-3", "20", "0.000000000001", "7.25"].randomElement(using: &own) ?? "1"
    let isOther = Int.random(in: 0..<20, using: &random) == 0
    let isAgain = Bool.random(using: &random)
    return try recorded(
      usage, of: "si_\(number % 3)", isOther ? "99" : quantity, at: moment(number, &own),
      id: isAgain && !isOther ? "r-\(usage)" : "r\(deliveries)", in: ledger)
  }

  mutating func fact(_ random: inout Seeded) throws -> (ledger: LedgerID, fact: BookFact) {
    let from = after(hours: Int64.random(in: -10...80, using: &random))
    let to = from.advanced(byMicroseconds: Int64.random(in: 0...40, using: &random) * 3_600_000_000)
    return (
      ledgers.randomElement(using: &random) ?? books,
      try defined("si_\(Int.random(in: 0..<3, using: &random))", at: from, period: (from, to))
    )
  }

  private func moment(_ number: Int, _ random: inout Seeded) -> Instant {
    // On the hour, where boundaries are, or a moment before it.
    after(hours: Int64.random(in: 0..<72, using: &random), microseconds: Bool.random(using: &random) ? 0 : -1)
  }
}
