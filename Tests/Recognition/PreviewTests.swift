import Accounting
import JSON
import Messages
import Recognition
import Testing

@Suite("Previews")
struct PreviewTests {
  private static let changes: [(type: String, data: String)] = [
    ("settings.changed", #"{"amortization":"month"}"#),
    ("settings.changed", #"{"catch_up_revenue":false,"long_term_deferred":false}"#),
    ("settings.changed", #"{"recovered_revenue_as_gains":true}"#),
    (
      "rule.set",
      #"{"rule":"new","name":"new","position":0,"apply_to":[{"on":"invoice_line","field":"any"}],"#
        + #""treatments":[{"type":"tax","allocation_percent":25},"#
        + #"{"type":"defer_until","allocation_percent":75,"at":"2019-11-11T00:00:00Z"}]}"#
    ),
    ("rule.deleted", #"{"rule":"r"}"#),
    (
      "standalone_selling_price.set",
      #"{"bundle":"plan","method":"percent","components":[{"product":"a","percent":30},{"product":"b","percent":70}]}"#
    ),
    ("transaction.excluded", #"{"transaction":"in_1"}"#),
  ]

  @Test("A preview is what applying the change then posts, and posts nothing itself", arguments: 0..<20)
  func equalsApplying(_ block: Int) throws {
    for seed in UInt64(block * 15)..<UInt64(block * 15 + 15) {
      var random = SeededRandom(seed: seed)
      let change = Self.changes[random.below(Self.changes.count)]
      var books = Books()
      let story = try RandomStory(seed: seed)
      for fact in story.facts { _ = books.apply(fact) }
      if random.below(2) == 0 {
        _ = books.apply(
          BookFact(
            id: "closing", source: "test", time: .epoch,
            fact: try Fact.decode(
              type: "period.closed", data: JSONDocument(parsing: Array(#"{"through":"2019-08"}"#.utf8)).root)))
      }
      let fact = BookFact(
        id: "~change", source: "test", time: Instant(microseconds: 1_800_000_000_000_000),
        fact: try Fact.decode(type: change.type, data: JSONDocument(parsing: Array(change.data.utf8)).root))
      let before = books.states.map { $0.posted.runs }
      let preview = Preview([fact], in: books)
      #expect(books.states.map { $0.posted.runs } == before)
      let applied = Self.sums(books.apply(fact).postings.joined())
      #expect(preview.changes.values.flatMap(\.values).allSatisfy { $0 != 0 })
      #expect(Self.flat(preview.changes) == applied, "seed \(seed), \(change)")
    }
  }

  private static func fact(_ id: String, _ type: String, _ data: String) throws -> BookFact {
    BookFact(
      id: id, source: "test", time: Instant(microseconds: 1_546_300_800_000_000),
      fact: try Fact.decode(type: type, data: JSONDocument(parsing: Array(data.utf8)).root))
  }

  @Test("A preview that is requested posts nothing, and says what its changes would have posted at its place")
  func requested() throws {
    // 90.00 over 31, 28 and 31 days of 2019, and in three equal parts.
    let invoice =
      #"{"invoice":"in_1","customer":"c","currency":"usd","lines":[{"line":"il_1","amount":9000,"#
      + #""period":{"start":"2019-01-01T00:00:00Z","end":"2019-04-01T00:00:00Z"}}]}"#
    let preview =
      #"{"preview":"pv_1","changes":[{"type":"settings.changed","data":{"amortization":"month"}}]}"#
    var books = Books()
    let arrival = books.apply([
      try Self.fact("1", "invoice.finalized", invoice), try Self.fact("2", "preview.requested", preview),
      try Self.fact("3", "invoice.finalized", invoice.replacing("in_1", with: "in_2").replacing("il_1", with: "il_2")),
    ])
    #expect(Self.sums(arrival.postings.joined()).values.max() == 18_000)
    #expect(arrival.outcomes.allSatisfy { $0.outcome == .posted })
    let found = Self.flat(try #require(books.previews["pv_1"]).changes)
    let first = 2019 * 12
    #expect(
      found == [
        "\(first) 0 revenue": -100, "\(first) 0 deferredRevenue": 100, "\(first + 1) 0 revenue": 200,
        "\(first + 1) 0 deferredRevenue": -200, "\(first + 2) 0 revenue": -100,
        "\(first + 2) 0 deferredRevenue": 100,
      ])
  }

  @Test("A preview of what configures nothing is refused by name")
  func refused() {
    #expect {
      try Self.fact(
        "1", "preview.requested", #"{"preview":"pv_1","changes":[{"type":"invoice.voided","data":{"invoice":"in_1"}}]}"#
      )
    } throws: {
      ($0 as? FactError)?.param == "changes[0].type"
    }
  }

  private static func flat(_ changes: [Preview.Movement: [Account: Int128]]) -> [String: Int128] {
    var flat: [String: Int128] = [:]
    for (movement, accounts) in changes {
      for (account, amount) in accounts {
        flat["\(movement.period.ordinal) \(movement.originalPeriod?.ordinal ?? 0) \(account)"] = amount
      }
    }
    return flat
  }

  private static func sums(_ runs: some Sequence<EntryRun>) -> [String: Int128] {
    var sums: [String: Int128] = [:]
    for entry in runs.flatMap(\.entries) {
      for (account, side) in [(entry.debit, Side.debit), (entry.credit, Side.credit)] {
        let sign: Int128 = account.normalSide == side ? 1 : -1
        sums["\(entry.period.ordinal) \(entry.originalPeriod?.ordinal ?? 0) \(account)", default: 0] +=
          sign * Int128(entry.amountMinorUnits)
      }
    }
    return sums.filter { $0.value != 0 }
  }
}
