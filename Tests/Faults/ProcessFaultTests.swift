import Foundation
import Glibc
import Installation
import Testing

@Suite(.serialized, .enabled(if: Surroundings.areComplete, "EARNED_TEST_POSTGRES and EARNED_TEST_KAFKA are not set"))
struct ProcessFaultTests {
  @Test(arguments: [1, 2] as [UInt64])
  func `Services that are killed at random moments leave the books right`(seed: UInt64) async throws {
    let stories = try Story.several(4, customers: 80)
    let installation = try Installation(postgres: Surroundings.postgres ?? "", kafka: Surroundings.kafka ?? "")
    defer { installation.remove() }
    try await underLoad(stories, on: installation) {
      var chance = Chance(seed: seed)
      for _ in 0..<12 {
        usleep(UInt32.random(in: 50_000...900_000, using: &chance))
        installation.instances.randomElement(using: &chance)?.process.signal(SIGKILL)
      }
    }
    try installation.check(stories)
  }

  @Test func `All services killed at once leave the books right`() async throws {
    let stories = try Story.several(4, customers: 80)
    let installation = try Installation(postgres: Surroundings.postgres ?? "", kafka: Surroundings.kafka ?? "")
    defer { installation.remove() }
    try await underLoad(stories, on: installation) {
      for _ in 0..<3 {
        usleep(700_000)
        for instance in installation.instances { instance.process.signal(SIGKILL) }
      }
    }
    try installation.check(stories)
  }

  @Test func `Owners that are paused for 30 seconds are replaced, and wake up to find their lanes gone`() throws {
    let stories = try Story.several(8, customers: 30)
    let installation = try Installation(
      postgres: Surroundings.postgres ?? "", kafka: Surroundings.kafka ?? "", copies: 2)
    defer { installation.remove() }
    for story in stories.prefix(4) { try installation.send(story) }
    let paused = Installation.Service.allCases.compactMap { installation.instances(of: $0).first?.process }
    let began = Date()
    for process in paused { process.signal(SIGSTOP) }
    for story in stories.dropFirst(4) { try installation.send(story) }
    try installation.check(stories)
    usleep(UInt32(max(0, 30 + began.timeIntervalSinceNow) * 1_000_000))
    for process in paused { process.signal(SIGCONT) }
    let later = try Story(account: "acct_later", customers: 30, seed: 9)
    try installation.send(later)
    try installation.check(stories + [later])
    #expect(installation.remove() == [])
  }
}
