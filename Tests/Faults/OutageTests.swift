import Foundation
import Glibc
import Installation
import Testing

@Suite(.serialized, .enabled(if: Surroundings.areComplete, "EARNED_TEST_POSTGRES and EARNED_TEST_KAFKA are not set"))
struct OutageTests {
  @Test(
    .enabled(if: PrivatePostgres.isAvailable, "There are no programs of a Postgres server"),
    arguments: [PrivatePostgres.Stop.fast, .immediate])
  func `Postgres that is restarted leaves the books right`(mode: PrivatePostgres.Stop) async throws {
    let stories = try Story.several(4, customers: 60)
    let postgres = try PrivatePostgres()
    let installation = try Installation(postgres: postgres.conninfo, kafka: Surroundings.kafka ?? "")
    defer { installation.remove() }
    try await underLoad(stories, on: installation) {
      for _ in 0..<2 {
        usleep(900_000)
        postgres.stop(mode)
        usleep(500_000)
        try postgres.start()
      }
    }
    try installation.check(stories)
    #expect(installation.instances.allSatisfy { $0.process.starts == 1 }, "A service has died of it.")
  }

  @Test(.enabled(if: PrivateKafka.isAvailable, "There is no Kafka distribution"))
  func `Kafka that is restarted, or loses all it kept, leaves the books right with nothing more sent`()
    async throws
  {
    let stories = try Story.several(6, customers: 60)
    let kafka = try PrivateKafka()
    let installation = try Installation(postgres: Surroundings.postgres ?? "", kafka: kafka.servers)
    defer { installation.remove() }
    try await underLoad(Array(stories[..<2]), on: installation) {
      usleep(700_000)
      kafka.kill()
      usleep(300_000)
      try kafka.start()
    }
    try installation.check(Array(stories[..<2]))
    // What is taken in while there is no Kafka is all that the writers have left to send.
    kafka.kill()
    for story in stories[2..<4] { try installation.send(story) }
    try kafka.empty()
    try kafka.start()
    try installation.check(Array(stories[..<4]))
    // Emptied in the middle of it.
    try await underLoad(Array(stories[4...]), on: installation) {
      usleep(700_000)
      try kafka.empty()
      try kafka.start()
    }
    try installation.check(stories)
    #expect(installation.instances.allSatisfy { $0.process.starts == 1 }, "A service has died of it.")
  }
}
