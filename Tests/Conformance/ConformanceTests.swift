import Foundation
import JSON
import Recognition
import Testing

/// The worked cases of this folder, and which of them the engine cannot book yet.
enum WorkedCases {
  /// What the folder's case files hold, in order of their names.
  static let files: [[UInt8]] = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    do {
      return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        .filter { $0.pathExtension == "json" }.sorted { $0.path < $1.path }
        .map { [UInt8](try Data(contentsOf: $0)) }
    } catch {
      preconditionFailure("the case files can be read: \(error)")
    }
  }()

  static let all: [WorkedCase] = {
    do {
      return try files.flatMap { try WorkedCase.read($0) }
    } catch {
      preconditionFailure("the case files are JSON: \(error)")
    }
  }()

  /// Cases that tell something the engine refuses by name so far. One that begins to pass must leave the list.
  static let notYet: Set<String> = []

  static let passing = all.filter { !notYet.contains($0.id) }
}

@Suite("Worked cases")
struct ConformanceTests {
  @Test("Every case gives its books, facts arriving one by one as written", arguments: WorkedCases.passing)
  func asWritten(_ example: WorkedCase) {
    #expect(example.run().isEmpty)
  }

  @Test("Every case gives the same books in any order of arrival, some facts repeated", arguments: WorkedCases.passing)
  func shuffled(_ example: WorkedCase) {
    for seed in 1...20 as ClosedRange<UInt64> {
      #expect(example.run(seed: seed).isEmpty, "with seed \(seed)")
    }
  }

  @Test("Every case gives the same books where all its facts arrive in one batch", arguments: WorkedCases.passing)
  func atOnce(_ example: WorkedCase) {
    #expect(example.run(atOnce: true).isEmpty)
    for seed in 1...5 as ClosedRange<UInt64> {
      #expect(example.run(seed: seed, atOnce: true).isEmpty, "with seed \(seed)")
    }
  }

  @Test("The cases that are not booked yet are exactly those listed")
  func exactly() {
    let failing = Set(WorkedCases.all.filter { !$0.run().isEmpty }.map(\.id))
    #expect(failing == WorkedCases.notYet)
  }
}
