import Foundation
import Glibc
import Postgres

/// A Postgres server of one test's own, which the test may stop and start.
public final class PrivatePostgres: Sendable {
  /// A way to stop, by the signal that the server takes for it.
  public enum Stop: Int32, Sendable {
    /// As an operator does it: clients are sent away.
    case fast = 2
    /// As a power cut does it: nothing is put in order.
    case immediate = 3
  }

  private let folder: URL
  private let port: Int
  private let server: ChildProcess

  /// Whether one can be started here.
  public static var isAvailable: Bool { Surroundings.postgresPrograms != nil }

  /// Makes a server and starts it.
  public init() throws {
    guard let programs = Surroundings.postgresPrograms else { throw TestFailure("Postgres is not installed.") }
    folder = try Surroundings.makeFolder()
    port = try Surroundings.freePort()
    // The server refuses to run as root, so root lends the folder to the user that the package has made.
    let user = getuid() == 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : []
    if getuid() == 0 { try run("/usr/bin/env", ["chown", "postgres", folder.path]) }
    let data = folder.appendingPathComponent("data").path
    try run(
      "/usr/bin/env",
      user + ["\(programs)/initdb", "-D", data, "-A", "trust", "-U", "postgres", "--no-instructions"])
    server = ChildProcess(
      "Postgres", "/usr/bin/env",
      user + [
        "\(programs)/postgres", "-D", data, "-p", "\(port)", "-c", "listen_addresses=127.0.0.1",
        "-c", "unix_socket_directories=", "-c", "max_connections=200",
      ], environment: [:], log: folder.appendingPathComponent("log"))
    try start()
  }

  deinit {
    stop(.immediate)
    try? FileManager.default.removeItem(at: folder)
  }

  /// Where it is reached.
  public var conninfo: String { "host=127.0.0.1 port=\(port) user=postgres dbname=postgres" }

  /// Starts it and waits until it answers.
  public func start() throws {
    try server.start()
    try Surroundings.wait(60, for: "Postgres to answer") {
      // No answer yet is what is waited out here.
      (try? PostgresConnection(conninfo, applicationName: "test"))?.close() != nil
    }
  }

  /// Stops it and waits for that.
  public func stop(_ mode: Stop) {
    server.stop(with: mode.rawValue)
  }
}
