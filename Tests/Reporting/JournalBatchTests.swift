import Accounting
import Messages
import Testing

@testable import Reporting

@Suite struct JournalBatchTests {
  @Test("A run of entries is one row, and a sum for each of its periods")
  func runs() throws {
    var story = JournalStory()
    try story.post("fact-1", entries: [.run(.deferredRevenue, .revenue, [1600, 0, 3100])])
    try story.post("fact-2", entries: [.run(.deferredRevenue, .revenue, [100, 200], transaction: "in_2")])
    let batch = try story.batch(0..<2)
    #expect(batch.postings.map(\.sequence) == [1, 2])
    #expect(batch.entries.map(\.posted.amounts) == [[1600, 0, 3100], [100, 200]])
    let june = AccountingPeriod(year: 2022, month: 6).ordinal
    let sums = batch.sums.sorted { $0.key < $1.key }.map { ($0.key.period - june, $0.value) }
    #expect(sums.map(\.0) == [0, 1, 2] && sums.map(\.1) == [1700, 200, 3100])
  }

  @Test("The last outcome of a fact counts, and a duplicate changes nothing")
  func outcomes() throws {
    func outcome(_ id: String, _ status: Outcome.Status) -> Outcome {
      Outcome(source: "test", id: id, type: "invoice.finalized", status: status, code: "line:il_9", message: "Waits.")
    }
    var story = JournalStory()
    try story.post("a", outcomes: [outcome("a", .waiting)])
    try story.post("b", outcomes: [outcome("b", .waiting)])
    try story.post("c", outcomes: [outcome("c", .applied), outcome("a", .applied)])
    try story.post("d", outcomes: [outcome("b", .duplicate), outcome("d", .refused)])
    let left = try story.batch(0..<4).outcomes.sorted { $0.key < $1.key }
    #expect(left.map(\.key.id) == ["a", "b", "c", "d"])
    #expect(left.map { $0.value?.outcome.status } == [nil, .waiting, nil, .refused])
  }

  @Test("What is told of facts and transactions is kept, and what cannot be read of it stops the lane")
  func told() throws {
    let noted = BookedTransaction(
      id: "in_1", booked: Instant(seconds: 1_654_041_600), customer: "cus_1",
      metadata: [Metadata(key: "team", value: "\"a\"")])
    var story = JournalStory()
    try story.post("a", type: "settings.changed", told: #"{"amortization":"day"}"#)
    try story.post("b", transaction: noted)
    try story.post("c", type: "settings.changed", told: #"{"amortization":"moon"}"#)
    let batch = try story.batch(0..<2)
    #expect(batch.told.map(\.fact.id) == ["a"] && batch.told.map(\.data) == [Array(#"{"amortization":"day"}"#.utf8)])
    #expect(batch.transactions.map(\.transaction) == [noted])
    #expect(throws: UnreadableMessage.self) { try story.batch(2..<3) }
  }

  @Test("What is no posting stops the lane")
  func foreign() throws {
    var story = JournalStory()
    try story.post("a", entries: [.run(.cash, .revenue, [1])])
    let message = story.messages[0]
    let text = String(decoding: message.bytes, as: UTF8.self)
    for wrong in [
      text.replacing("earned.posting", with: "earned.promise"), text.replacing("\"Cash\"", with: "\"Gold\""),
      text.replacing("[1]", with: "[]"),
    ] {
      var batch = JournalBatch()
      let envelope = try JournalStory.envelope(wrong)
      #expect(throws: UnreadableMessage.self) { try batch.add(envelope, bytes: Array(wrong.utf8), calendar: .months) }
    }
  }
}
