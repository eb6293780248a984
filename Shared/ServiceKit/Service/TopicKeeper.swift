import Kafka
import Synchronization

/// A topic that a service uses.
struct RequiredTopic: Hashable {
  /// The topic as it is made where it is missing.
  let topic: KafkaTopic
  /// Whether it belongs to others, so that what it is like is their affair.
  let isForeign: Bool
}

/// Why a service cannot work with the cluster as it is.
enum TopicError: Error, Hashable, CustomStringConvertible {
  /// The embedded broker makes topics at its start only.
  case missingOnEmbeddedBroker(topics: [KafkaTopic])

  var description: String {
    switch self {
    case .missingOnEmbeddedBroker(let topics):
      "The embedded broker makes topics at its start only. Start it with "
        + topics.map { "--topic \($0.name):\($0.partitions)" }.joined(separator: " ") + "."
    }
  }
}

/// Makes the topics that a service uses, at start and whenever the cluster turns out to have lost them.
final class TopicKeeper: Sendable {
  private struct State {
    var triedAt: ContinuousClock.Instant?
    var isEmbedded = false
  }

  private let configuration: KafkaConfiguration
  private let topics: [RequiredTopic]
  private let log: Log
  private let state = Mutex(State())

  init(_ configuration: KafkaConfiguration, topics: [RequiredTopic], log: Log) {
    self.configuration = configuration
    self.topics = topics
    self.log = log
  }

  /// Whether the cluster was found to be the client library's own stand-in.
  var isEmbedded: Bool { state.withLock { $0.isEmbedded } }

  /// Makes the topics that are missing. Throws if that cannot be done, or if one of ours is not as it must be.
  func ensure() throws {
    let admin = try KafkaAdmin(configuration)
    let isEmbedded = admin.isEmbedded
    state.withLock { $0.isEmbedded = isEmbedded }
    let missing = try topics.filter { try admin.partitionCount($0.topic.name) == nil }
    if isEmbedded, !missing.isEmpty { throw TopicError.missingOnEmbeddedBroker(topics: missing.map(\.topic)) }
    try admin.ensureTopics(topics.filter { !$0.isForeign || missing.contains($0) }.map(\.topic))
  }

  /// Makes the topics that are missing, unless that was tried in the last two seconds or is being tried.
  func ensureIfDue() {
    let isDue = state.withLock { state in
      let now = ContinuousClock.now
      if let triedAt = state.triedAt, now - triedAt < .seconds(2) { return false }
      state.triedAt = now
      return true
    }
    guard isDue else { return }
    do {
      try ensure()
    } catch {
      log.warning("topics_not_made", ["reason": "\(error)"])
    }
  }

  /// How many partitions a topic has; nil if there is none.
  func partitionCount(_ topic: String) throws -> Int? {
    try KafkaAdmin(configuration).partitionCount(topic)
  }
}
