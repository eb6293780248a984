import Accounting
import Messages
import Postgres
import Reports
import Testing

@testable import Reporting

/// The tables give the same reports as the entries in memory do.
@Suite(.enabled(if: ScratchSchema.postgres != nil)) struct StoreTests {
  /// Takes the story in, in batches of this size, a transaction each.
  private func save(_ story: JournalStory, batch size: Int = 7, in schema: ScratchSchema) throws {
    let handler = ReportingHandler(calendar: .months)
    let store = ReportingStore(connection: schema.connection, lane: JournalStory.lane)
    for start in stride(from: 0, to: story.messages.count, by: size) {
      let batch = try story.batch(start..<min(start + size, story.messages.count))
      try schema.connection.transaction { try handler.save(batch, in: store) }
    }
  }

  private func within(_ body: (ScratchSchema) throws -> Void) throws {
    let schema = try ScratchSchema()
    defer {
      // The schema of a test that has failed is left to the cluster's end.
      try? schema.close()
    }
    try body(schema)
  }

  private func randomStory(seed: UInt64, postings: Int) throws -> JournalStory {
    var numbers = SeededNumbers(seed: seed)
    var story = JournalStory()
    let accounts: [Account] = [.accountsReceivable, .deferredRevenue, .revenue, .cash, .refunds, .taxLiability]
    for index in 0..<postings {
      let entries = (0..<Int.random(in: 0...4, using: &numbers)).map { _ in
        let pair = accounts.shuffled(using: &numbers)
        let isCorrection = Int.random(in: 0...9, using: &numbers) == 0
        let length = isCorrection ? 1 : Int.random(in: 1...14, using: &numbers)
        let month = Int.random(in: 2...12, using: &numbers)
        let id = Int.random(in: 1...20, using: &numbers)
        return PostedEntry.run(
          pair[0], pair[1], (0..<length).map { _ in Int64.random(in: -500...5000, using: &numbers) }, from: month,
          transaction: "in_\(id)", line: id % 3 == 0 ? nil : "il_\(id)", customer: "cus_\(id % 4)",
          currency: id % 5 == 0 ? Currency("jpy") ?? .usd : .usd,
          originalPeriod: isCorrection ? AccountingPeriod(year: 2022, month: month - 1) : nil,
          event: id % 2 == 0 ? "invoice.finalized" : "charge.succeeded")
      }
      if index == postings / 2 { story.recordedTime = story.recordedTime.advanced(byMicroseconds: 86_400_000_000) }
      try story.post("fact-\(index)", entries: entries, account: index % 5 == 0 ? "acct_other" : "acct_demo")
    }
    return story
  }

  static let questions: [(ReportName, [(name: String, value: String)])] = [
    (.overview, []), (.trialBalance, []),
    (.trialBalance, [("start", "2022-09"), ("end", "2022-10"), ("currency", "usd")]),
    (.debitsAndCredits, []), (.debitsAndCredits, [("by", "customer")]), (.debitsAndCredits, [("by", "line")]),
    (.debitsAndCredits, [("by", "event"), ("corrections", "only")]), (.debitsAndCredits, [("by", "product")]),
    (.activity, []), (.activity, [("account", "Revenue,Refunds"), ("against", "DeferredRevenue")]),
    (.activity, [("transaction", "in_4"), ("corrections", "only")]),
    (.activity, [("customer", "cus_1"), ("limit", "3")]),
    (.activity, [("event", "charge.succeeded"), ("line", "il_2")]), (.activity, [("booked", "2022-10")]),
    (.activity, [("original_period", "2022-09"), ("end", "2024-01")]), (.incomeStatement, [("columns", "quarter")]),
    (.waterfall, []), (.waterfall, [("start", "2022-09"), ("end", "2022-10")]), (.entries, []),
    (.entries, [("start", "2022-08"), ("currency", "jpy"), ("limit", "9")]),
  ]

  @Test("Every report from the tables is the report of the entries in memory", arguments: [1, 2, 3] as [UInt64])
  func sameReports(seed: UInt64) throws {
    try within { schema in
      let story = try randomStory(seed: seed, postings: 120)
      try save(story, in: schema)
      for account in ["acct_demo", "acct_other", "acct_nobody"] {
        let stored = LedgerStore(connection: schema.connection, ledger: LedgerID(account: account, livemode: false))
        let memory = LedgerInMemory(try story.rows(of: account))
        for (name, pairs) in Self.questions {
          let definition = try ReportDefinition.named(name.rawValue)
          let query = try ReportQuery(pairs, for: definition, calendar: .months)
          let found = try definition.report(query, from: stored, in: ReportContext())
          let expected = try definition.report(query, from: memory, in: ReportContext())
          #expect(found.table() == expected.table(), "seed \(seed), \(account), \(name), \(pairs)")
        }
      }
    }
  }

  @Test("What was known at an instant is what had been recorded by then, within a day and across days")
  func asOf() throws {
    try within { schema in
      let story = try randomStory(seed: 9, postings: 60)
      try save(story, in: schema)
      let stored = LedgerStore(connection: schema.connection, ledger: LedgerID(account: "acct_demo", livemode: false))
      for count in [1, 10, 29, 30, 31, 45, 60] {
        guard let instant = story.messages[count - 1].envelope.place?.recordedTime else { continue }
        let memory = LedgerInMemory(try story.first(count).rows())
        for name in [ReportName.trialBalance, .debitsAndCredits, .waterfall, .entries] {
          let definition = try ReportDefinition.named(name.rawValue)
          var query = ReportQuery()
          query.end = AccountingPeriod(year: 2024, month: 1)
          query.start = AccountingPeriod(year: 2022, month: 1)
          let expected = try definition.report(query, from: memory, in: ReportContext()).csv()
          query.asOf = instant
          let found = try definition.report(query, from: stored, in: ReportContext()).csv()
          #expect(found == expected, "\(count) postings, \(name)")
        }
      }
    }
  }

  @Test("A fact that waits or is refused is shown until it is booked")
  func openFacts() throws {
    func outcome(_ id: String, _ status: Outcome.Status, _ code: String? = nil) -> Outcome {
      Outcome(
        source: "test", id: id, type: "charge.succeeded", status: status, code: code, message: "Because of \(id).")
    }
    try within { schema in
      var story = JournalStory()
      try story.post("a", outcomes: [outcome("a", .waiting, "invoice:in_1")])
      try story.post("b", outcomes: [outcome("b", .refused, "over_fulfillment")])
      let store = LedgerStore(connection: schema.connection, ledger: LedgerID(account: "acct_demo", livemode: false))
      try save(story, batch: 1, in: schema)
      #expect(try store.openFacts().map(\.fact) == ["a", "b"])
      #expect(
        try store.openFacts().map(\.time) == [
          Instant(rfc3339: "2022-06-01T00:00:00Z"), Instant(rfc3339: "2022-06-01T00:00:00Z"),
        ])
      let completeness = try store.completeness()
      #expect(completeness.waiting == 1 && completeness.refused == 1)
      #expect(completeness.positions == [.init(lane: JournalStory.lane, sequence: Int64(10 + JournalStory.lane))])
      #expect(completeness.through == Instant(rfc3339: "2022-07-01T00:00:00Z"))

      var later = story
      try later.post(
        "c", outcomes: [outcome("c", .applied), outcome("a", .applied), outcome("b", .waiting, "line:il_2")])
      // A new turn, which must learn from the tables which facts are open.
      let batch = try later.batch(2..<3)
      try schema.connection.transaction {
        try ReportingHandler(calendar: .months).save(
          batch, in: ReportingStore(connection: schema.connection, lane: JournalStory.lane))
      }
      #expect(try store.openFacts().map(\.state) == [.waiting])
      #expect(try store.openFacts().map(\.fact) == ["b"])
    }
  }

  @Test("An account without books is complete as far as its lane is")
  func nobody() throws {
    try within { schema in
      let ledger = LedgerID(account: "acct_nobody", livemode: true)
      let store = LedgerStore(connection: schema.connection, ledger: ledger)
      let completeness = try store.completeness()
      #expect(completeness.positions.map(\.lane) == [ledger.lane(of: 8)])
      #expect(completeness.through == Instant(rfc3339: "2022-07-01T00:00:00Z"))
      #expect(try store.extent(asOf: nil) == nil)
    }
  }

  @Test("The views of SQL have the figures of the reports")
  func views() throws {
    try within { schema in
      let story = try randomStory(seed: 4, postings: 80)
      try save(story, in: schema)
      let store = LedgerStore(connection: schema.connection, ledger: LedgerID(account: "acct_demo", livemode: false))
      func report(_ name: ReportName, _ pairs: [(name: String, value: String)] = []) throws -> Report {
        let definition = try ReportDefinition.named(name.rawValue)
        let query = try ReportQuery(pairs, for: definition, calendar: .months)
        return try definition.report(query, from: store, in: ReportContext())
      }
      func view(_ sql: String) throws -> [[String]] {
        try schema.connection.query(sql).map { row in (0..<5).map { row.optionalText($0) ?? "" } }
      }
      func cells(_ report: Report) -> [[String]] {
        report.csv().split(separator: "\r\n").dropFirst().map { $0.split(separator: ",").map(String.init) }
      }
      let mine = "WHERE account = 'acct_demo' AND NOT livemode AND currency = 'jpy'"
      let balance = try cells(report(.trialBalance, [("currency", "jpy"), ("start", "2022-09"), ("end", "2022-09")]))
      for row in try view(
        "SELECT ledger_account, currency, starting::text, net_change::text, ending::text FROM trial_balance \(mine) AND period = '2022-09'"
      ) {
        #expect(balance.contains(row))
      }
      let moved = try cells(report(.debitsAndCredits, [("currency", "jpy")])).dropLast().map {
        [$0[0], $0[1], $0[3], $0[4], $0[5]]
      }
      #expect(
        try Set(
          view(
            "SELECT accounting_period, open_accounting_period, debit, credit, amount::text FROM debits_and_credits \(mine)"
          ))
          == Set(moved))
      let entries = try cells(report(.entries, [("currency", "jpy")])).map { [$0[0], $0[1], $0[2], $0[3], $0[5]] }
      #expect(
        try Set(view("SELECT period, debit, credit, amount::text, transaction FROM entries \(mine)")) == Set(entries))
      let recognized = try view(
        "SELECT booked, sum(recognized)::text, '', '', '' FROM waterfall \(mine) GROUP BY booked")
      let totals = try cells(report(.waterfall, [("currency", "jpy")])).dropLast().map { [$0[0], $0[2], "", "", ""] }
      #expect(Set(recognized.filter { $0[1] != "0" }) == Set(totals.filter { $0[1] != "0" }))
      #expect(try schema.connection.query("SELECT * FROM positions").count == 8)
    }
  }

  @Test("Live books and test books of one account are kept apart")
  func modes() throws {
    try within { schema in
      var story = JournalStory()
      try story.post("a", entries: [.run(.cash, .revenue, [1])], livemode: false)
      try story.post("b", entries: [.run(.cash, .revenue, [2])], livemode: true)
      try save(story, in: schema)
      for (livemode, amount) in [(false, 1), (true, 2)] as [(Bool, Int128)] {
        let store = LedgerStore(
          connection: schema.connection, ledger: LedgerID(account: "acct_demo", livemode: livemode))
        #expect(try store.rows(LedgerSelection()).map(\.amount) == [amount])
      }
    }
  }

  @Test(
    "The database lets nobody change or take away what is posted",
    arguments: [
      "UPDATE posting SET account = 'x'", "DELETE FROM posting", "TRUNCATE posting", "UPDATE entry SET amounts = '{1}'",
      "DELETE FROM entry", "TRUNCATE entry",
    ])
  func postedStays(statement: String) throws {
    try within { schema in
      var story = JournalStory()
      try story.post("a", entries: [.run(.cash, .revenue, [1])])
      try save(story, in: schema)
      let error = #expect(throws: PostgresError.self) { try schema.connection.execute(statement) }
      #expect(error?.sqlState == "23000")
    }
  }

  @Test("The database refuses a message twice and an entry within one account")
  func law() throws {
    try within { schema in
      var story = JournalStory()
      try story.post("a", entries: [.run(.cash, .revenue, [1])])
      try save(story, in: schema)
      #expect(throws: PostgresError.self) { try save(story, in: schema) }
      var wrong = JournalStory()
      try wrong.post("a")
      try wrong.post("b", entries: [.run(.cash, .cash, [1])])
      let batch = try wrong.batch(1..<2)
      #expect(throws: PostgresError.self) {
        try ReportingHandler(calendar: .months).save(
          batch, in: ReportingStore(connection: schema.connection, lane: JournalStory.lane))
      }
    }
  }

  @Test("Sums may grow beyond 64 bits")
  func largeSums() throws {
    try within { schema in
      var story = JournalStory()
      for index in 0..<3 { try story.post("fact-\(index)", entries: [.run(.cash, .revenue, [Int64.max])]) }
      try save(story, batch: 2, in: schema)
      let store = LedgerStore(connection: schema.connection, ledger: LedgerID(account: "acct_demo", livemode: false))
      #expect(try store.rows(LedgerSelection()).map(\.amount) == [Int128(Int64.max) * 3])
    }
  }
}
