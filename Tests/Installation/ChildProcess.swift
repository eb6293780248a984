import Foundation
import Glibc
import Synchronization

/// A program that a test runs beside itself, and starts again when it dies, as a supervisor would.
public final class ChildProcess: Sendable {
  private struct State {
    var process: Process?
    var environment: [String: String]
    var isKept = false
    var starts = 0
  }

  /// What it is called in messages.
  public let name: String
  private let executable: String
  private let arguments: [String]
  private let log: URL
  private let state: Mutex<State>

  /// A program that is not started yet. It sees nothing of the test's own environment.
  public init(
    _ name: String, _ executable: String, _ arguments: [String] = [], environment: [String: String], log: URL
  ) {
    self.name = name
    self.executable = executable
    self.arguments = arguments
    self.log = log
    state = Mutex(State(environment: environment))
  }

  deinit {
    _ = state.withLock { $0.process.map { kill($0.processIdentifier, SIGKILL) } }
  }

  /// How often it was started.
  public var starts: Int { state.withLock { $0.starts } }

  /// Starts it, and again whenever it dies, until it is stopped.
  public func start() throws {
    try state.withLock { state in
      state.isKept = true
      try launch(&state)
    }
  }

  /// Gives it a new variable, which counts from the next start on.
  public func set(_ name: String, to value: String) {
    state.withLock { $0.environment[name] = value }
  }

  private func launch(_ state: inout State) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.environment = state.environment
    if !FileManager.default.fileExists(atPath: log.path) { try Data().write(to: log) }
    let file = try FileHandle(forWritingTo: log)
    try file.seekToEnd()
    process.standardOutput = file
    process.standardError = file
    process.standardInput = FileHandle.nullDevice
    process.terminationHandler = { [weak self] ended in self?.ended(ended) }
    try process.run()
    state.process = process
    state.starts += 1
  }

  private func ended(_ process: Process) {
    guard state.withLock({ $0.isKept && $0.process === process }) else { return }
    DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(200)) { [weak self] in
      self?.state.withLock { state in
        guard state.isKept, state.process === process else { return }
        // If it cannot be started, the test finds out by what the program then does not do.
        try? self?.launch(&state)
      }
    }
  }

  /// Sends it a signal.
  public func signal(_ signal: Int32) {
    state.withLock { state in
      if let process = state.process, process.isRunning { kill(process.processIdentifier, signal) }
    }
  }

  /// Asks it to end and waits for that. Returns its exit status, or nil if it had to be killed or was not running.
  @discardableResult
  public func stop(with signal: Int32 = SIGTERM, within seconds: Double = 15) -> Int32? {
    let process = state.withLock { state in
      state.isKept = false
      return state.process
    }
    guard let process, process.isRunning else { return nil }
    kill(process.processIdentifier, signal)
    let deadline = Date().addingTimeInterval(seconds)
    while process.isRunning, Date() < deadline { usleep(20_000) }
    guard process.isRunning else { return process.terminationStatus }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    return nil
  }

  /// The last lines of its log that say that something is wrong.
  public var complaints: String {
    let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").filter { !$0.contains(#""level":"info""#) }.suffix(5).joined(separator: "\n")
  }
}

/// Runs a program to its end; one that leaves a server behind would not end here, since the server keeps the line open by
/// which Foundation learns of the end. Returns what it printed; throws if its exit status is not 0.
@discardableResult
public func run(_ executable: String, _ arguments: [String], input: String = "") throws -> String {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: executable)
  process.arguments = arguments
  // Files rather than pipes: a pipe would be kept open by whatever else is started meanwhile and lives on.
  let folder = try Surroundings.makeFolder()
  defer { try? FileManager.default.removeItem(at: folder) }
  let given = folder.appendingPathComponent("input")
  let printed = folder.appendingPathComponent("output")
  try Data(input.utf8).write(to: given)
  try Data().write(to: printed)
  process.standardInput = try FileHandle(forReadingFrom: given)
  process.standardOutput = try FileHandle(forWritingTo: printed)
  try process.run()
  process.waitUntilExit()
  guard process.terminationStatus == 0 else {
    throw TestFailure("\(executable) \(arguments.joined(separator: " ")) ended with \(process.terminationStatus)")
  }
  return String(decoding: try Data(contentsOf: printed), as: UTF8.self)
}

/// Why a test cannot go on, in a sentence.
public struct TestFailure: Error, CustomStringConvertible {
  /// The sentence.
  public let description: String

  /// A failure for that reason.
  public init(_ description: String) {
    self.description = description
  }
}
