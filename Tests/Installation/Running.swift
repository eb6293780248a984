import Foundation

/// How a program ended, and what it said.
public struct Finished: Sendable {
  /// Its exit status.
  public let status: Int32
  /// What it printed.
  public let output: String
  /// What it complained of.
  public let errors: String
}

/// Runs a program to its end, in this process's environment. Returns what it printed; throws if its exit status is not 0.
@discardableResult
public func run(_ executable: String, _ arguments: [String], input: String = "") throws -> String {
  let finished = try finish(executable, arguments, input: input)
  guard finished.status == 0 else {
    throw TestFailure(
      "\(executable) \(arguments.joined(separator: " ")) ended with \(finished.status): \(finished.errors.suffix(500))")
  }
  return finished.output
}

/// Runs a program to its end, in this process's environment, whatever its exit status.
public func finish(_ executable: String, _ arguments: [String], input: String = "") throws -> Finished {
  let folder = try Surroundings.makeFolder()
  defer { try? FileManager.default.removeItem(at: folder) }
  // Files rather than pipes: a pipe would be kept open by whatever the program leaves behind.
  let given = folder.appendingPathComponent("input")
  let printed = folder.appendingPathComponent("output")
  try Data(input.utf8).write(to: given)
  let complained = folder.appendingPathComponent("errors")
  let process = try spawn(
    executable, arguments, environment: ProcessInfo.processInfo.environment, input: given.path, output: printed.path,
    errors: complained.path)
  awaitEnd(of: process)
  return Finished(
    status: Int32(exitStatus(of: process) ?? 0), output: String(decoding: try Data(contentsOf: printed), as: UTF8.self),
    errors: String(decoding: try Data(contentsOf: complained), as: UTF8.self))
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
