import Accounting
import JSON
import Messages
import Postgres
import Recognition
import ReportNotes
import Reports
import Testing

@testable import Reporting

/// What accounts are called in the general ledger, as the journal tells it and as the tables keep it.
@Suite struct NamesTests {
  /// Facts as they are told, in the order of the lane.
  private static let facts: [(type: String, data: String)] = [
    ("account_mapping.set", mapping("m1", "Revenue A", #"{"attribute":"product","value":"prod_A"}"#)),
    ("account_mapping.set", mapping("m2", "Revenue north", #"{"attribute":"country","value":"NO"}"#)),
    ("account_mapping.set", mapping("m3", "Revenue team", #"{"attribute":"metadata.team","value":"red"}"#)),
    ("account_mapping.set", mapping("m4", "Revenue gone", #"{"attribute":"product","value":"prod_B"}"#)),
    ("customer.updated", #"{"customer":"cus_2","email":"ada@example.com","name":"Ada","address":{"country":"NO"}}"#),
    ("account_mapping.deleted", #"{"mapping":"m4"}"#),
  ]

  private static func mapping(_ id: String, _ name: String, _ condition: String) -> String {
    #"{"mapping":"\#(id)","account":"Revenue","gl_name":"\#(name)","condition":\#(condition),"#
      + #""effective":{"from":"2022-06-01T00:00:00Z"}}"#
  }

  private static func fact(_ index: Int) throws -> (fact: BookFact, data: JSONValue) {
    let data = try JSONDocument(parsing: Array(facts[index].data.utf8)).root
    let fact = BookFact(
      id: "f\(index)", source: "test", time: Instant(rfc3339: "2022-06-01T00:00:00Z") ?? .epoch,
      fact: try Fact.decode(type: facts[index].type, data: data))
    return (fact, data)
  }

  /// The facts as the journal tells them, and four invoices whose revenue is mapped by product, region, note, and not at all.
  private static func story() throws -> JournalStory {
    var story = JournalStory()
    for index in facts.indices {
      let (fact, data) = try fact(index)
      let told = try #require(fact.toldToReports(data))
      try story.post(fact.id, type: facts[index].type, told: String(decoding: told, as: UTF8.self))
    }
    let june = Instant(rfc3339: "2022-06-10T00:00:00Z") ?? .epoch
    for (number, product, customer, metadata) in [
      (1, "prod_A", "cus_1", []), (2, "prod_B", "cus_2", []),
      (3, "prod_B", "cus_1", [Metadata(key: "team", value: "red")]),
      (4, "prod_B", "cus_1", []),
    ] as [(Int64, String, String, [Metadata])] {
      try story.post(
        "i\(number)",
        entries: [
          .run(
            .accountsReceivable, .revenue, [number * 100], transaction: "in_\(number)", customer: customer,
            product: product)
        ],
        transaction: BookedTransaction(id: "in_\(number)", booked: june, customer: customer, metadata: metadata))
    }
    // Before the mappings take effect.
    try story.post(
      "i5", entries: [.run(.accountsReceivable, .revenue, [500], from: 5, transaction: "in_5", product: "prod_A")])
    return story
  }

  @Test("Of a customer, reports are told the region and nothing that names a person")
  func customers() throws {
    let (fact, data) = try Self.fact(4)
    let told = try #require(fact.toldToReports(data))
    #expect(String(decoding: told, as: UTF8.self) == #"{"customer":"cus_2","address":{"country":"NO"}}"#)
    #expect(fact.bookedTransaction == nil)
  }

  @Test(
    "Reports from the tables name accounts as those of the entries in memory do",
    .enabled(if: ScratchSchema.postgres != nil))
  func mapped() throws {
    let schema = try ScratchSchema()
    let story = try Self.story()
    try schema.connection.transaction {
      try ReportingHandler(calendar: .months).save(
        story.batch(0..<story.messages.count),
        in: ReportingStore(connection: schema.connection, lane: JournalStory.lane))
    }
    var store = LedgerStore(
      connection: schema.connection, ledger: LedgerID(account: "acct_demo", livemode: false))
    let configuration = try store.configuration()
    let generalLedger = try #require(try store.generalLedger(configuration))
    store.generalLedger = generalLedger
    let memory = LedgerInMemory(try story.rows().map { $0.named(by: generalLedger) })
    for (name, pairs) in [
      (.trialBalance, []), (.trialBalance, [("start", "2022-06")]), (.debitsAndCredits, []),
      (.debitsAndCredits, [("by", "customer")]), (.debitsAndCredits, [("by", "line")]), (.waterfall, []),
    ] as [(ReportName, [(name: String, value: String)])] {
      let definition = try ReportDefinition.named(name.rawValue)
      let query = try ReportQuery(pairs, for: definition, calendar: configuration.calendar)
      let found = try definition.report(query, from: store, in: ReportContext())
      #expect(found.table() == (try definition.report(query, from: memory, in: ReportContext()).table()), "\(name)")
    }
    let moved = try ReportDefinition.named(ReportName.debitsAndCredits.rawValue).report(
      ReportQuery(), from: store, in: ReportContext()
    ).csv()
    #expect(moved.contains("2022-05,2022-05,usd,AccountsReceivable,Revenue,,,5.00"))
    for (name, amount) in [("Revenue A", "1.00"), ("Revenue north", "2.00"), ("Revenue team", "3.00"), ("", "4.00")] {
      #expect(moved.contains("2022-06,2022-06,usd,AccountsReceivable,Revenue,,\(name),\(amount)"), "\(name)")
    }
    let other = LedgerStore(connection: schema.connection, ledger: LedgerID(account: "acct_demo", livemode: true))
    #expect(try other.configuration().mappings.isEmpty)
    try schema.close()
  }
}
