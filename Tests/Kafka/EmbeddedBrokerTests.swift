import Foundation
import Kafka
import Testing

@testable import EmbeddedBroker

/// The stand-in as a process.
@Suite struct EmbeddedBrokerTests {
  @Test("Topics and the file are taken from the command line")
  func options() throws {
    let options = try EmbeddedBrokerOptions(["--topic", "earned.facts:8", "--bootstrap-file", "b", "--topic", "u:1"])
    #expect(options.topics == [.init(name: "earned.facts", partitions: 8), .init(name: "u", partitions: 1)])
    #expect(options.bootstrapFile == "b")
  }

  @Test(
    "A wrong command line is answered with a sentence",
    arguments: [
      (["--topics", "a:1"], "--topics is no option of this command."),
      (["--topic"], "--topic needs NAME:PARTITIONS after it."),
      (["--topic", "a"], "--topic a is not NAME:PARTITIONS with 1 to 1000 partitions."),
      (["--topic", "a:0"], "--topic a:0 is not NAME:PARTITIONS with 1 to 1000 partitions."),
      (["--topic", "a:1", "--topic", "a:2"], "Topic a is given twice."),
      (
        ["--topic", "a b:1"],
        "--topic a b:1: a topic's name is 1 to 249 letters, digits, dots, underscores and dashes."
      ),
      (["--bootstrap-file"], "--bootstrap-file needs a path after it."),
    ])
  func mistakes(_ arguments: [String], _ sentence: String) {
    #expect(throws: EmbeddedBrokerOptions.Mistake(sentence: sentence)) { try EmbeddedBrokerOptions(arguments) }
  }

  @Test("It says where it is, has its topics, and ends well when asked to", arguments: [SIGTERM, SIGINT])
  func process(_ signal: Int32) throws {
    let broker = try start(["--topic", "earned.facts:8", "--bootstrap-file", file])
    defer { if broker.isRunning { broker.terminate() } }
    let address = try #require(firstLine(broker))
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "\(address)\n")
    let admin = try KafkaAdmin(KafkaConfiguration(bootstrapServers: address))
    #expect(try admin.partitionCount("earned.facts") == 8)
    #expect(admin.isEmbedded)
    try admin.ensureTopics([KafkaTopic(name: "earned.facts", partitions: 8, config: ["max.message.bytes": "33554432"])])
    kill(broker.processIdentifier, signal)
    broker.waitUntilExit()
    #expect(broker.terminationReason == .exit)
    #expect(broker.terminationStatus == 0)
    try FileManager.default.removeItem(atPath: file)
  }

  @Test("It exits with 2 after a wrong command line")
  func wrongCommandLine() throws {
    let broker = try start(["--nonsense"])
    broker.waitUntilExit()
    #expect(broker.terminationStatus == 2)
  }

  private let file = NSTemporaryDirectory() + "embedded-broker-\(UUID().uuidString)"

  private func start(_ arguments: [String]) throws -> Process {
    let broker = Process()
    // Beside the test bundle, where the package's executables are built too.
    let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    broker.executableURL = folder.appendingPathComponent("EmbeddedBroker")
    broker.arguments = arguments
    broker.standardOutput = Pipe()
    broker.standardError = FileHandle.nullDevice
    try broker.run()
    return broker
  }

  private func firstLine(_ broker: Process) -> String? {
    guard let pipe = broker.standardOutput as? Pipe else { return nil }
    var line = Data()
    while let byte = try? pipe.fileHandleForReading.read(upToCount: 1), let byte = byte.first,
      byte != UInt8(ascii: "\n")
    {
      line.append(byte)
    }
    return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
  }
}
