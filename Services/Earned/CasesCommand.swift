import Foundation
import JSON
import Recognition

extension CommandLineInterface.Command {
  /// `earned cases`
  static let cases = Self(
    name: "cases", summary: "worked cases: stories and the books they must give",
    help: """
      usage: earned cases [--shuffle SEED] PATH…

      Runs the worked cases of files, or of all JSON files of folders. A case that fails is said with what differs. The last
      line counts them.

        --shuffle SEED   reorders the facts and repeats some of them, as the seed decides

      example: earned cases --shuffle 7 Tests/Conformance

      """
  ) { (arguments: inout Arguments) throws(UsageError) -> ExitStatus in
    let seed = try arguments.value(of: "--shuffle")
    guard seed == nil || seed.flatMap({ UInt64($0) }) != nil else {
      throw UsageError(message: "--shuffle must be a number from 0.")
    }
    let paths = try arguments.files()
    guard !paths.isEmpty else { throw UsageError(message: "a file or folder of cases is missing.") }
    var (passed, failed) = (0, 0)
    for file in paths.flatMap(files) {
      guard let bytes = FactFile.bytes(of: file) else {
        Output.problem("\(file): cannot be read")
        return .problems
      }
      do throws(JSONError) {
        for example in try WorkedCase.read(bytes) {
          let problems = example.run(seed: seed.flatMap { UInt64($0) })
          if problems.isEmpty { passed += 1 } else { failed += 1 }
          for problem in problems { Output.standard("\(file): \(example.id): \(problem)\n") }
        }
      } catch {
        Output.problem("\(file): \(error)")
        return .problems
      }
    }
    Output.standard("\(passed) passed, \(failed) failed\n")
    return failed == 0 ? .success : .problems
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
