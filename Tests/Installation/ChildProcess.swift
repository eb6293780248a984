import Foundation
import Glibc
import Synchronization

/// A program that a test runs beside itself, and starts again when it dies, as a supervisor would.
public final class ChildProcess: Sendable {
  private struct State {
    /// The process that runs, and has not been forgotten yet.
    var process: pid_t?
    var lastStatus: Int32?
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
    _ = state.withLock { $0.process.map { kill($0, SIGKILL) } }
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
    let process = try spawn(executable, arguments, environment: state.environment, output: log.path)
    state.process = process
    state.starts += 1
    Thread { [weak self] in
      awaitEnd(of: process)
      if let self { self.ended(process) } else { _ = exitStatus(of: process) }
    }.start()
  }

  private func ended(_ process: pid_t) {
    let isKept = state.withLock { state in
      state.lastStatus = exitStatus(of: process)
      state.process = nil
      return state.isKept
    }
    guard isKept else { return }
    usleep(200_000)
    state.withLock { state in
      guard state.isKept, state.process == nil else { return }
      // If it cannot be started, the test finds out by what the program then does not do.
      try? launch(&state)
    }
  }

  /// Sends it a signal.
  public func signal(_ signal: Int32) {
    state.withLock { state in
      if let process = state.process { kill(process, signal) }
    }
  }

  private var isRunning: Bool { state.withLock { $0.process != nil } }

  /// Asks it to end and waits for that. Returns its exit status, or nil if it had to be killed or was not running.
  @discardableResult
  public func stop(with signal: Int32 = SIGTERM, within seconds: Double = 15) -> Int32? {
    state.withLock { $0.isKept = false }
    guard isRunning else { return nil }
    self.signal(signal)
    let deadline = Date().addingTimeInterval(seconds)
    while isRunning, Date() < deadline { usleep(20_000) }
    guard isRunning else { return state.withLock { $0.lastStatus } }
    self.signal(SIGKILL)
    while isRunning { usleep(5_000) }
    return nil
  }

  /// The last lines of its log that say that something is wrong.
  public var complaints: String {
    let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").filter { !$0.contains(#""level":"info""#) }.suffix(5).joined(separator: "\n")
  }
}
