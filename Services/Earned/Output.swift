import Foundation

/// Where results and problems go.
enum Output {
  /// Writes a result to standard output.
  static func standard(_ text: String) {
    standard(Array(text.utf8))
  }

  /// Writes bytes to standard output, all of them.
  static func standard(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      guard written > 0 else { return }
      rest = rest.dropFirst(written)
    }
  }

  /// Writes a problem to standard error, on a line of its own.
  static func problem(_ text: String) {
    var line = Array((text + "\n").utf8)[...]
    while !line.isEmpty {
      let written = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
      guard written > 0 else { return }
      line = line.dropFirst(written)
    }
  }

  /// Whether a person looks at standard output.
  static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Shows how far long work has come, on a terminal only; the next call overwrites it.
  static func progress(_ text: String) {
    guard isatty(STDERR_FILENO) == 1 else { return }
    FileHandle.standardError.write(Data("\r\u{1B}[K\(text)".utf8))
  }
}
