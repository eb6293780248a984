import Foundation
import Installation
import Messages
import Postgres
import Testing

/// What becomes of a lane, and of its neighbor, when a message cannot be handled.
@Suite(.serialized, .enabled(if: Surroundings.areComplete, "EARNED_TEST_POSTGRES and EARNED_TEST_KAFKA are not set"))
struct PoisonTests {
  @Test func `A message over which the service dies stops its lane, and the other lane goes on`() throws {
    let installation = try Installation(
      postgres: Surroundings.postgres ?? "", kafka: Surroundings.kafka ?? "", lanes: 2)
    defer { installation.remove() }
    let stories = try [0, 1].map { lane in
      try Story(account: Self.account(in: lane), customers: 60, seed: 20 + lane)
    }
    let split = stories.map { $0.facts.count / 2 }
    for (story, half) in zip(stories, split) { try installation.send(story, before: half) }
    try installation.waitUntilRead()

    let connection = try PostgresConnection(installation.conninfo, applicationName: "test")
    defer { connection.close() }
    let service = try #require(installation.instances(of: .obligationFulfillment).first?.process)
    service.stop()
    // Amounts that nothing can be subtracted from: whoever computes with such a book overflows, and the process traps.
    try connection.script(
      """
      CREATE TABLE healthy AS SELECT * FROM obligation_fulfillment.book WHERE lane = 0;
      UPDATE obligation_fulfillment.book SET state = convert_to(regexp_replace(convert_from(state, 'UTF8'),
        '"amounts":\\[[^]]*\\]', '"amounts":[-9223372036854775808,-9223372036854775808]', 'g'), 'UTF8') WHERE lane = 0;
      """)
    try service.start()
    for (story, half) in zip(stories, split) { try installation.send(story, from: half) }

    try Surroundings.wait(90, for: "lane 0 to be stopped") {
      try connection.query("SELECT 1 FROM obligation_fulfillment.lane WHERE lane = 0 AND stopped IS NOT NULL").count
        == 1
    }
    try installation.waitUntilRead(lane: 1)
    #expect(service.starts > 2, "The service was to die of it.")
    #expect(try installation.books(of: stories[1].account) == stories[1].books)
    let reason = try connection.query("SELECT stopped FROM obligation_fulfillment.lane WHERE lane = 0")[0].text(0)
    #expect(reason.contains("evt_") || reason.contains("sequence"), "It names the message: \(reason)")

    // An operator removes the cause and lets the lane go on.
    service.stop()
    try connection.script(
      """
      UPDATE obligation_fulfillment.book SET state = healthy.state
      FROM healthy WHERE (book.lane, book.book) = (healthy.lane, healthy.book)
      """)
    try installation.command(.obligationFulfillment, ["resume", "0"])
    try service.start()
    try installation.check(stories)
  }

  /// An account whose books go down a lane of two.
  private static func account(in lane: Int) -> String {
    let names = (0...).lazy.map { "acct_poison_\($0)" }
    return names.first { LedgerID(account: $0, livemode: false).lane(of: 2) == lane } ?? ""
  }
}
