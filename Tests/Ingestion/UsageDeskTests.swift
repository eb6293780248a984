import Accounting
import Dispatch
import JSON
import Messages
import Postgres
import Recognition
import Synchronization
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
    try again { try transaction { try UsageDesk.record(events, lanes: lanes, on: self) } }
  }

  fileprivate func cut(
    _ facts: [(ledger: LedgerID, fact: BookFact)], calendar: (LedgerID) -> Calendar = { _ in .months }
  ) throws {
    try again { try transaction { try UsageDesk.cut(facts, calendar: calendar, lanes: lanes, on: self) } }
  }

  /// Tries again what had to make way for another transaction, as the lane's worker does.
  private func again<Result>(_ body: () throws -> Result) throws -> Result {
    while true {
      do {
        return try body()
      } catch let error as PostgresError where error.isRetriable {
        continue
      }
    }
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
  @Test("Any story, in any batches, is told as the pure function tells it", arguments: UInt64(1)...12)
  func equalsPureFunction(seed: UInt64) throws {
    try withIngestionSchema { connection, _ in
      var random = Seeded(seed)
      var pure = PureCounting()
      var told = Told()
      var story = RandomUsage()
      for _ in 0..<40 {
        if Int.random(in: 0..<4, using: &random) == 0 {
          let facts = try (0..<Int.random(in: 1...4, using: &random)).map { _ in try story.fact(&random) }
          for (ledger, fact) in facts { try pure.take(fact, in: ledger) }
          try connection.cut(facts, calendar: pure.calendar(of:))
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

  @Test("Counting and cutting at the same time loses no record and counts none twice", arguments: UInt64(1)...4)
  func countsAndCutsAtOnce(seed: UInt64) throws {
    try withIngestionSchema { connection, schema in
      var random = Seeded(seed)
      var story = RandomUsage(isConsistent: true)
      // Four readers of partitions, of which the last two bring the same; and the lane's owner, who cuts.
      let different = try (0..<3).map { _ in
        try (0..<15).map { _ in try (0..<20).map { _ in try story.event(&random) } }
      }
      let batches = different + [different[2]]
      let cuts = try (0..<15).map { _ in try (0..<3).map { _ in try story.fact(&random) } }
      var pure = PureCounting()
      for event in batches.joined().joined() { _ = pure.apply(event) }
      for (ledger, fact) in cuts.joined() { try pure.take(fact, in: ledger) }
      // A transaction knows the settings told by then; the books end with the last of them.
      let calendars = try (0..<cuts.count).map { count in
        var settings = PureCounting()
        for (ledger, fact) in cuts[...count].joined() { try settings.take(fact, in: ledger) }
        return settings
      }

      let failures = Mutex<[String]>([])
      let told = Mutex(Told())
      DispatchQueue.concurrentPerform(iterations: 5) { worker in
        do {
          let own = try connectToTestServer(schema: schema)
          defer { own.close() }
          if worker < 4 {
            for events in batches[worker] { _ = try own.record(events) }
          } else {
            for (facts, settings) in zip(cuts, calendars) {
              try own.cut(facts, calendar: settings.calendar(of:))
              let drafts = try own.transaction {
                try (0..<lanes).flatMap { try UsageDesk.tell(lane: $0, atMost: 2, on: own) }
              }
              try told.withLock { try $0.tell(drafts) }
            }
          }
        } catch {
          failures.withLock { $0.append("\(error)") }
        }
      }
      #expect(failures.withLock { $0 } == [])
      let lines = try told.withLock { told in
        try told.tell(connection.tellAll())
        return told.lines
      }
      #expect(lines == pure.told.lines, "seed \(seed)")
    }
  }

  @Test("What would make a total too large to be told is refused, and counts nothing")
  func refusesWhatIsTooLarge() throws {
    try withIngestionSchema { connection, _ in
      let results = try connection.record([
        recorded("u1", "600000000000000", at: after(hours: 1)), recorded("u2", "600000000000000", at: after(hours: 2)),
        recorded("u3", "400000000000000", at: after(hours: 3)), recorded("u2", "600000000000000", at: after(hours: 2)),
      ])
      #expect(results == [.accepted, .amountTooLarge, .accepted, .amountTooLarge])
      #expect(try connection.record([recorded("u2", "-1", at: after(hours: 2))]) == [.accepted])
      #expect(try connection.record([recorded("u4", "2", at: after(hours: 2))]) == [.amountTooLarge])
      #expect(try quantities(connection.tellAll()) == ["999999999999999"])
    }
  }

  @Test("A delivery that is told again with another content is refused")
  func refusesAnotherContentUnderOneDelivery() throws {
    try withIngestionSchema { connection, _ in
      let first = try recorded("u1", "1", at: after(hours: 1), id: "d1")
      #expect(try connection.record([first, first]) == [.accepted, .duplicate])
      #expect(try connection.record([first]) == [.duplicate])
      #expect(
        try connection.record([
          recorded("u2", "1", at: after(hours: 1), id: "d1"), recorded("u1", "2", at: after(hours: 1), id: "d2"),
          cancelled("u1", at: after(hours: 2), id: "d1"),
        ]) == [.conflict(with: "u2"), .conflict(with: "u1"), .conflict(with: "u1")])
      let cancellation = try cancelled("u1", at: after(hours: 2), id: "d3")
      #expect(try connection.record([cancellation, cancellation]) == [.accepted, .duplicate])
      #expect(try connection.record([cancelled("u9", at: after(hours: 2), id: "d3")]) == [.conflict(with: "u9")])
    }
  }

  @Test("A meter's events count for each item that they are the usage of, and for those defined later")
  func countsMeters() throws {
    try withIngestionSchema { connection, _ in
      #expect(try connection.record([recorded("u1", meter: "m1", "1", at: after(hours: 1))]) == [.accepted])
      #expect(try connection.tellAll().isEmpty)
      try connection.cut([(books, defined("si_1", at: day, meter: "m1"))])
      #expect(try quantities(connection.tellAll()) == ["1"])
      try connection.cut([(books, defined("si_2", at: day, meter: "m1")), (books, defined("si_3", at: day))])
      _ = try connection.record([recorded("u2", meter: "m1", "2", at: after(hours: 2))])
      #expect(try quantities(connection.tellAll()) == ["3", "3"])
      _ = try connection.record([cancelled("u1", at: after(hours: 3))])
      #expect(try quantities(connection.tellAll()) == ["2", "2"])
    }
  }

  @Test("Records of different prices are told apart, under ids of their own")
  func tellsPricesApart() throws {
    try withIngestionSchema { connection, _ in
      _ = try connection.record([
        recorded("u1", "1", at: after(hours: 1)), recorded("u2", "2", unitAmount: "5", at: after(hours: 2)),
        recorded("u3", "4", unitAmount: "5.0", at: after(hours: 3)), recorded("u4", "8", unitAmount: "0", at: day),
      ])
      let drafts = try connection.tellAll()
      #expect(
        drafts.map(\.id) == [
          "usage/si_1/2022-06-01T00:00:00Z/1", "usage/si_1/2022-06-01T00:00:00Z/0/1",
          "usage/si_1/2022-06-01T00:00:00Z/5/1",
        ])
      #expect(try quantities(drafts) == ["1", "8", "6"])
    }
  }

  @Test("Days that begin at another midnight are counted anew")
  func countsLocalDays() throws {
    try withIngestionSchema { connection, _ in
      // Ten in the evening is another day in Tokyo.
      _ = try connection.record([recorded("u1", "1", at: after(hours: 1)), recorded("u2", "2", at: after(hours: 22))])
      #expect(try quantities(connection.tellAll()) == ["3"])
      var settings = PureCounting()
      let setting = try zone("Asia/Tokyo", from: after(hours: -240), at: day)
      try settings.take(setting, in: books)
      try connection.cut([(books, setting)], calendar: settings.calendar(of:))
      // The day of UTC is taken back; the two days of Tokyo come instead.
      #expect(try quantities(connection.tellAll()) == ["1", "0", "2"])
    }
  }

  @Test("A total is told at once, and again after a second, under a version of its own")
  func tellsAtMostOnceASecond() throws {
    try withIngestionSchema { connection, _ in
      let lane = books.lane(of: lanes)
      let tell = { try connection.transaction { try UsageDesk.tell(lane: lane, on: connection) } }
      _ = try connection.record([recorded("u1", "1", at: after(hours: 1))])
      #expect(try UsageDesk.isDue(lane: lane, on: connection))
      #expect(try tell().map(\.id) == ["usage/si_1/2022-06-01T00:00:00Z/1"])
      _ = try connection.record([recorded("u2", "2", at: after(hours: 2))])
      // Times are moved instead of waited for, so that a slow machine makes no difference.
      try connection.execute("UPDATE usage_total SET told_at = told_at + interval '1 h'")
      #expect(try !UsageDesk.isDue(lane: lane, on: connection))
      #expect(try tell().isEmpty)
      try connection.execute("UPDATE usage_total SET told_at = clock_timestamp() - interval '1 s'")
      #expect(try UsageDesk.isDue(lane: lane, on: connection))
      let again = try tell()
      #expect(again.map(\.id) == ["usage/si_1/2022-06-01T00:00:00Z/2"])
      #expect(again.map(\.time) == [after(hours: 2)])
      #expect(try quantities(again) == ["3"])
      #expect(try !UsageDesk.isDue(lane: lane, on: connection))
    }
  }

  @Test("A cut is told with the rest of its slice, not before it")
  func tellsPartsTogether() throws {
    try withIngestionSchema { connection, _ in
      _ = try connection.record([recorded("u1", "1", at: after(hours: 1)), recorded("u2", "2", at: after(hours: 20))])
      #expect(try quantities(connection.tellAll()) == ["3"])
      try connection.execute("UPDATE usage_total SET told_at = clock_timestamp() + interval '1 h'")
      try connection.cut([(books, defined("si_1", at: after(hours: 12)))])
      #expect(try !UsageDesk.isDue(lane: books.lane(of: lanes), on: connection))
      #expect(try quantities(connection.tellAll()) == ["1", "2"])
    }
  }

  private func quantities(_ drafts: [Draft]) throws -> [String] {
    try drafts.map { try JSONDocument(parsing: $0.data).root["quantity"]?.string ?? "" }
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
  private var settings = 0
  /// Whether a name always stands for the same record, so that the order of arrival does not matter.
  var isConsistent = false

  init(isConsistent: Bool = false) {
    self.isConsistent = isConsistent
  }

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
    let isOther = !isConsistent && Int.random(in: 0..<20, using: &random) == 0
    let isAgain = Bool.random(using: &random)
    let unitAmount = [nil, nil, "5", "0.25"].randomElement(using: &own) ?? nil
    let meter = number % 4 == 0 ? "m_\(number % 3)" : nil
    return try recorded(
      usage, of: "si_\(number % 3)", meter: meter, isOther ? "99" : quantity, unitAmount: unitAmount,
      at: moment(number, &own),
      id: isAgain && !isOther ? "r-\(usage)" : "r\(deliveries)", in: ledger)
  }

  mutating func fact(_ random: inout Seeded) throws -> (ledger: LedgerID, fact: BookFact) {
    let from = after(hours: Int64.random(in: -10...80, using: &random))
    let to = from.advanced(byMicroseconds: Int64.random(in: 0...40, using: &random) * 3_600_000_000)
    let ledger = ledgers.randomElement(using: &random) ?? books
    let number = Int.random(in: 0..<3, using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0:
      let names = ["UTC", "Asia/Tokyo", "America/New_York", "Asia/Kathmandu"]
      settings += 1
      return (
        ledger,
        try zone(names.randomElement(using: &random) ?? "UTC", from: from, at: after(hours: Int64(settings)))
      )
    case 1: return (ledger, try updated("sub_\(number % 2)", at: from, period: (from, to)))
    default:
      let meter = Bool.random(using: &random) ? "m_\(Int.random(in: 0..<3, using: &random))" : nil
      return (
        ledger,
        try defined(
          "si_\(number)", at: from, period: Bool.random(using: &random) ? (from, to) : nil, meter: meter,
          subscription: "sub_\(number % 2)")
      )
    }
  }

  private func moment(_ number: Int, _ random: inout Seeded) -> Instant {
    // On the hour, where boundaries are, or a moment before it.
    after(hours: Int64.random(in: 0..<72, using: &random), microseconds: Bool.random(using: &random) ? 0 : -1)
  }
}
