import Foundation
import JSON
import Recognition

extension CommandLineInterface.Command {
  /// `earned cases`
  static let cases = Self(
    name: "cases", summary: "worked cases: stories and the books they must give",
    help: """
      usage: earned cases [--shuffle SEED] [--at-once | --over URL --key KEY] PATH…

      Runs the worked cases of files, or of all JSON files of folders: facts arrive one by one, or all at once, or through
      running services. A case that fails is said with what differs. The last line counts them.

        --shuffle SEED   reorders the facts and repeats some of them, as the seed decides
        --at-once        all facts of a case arrive in one batch
        --over URL       through running services, each case an account of its own; they are asked for their reports, which
                         do not tell which rule treats what
        --key KEY        an API key that may act for several accounts

      examples:
        earned cases --shuffle 7 Tests/Conformance
        earned cases --over http://127.0.0.1:8080 --key sk_test_many Tests/Conformance

      """
  ) { (arguments: inout Arguments) throws(UsageError) -> ExitStatus in
    let seed = try arguments.value(of: "--shuffle")
    guard seed == nil || seed.flatMap({ UInt64($0) }) != nil else {
      throw UsageError(message: "--shuffle must be a number from 0.")
    }
    let atOnce = try arguments.flag("--at-once")
    let address = try arguments.value(of: "--over")
    let key = try arguments.value(of: "--key")
    let paths = try arguments.files()
    guard !paths.isEmpty else { throw UsageError(message: "a file or folder of cases is missing.") }
    if address == nil, key != nil { throw UsageError(message: "--key means nothing without --over.") }
    if address != nil, key == nil { throw UsageError(message: "--key is missing.") }
    guard address == nil || !atOnce else { throw UsageError(message: "--at-once means nothing with --over.") }
    var tally = CaseTally()
    guard let examples = tally.read(paths) else { return .problems }
    let order = seed.flatMap { UInt64($0) }
    if let address, let key {
      guard let base = URL(string: address), base.scheme == "http" || base.scheme == "https" else {
        throw UsageError(message: "--over must be an address such as http://127.0.0.1:8080.")
      }
      ServedCases(base: base, key: key, seed: order).check(examples) { tally.note($0, $1) }
    } else {
      for example in examples { tally.note(example, example.run(seed: order, atOnce: atOnce)) }
    }
    Output.standard("\(tally.passed) passed, \(tally.failed) failed\n")
    return tally.failed == 0 ? .success : .problems
  }
}

/// The cases of some files, and how many of them passed.
private struct CaseTally {
  private(set) var passed = 0
  private(set) var failed = 0
  private var files: [String: String] = [:]

  /// The cases of files, or of the JSON files of folders; nil if one cannot be read, which is said.
  mutating func read(_ paths: [String]) -> [WorkedCase]? {
    var examples: [WorkedCase] = []
    for file in paths.flatMap(Self.files) {
      guard let bytes = FactFile.bytes(of: file) else {
        Output.problem("\(file): cannot be read")
        return nil
      }
      do throws(JSONError) {
        for example in try WorkedCase.read(bytes) {
          files[example.id] = file
          examples.append(example)
        }
      } catch {
        Output.problem("\(file): \(error)")
        return nil
      }
    }
    return examples
  }

  /// Counts a case, and says what differs.
  mutating func note(_ example: WorkedCase, _ problems: [String]) {
    if problems.isEmpty { passed += 1 } else { failed += 1 }
    for problem in problems { Output.standard("\(files[example.id] ?? ""): \(example.id): \(problem)\n") }
  }

  /// A file itself, or the JSON files of a folder, sorted.
  private static func files(_ path: String) -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
      return [path]
    }
    let names = FileManager.default.subpaths(atPath: path) ?? []
    return names.filter { $0.hasSuffix(".json") }.sorted().map { path + "/" + $0 }
  }
}
