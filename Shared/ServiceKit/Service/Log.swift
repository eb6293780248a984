import Accounting
import Glibc
import JSON

/// Writes what happens as JSON lines to standard error.
public struct Log: Sendable {
  /// How much a line matters.
  public enum Level: String, CaseIterable, Comparable, Sendable {
    case debug
    case info
    case warning
    case error

    /// By how much it matters.
    public static func < (left: Level, right: Level) -> Bool {
      Level.allCases.firstIndex(of: left) ?? 0 < Level.allCases.firstIndex(of: right) ?? 0
    }
  }

  private let service: String
  private let minimum: Level

  /// A log of that service which leaves out what matters less than `minimum`.
  public init(service: String, minimum: Level) {
    self.service = service
    self.minimum = minimum
  }

  /// Writes a line: what happened, as a word that can be searched for, and the values that belong to it.
  public func write(_ level: Level, _ event: String, _ values: [String: String] = [:]) {
    guard level >= minimum else { return }
    var writer = JSONWriter()
    writer.object {
      $0.member("time", Instant.now.rfc3339)
      $0.member("level", level.rawValue)
      $0.member("service", service)
      $0.member("event", event)
      for (name, value) in values.sorted(by: { $0.key < $1.key }) { $0.member(name, value) }
    }
    Self.print(writer.bytes)
  }

  /// Writes a line at once. Where it cannot be written, the service goes on without it.
  static func print(_ line: some Sequence<UInt8>) {
    let bytes = Array(line) + [UInt8(ascii: "\n")]
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
      guard count > 0 || (count < 0 && errno == EINTR) else { return }
      written += max(count, 0)
    }
  }

  /// Of use to someone who looks for a fault.
  public func debug(_ event: String, _ values: [String: String] = [:]) { write(.debug, event, values) }
  /// Part of the normal course.
  public func info(_ event: String, _ values: [String: String] = [:]) { write(.info, event, values) }
  /// Unusual, and dealt with.
  public func warning(_ event: String, _ values: [String: String] = [:]) { write(.warning, event, values) }
  /// Someone should look.
  public func error(_ event: String, _ values: [String: String] = [:]) { write(.error, event, values) }
}
