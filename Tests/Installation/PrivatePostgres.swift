import Foundation
import Glibc

/// A Postgres server of one test's own, which the test may stop and start.
public final class PrivatePostgres: Sendable {
  private let programs: String
  private let folder: URL
  private let port: Int

  /// Whether one can be started here.
  public static var isAvailable: Bool { Surroundings.postgresPrograms != nil }

  /// Makes a server and starts it.
  public init() throws {
    guard let programs = Surroundings.postgresPrograms else { throw TestFailure("Postgres is not installed.") }
    self.programs = programs
    folder = try Surroundings.makeFolder()
    port = try Surroundings.freePort()
    // The server refuses to run as root, so root lends the folder to the user that the package has made.
    if getuid() == 0 { try run("/usr/bin/env", ["chown", "postgres", folder.path]) }
    try asServer("initdb", ["-D", data, "-A", "trust", "-U", "postgres", "--no-instructions"])
    try start()
  }

  deinit {
    try? asServer("pg_ctl", ["-D", data, "-m", "immediate", "stop"])
    try? FileManager.default.removeItem(at: folder)
  }

  private var data: String { folder.appendingPathComponent("data").path }

  /// Where it is reached.
  public var conninfo: String { "host=127.0.0.1 port=\(port) user=postgres dbname=postgres" }

  /// Starts it and waits until it answers.
  public func start() throws {
    try asServer(
      "pg_ctl",
      [
        "-D", data, "-w", "-l", folder.appendingPathComponent("log").path, "-o",
        "-p \(port) -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200", "start",
      ])
  }

  /// Stops it: `fast` as an operator does, `immediate` as a power cut does.
  public func stop(_ mode: String) throws {
    try asServer("pg_ctl", ["-D", data, "-w", "-m", mode, "stop"])
  }

  private func asServer(_ program: String, _ arguments: [String]) throws {
    let user = getuid() == 0 ? ["runuser", "-u", "postgres", "--"] : []
    try run("/usr/bin/env", user + ["\(programs)/\(program)"] + arguments)
  }
}
