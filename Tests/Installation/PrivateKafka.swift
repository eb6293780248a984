import Foundation
import Glibc
import Kafka

/// A Kafka broker of one test's own, which the test may stop, empty and start.
public final class PrivateKafka: Sendable {
  private let home: String
  private let folder: URL
  private let port: Int
  private let server: ChildProcess

  /// Whether one can be started here.
  public static var isAvailable: Bool { Surroundings.kafkaHome != nil }

  /// Makes a broker and starts it.
  public init() throws {
    guard let home = Surroundings.kafkaHome else { throw TestFailure("There is no Kafka distribution.") }
    self.home = home
    folder = try Surroundings.makeFolder()
    port = try Surroundings.freePort()
    let controller = try Surroundings.freePort()
    let data = folder.appendingPathComponent("data").path
    let settings = """
      process.roles=broker,controller
      node.id=1
      controller.quorum.voters=1@127.0.0.1:\(controller)
      listeners=PLAINTEXT://127.0.0.1:\(port),CONTROLLER://127.0.0.1:\(controller)
      advertised.listeners=PLAINTEXT://127.0.0.1:\(port)
      controller.listener.names=CONTROLLER
      log.dirs=\(data)
      offsets.topic.replication.factor=1
      offsets.topic.num.partitions=1
      transaction.state.log.replication.factor=1
      transaction.state.log.min.isr=1
      auto.create.topics.enable=false

      """
    let file = folder.appendingPathComponent("server.properties").path
    try Data(settings.utf8).write(to: URL(fileURLWithPath: file))
    server = ChildProcess(
      "Kafka", "/usr/bin/env",
      ["sh", "-c", #"exec "$0" "$1""#, "\(home)/bin/kafka-server-start.sh", file],
      environment: [
        "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
        "KAFKA_HEAP_OPTS": "-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1",
        "LOG_DIR": folder.appendingPathComponent("logs").path,
      ], log: folder.appendingPathComponent("out.log"))
    try format()
    try start()
  }

  deinit {
    server.signal(SIGKILL)
    server.stop()
    try? FileManager.default.removeItem(at: folder)
  }

  /// Where it is reached.
  public var servers: String { "127.0.0.1:\(port)" }

  private func format() throws {
    try run(
      "/usr/bin/env",
      [
        "LOG_DIR=\(folder.path)/logs", "KAFKA_HEAP_OPTS=-Xmx128m -XX:TieredStopAtLevel=1",
        "\(home)/bin/kafka-storage.sh", "format", "-t", "MkU3OEVBNTcwNTJENDM2Qk", "-c",
        folder.appendingPathComponent("server.properties").path,
      ])
  }

  /// Starts it and waits until it answers.
  public func start() throws {
    try server.start()
    try Surroundings.wait(60, for: "Kafka to answer") {
      let admin = try KafkaAdmin(KafkaConfiguration(bootstrapServers: servers), timeoutMilliseconds: 1_000)
      // No answer yet is what is waited out here.
      return (try? admin.partitionCount("none")) != nil || (try? admin.ensureTopics([])) != nil
    }
  }

  /// Ends it at once, as a power cut does.
  public func kill() {
    server.stop(within: 0)
  }

  /// Ends it, and leaves nothing of what it kept.
  public func empty() throws {
    kill()
    try FileManager.default.removeItem(at: folder.appendingPathComponent("data"))
    try format()
  }
}
