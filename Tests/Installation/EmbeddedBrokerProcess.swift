import Foundation
import Kafka
import Messages

/// An EmbeddedBroker of one installation's own: it makes topics at its start only, so it must be told their names.
final class EmbeddedBrokerProcess: Sendable {
  /// Where it is reached.
  let servers: String
  private let process: ChildProcess

  /// Starts a broker with the topics of an installation.
  init(topicPrefix: String, lanes: Int, folder: URL) throws {
    let address = folder.appendingPathComponent("kafka.address")
    process = ChildProcess(
      "EmbeddedBroker", Surroundings.executable("EmbeddedBroker"),
      Topic.allCases.flatMap { ["--topic", "\($0.name(prefix: topicPrefix)):\(lanes)"] }
        + ["--bootstrap-file", address.path],
      environment: [:], log: folder.appendingPathComponent("kafka.log"))
    try process.start()
    try Surroundings.wait(20, for: "the embedded broker") { FileManager.default.fileExists(atPath: address.path) }
    servers = try String(contentsOf: address, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  deinit { process.stop() }

  /// Whether a broker is of this kind.
  static func isRunning(at servers: String) -> Bool {
    (try? KafkaAdmin(KafkaConfiguration(bootstrapServers: servers), timeoutMilliseconds: 5_000).isEmbedded) ?? false
  }
}
