import Foundation
import Installation
import Testing

@testable import Earned

@Suite("The command")
struct CommandLineTests {
  private static let sale =
    #"{"id":"f1","type":"invoice.finalized","time":"2024-01-10T00:00:00Z","data":{"invoice":"in_1","customer":"c","#
    + #""currency":"usd","lines":[{"line":"il_1","amount":10000,"period":{"start":"2024-01-10T00:00:00Z","#
    + #""end":"2024-05-01T00:00:00Z"}}]}}"#
  private static let refund =
    #"{"id":"f2","type":"refund.created","time":"2024-03-10T00:00:00Z","data":{"refund":"re_1","invoice":"in_1","#
    + #""currency":"usd","amount":3000}}"#

  private static func earned(_ words: String..., input: String = "") throws -> Finished {
    try finish(Surroundings.executable("earned"), words, input: input)
  }

  @Test("Each command has a help with an example", arguments: CommandLineInterface.commands.map(\.name))
  func help(_ name: String) throws {
    let finished = try Self.earned(name, "--help")
    #expect(finished.status == 0)
    #expect(finished.output.contains("usage: earned \(name)"))
    #expect(finished.output.contains("example"))
    #expect(finished.output.contains("earned \(name)"))
  }

  @Test(
    "Wrong usage ends with 2 and says what is wrong",
    arguments: [
      ["nothing"], ["entries", "--nope"], ["entries", "--format", "xml"], ["entries", "--as-of", "today"], ["report"],
      ["report", "profit"], ["report", "trial_balance", "--start", "2024-13"], ["explain"], ["preview"], ["cases"],
      ["cases", "--over", "http://127.0.0.1:1", "x"], ["send"], ["bench", "x"], ["generate", "--customers", "0"],
    ])
  func wrongUsage(_ words: [String]) throws {
    let finished = try finish(Surroundings.executable("earned"), words)
    #expect(finished.status == 2)
    #expect(finished.output.isEmpty)
    #expect(finished.errors.hasPrefix("earned"))
  }

  @Test("A fact that cannot be read, or is refused, ends with 1; the others are booked")
  func problems() throws {
    let lines = [Self.sale, "{", Self.refund.replacingOccurrences(of: "3000", with: #""x""#), Self.refund]
    let finished = try Self.earned("entries", input: lines.joined(separator: "\n"))
    #expect(finished.status == 1)
    #expect(finished.output.contains(#""fact":"f1""#) && finished.output.contains(#""fact":"f2""#))
    #expect(finished.errors.contains("standard input:2: "))
    #expect(finished.errors.contains("standard input:3: ") && finished.errors.contains("amount"))
  }

  @Test("Check says every problem of a line, none hidden by another")
  func check() throws {
    let bad = #"{"type":"charge.succeeded","time":"yesterday","data":{"charge":7,"currency":"dollars"}}"#
    let finished = try Self.earned("check", input: bad + "\n" + Self.sale)
    #expect(finished.status == 1)
    for member in ["time", "charge", "currency", "amount"] {
      #expect(finished.errors.contains("standard input:1: \(member)"), "\(member)")
    }
    #expect(finished.output.hasPrefix("2 facts, "))
    #expect(try Self.earned("check", input: Self.sale).status == 0)
  }

  @Test("Entries as of an instant leave out what was not known yet")
  func asOf() throws {
    let both = Self.sale + "\n" + Self.refund
    let early = try Self.earned("entries", "--as-of", "2024-02-01T00:00:00Z", input: both).output
    #expect(early == (try Self.earned("entries", input: Self.sale).output))
  }

  @Test("Explain names facts, weights and what each fact added; what it does not know ends with 1")
  func explain() throws {
    let both = Self.sale + "\n" + Self.refund
    let explained = try Self.earned("explain", "il_1", input: both)
    #expect(explained.status == 0)
    for words in ["f1", "f2", "weight", "exact share", "carried on", "refund.created"] {
      #expect(explained.output.contains(words), "\(words)")
    }
    #expect(try Self.earned("explain", "in_9", input: both).status == 1)
  }

  @Test("Preview says what a setting would change and posts nothing")
  func preview() throws {
    let finished = try Self.earned("preview", #"{"amortization":"month"}"#, "--format", "json", input: Self.sale)
    #expect(finished.status == 0)
    #expect(
      finished.output.contains(#"{"period":"2024-01","currency":"usd","account":"Revenue","change":536}"#),
      "\(finished.output)")
    let unknown = try Self.earned("preview", #"{"amortization":"weekly"}"#, input: Self.sale)
    #expect(unknown.status == 1 && unknown.errors.contains("amortization"))
  }

  @Test("Generated facts are the same bytes for the same seed, and are all booked")
  func generate() throws {
    let first = try Self.earned("generate", "--customers", "12", "--seed", "9")
    #expect(first.output == (try Self.earned("generate", "--customers", "12", "--seed", "9").output))
    let report = try Self.earned("report", "balance_sheet", "--format", "csv", input: first.output)
    #expect(report.status == 0 && report.errors.isEmpty)
  }

  @Test("Bench says how long each stage took, and on what it ran")
  func bench() throws {
    let finished = try Self.earned("bench", "--customers", "50")
    #expect(finished.status == 0)
    for words in ["read", "compute", "report", "memory_megabytes", "cores", "build"] {
      #expect(finished.output.contains(words), "\(words)")
    }
  }

  @Test("Cases count what passed")
  func cases() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../Conformance").path
    let finished = try Self.earned("cases", "--at-once", "--shuffle", "4", folder)
    #expect(finished.status == 0)
    #expect(finished.output.split(separator: "\n").last?.hasSuffix(" passed, 0 failed") == true)
  }
}
