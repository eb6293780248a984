import Installation
import Testing

@Suite(.enabled(if: Surroundings.areComplete, "EARNED_TEST_POSTGRES and EARNED_TEST_KAFKA are not set"))
struct StoryTests {
  @Test func `Four services and one process give the same entries for several thousand facts`() throws {
    let stories = try Story.several(6, customers: 60)
    let installation = try Installation(
      postgres: Surroundings.postgres ?? "", kafka: Surroundings.kafka ?? "")
    defer { installation.remove() }
    for story in stories { try installation.send(story) }
    try installation.check(stories)
  }

  @Test func `Services that are told to stop end in order, and go on where they were`() throws {
    let stories = try Story.several(2, customers: 30)
    let installation = try Installation(
      postgres: Surroundings.postgres ?? "", kafka: Surroundings.kafka ?? "")
    defer { installation.remove() }
    for story in stories { try installation.send(story) }
    for instance in installation.instances {
      #expect(instance.process.stop(within: 10) == 0, "\(instance.process.name)")
      try instance.process.start()
    }
    try installation.check(stories)
  }
}
