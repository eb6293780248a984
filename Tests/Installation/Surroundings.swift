import Foundation
import Glibc

/// What the tests were given to work with.
public enum Surroundings {
  /// A connection string of a Postgres server on which databases can be made; nil leaves out the tests that need one.
  public static let postgres = variable("EARNED_TEST_POSTGRES")
  /// Bootstrap servers; nil leaves out the tests that need Kafka.
  public static let kafka = variable("EARNED_TEST_KAFKA")
  /// Whether the tests that need both can run.
  public static var areComplete: Bool { postgres != nil && kafka != nil }

  /// The folder of a Kafka distribution from which a private broker can be started; nil where there is none.
  public static let kafkaHome: String? = [
    variable("EARNED_TEST_KAFKA_HOME"), variable("KAFKA_HOME"),
    checkout.deletingLastPathComponent().appendingPathComponent("shared/kafka").path,
  ].compactMap { $0 }.first { FileManager.default.isExecutableFile(atPath: $0 + "/bin/kafka-server-start.sh") }

  /// The folder of Postgres's server programs.
  public static let postgresPrograms: String? = {
    if let given = variable("EARNED_TEST_POSTGRES_PROGRAMS") { return given }
    let all = "/usr/lib/postgresql"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: all)) ?? []
    return versions.sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }.map { "\(all)/\($0)/bin" }.first {
      FileManager.default.isExecutableFile(atPath: $0 + "/initdb")
    }
  }()

  /// The folder of the executables that are tested.
  public static let executables: String =
    variable("EARNED_TEST_BIN")
    ?? Bundle.allBundles.map(\.bundleURL).first { $0.pathExtension == "xctest" }?.deletingLastPathComponent().path
    ?? URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path

  /// The path of an executable that is tested.
  public static func executable(_ name: String) -> String { "\(executables)/\(name)" }

  private static var checkout: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  }

  private static func variable(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// A port on which nobody listens.
  public static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
      }
    }
    guard code == 0 else { throw TestFailure("No port is free.") }
    return Int(UInt16(bigEndian: address.sin_port))
  }

  /// A folder for one test, which removes it.
  public static func makeFolder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("earned-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  /// Asks again and again until the answer is yes. Throws if it is not within the given time.
  public static func wait(
    _ seconds: Double, for what: String, every milliseconds: UInt32 = 100, _ isSo: () throws -> Bool
  ) throws {
    let deadline = Date().addingTimeInterval(seconds)
    while try !isSo() {
      guard Date() < deadline else { throw TestFailure("Waited \(Int(seconds)) seconds for \(what), in vain.") }
      usleep(milliseconds * 1_000)
    }
  }
}
