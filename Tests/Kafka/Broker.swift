import Foundation
import Kafka
import Testing

/// The cluster a test runs on: the real one, or its stand-in within this process.
enum Broker: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case embedded, real

  /// The stand-in always, the real one where its address is given.
  static var available: [Broker] { realServers == nil ? [.embedded] : [.embedded, .real] }

  /// The real cluster's address; nil also if what is there is the stand-in as a process, of which no more is promised than
  /// of the one in this process.
  static let realServers: String? = {
    guard let servers = ProcessInfo.processInfo.environment["EARNED_TEST_KAFKA"], !servers.isEmpty else { return nil }
    let isEmbedded = (try? KafkaAdmin(KafkaConfiguration(bootstrapServers: servers)).isEmbedded) ?? false
    return isEmbedded ? nil : servers
  }()

  private static let cluster = Result { () throws(KafkaError) in try EmbeddedCluster() }

  var testDescription: String { rawValue }

  var configuration: KafkaConfiguration {
    get throws {
      switch self {
      case .embedded: KafkaConfiguration(bootstrapServers: try Self.cluster.get().bootstrapServers, clientID: "test")
      case .real: KafkaConfiguration(bootstrapServers: Self.realServers ?? "", clientID: "test")
      }
    }
  }

  /// Makes a topic that no other test has.
  func makeTopic(partitions: Int = 1, config: [String: String] = [:]) throws -> String {
    let name = "test.\(UUID().uuidString.prefix(8).lowercased())"
    switch self {
    case .embedded: try Self.cluster.get().createTopic(name, partitions: partitions)
    case .real:
      try KafkaAdmin(configuration).ensureTopics([KafkaTopic(name: name, partitions: partitions, config: config)])
    }
    return name
  }
}
