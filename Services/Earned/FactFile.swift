import Accounting
import Foundation
import JSON
import Messages
import Recognition

/// Where a fact stands, as problems name it.
struct FactPlace: CustomStringConvertible {
  /// The file.
  let file: String
  /// The line's number, from 1; nil where there are no lines.
  var number: Int?

  var description: String { number.map { "\(file):\($0)" } ?? file }
}

/// A line of a file of facts.
struct FactLine {
  /// Where it stands.
  let place: FactPlace
  /// The line's text.
  let text: ArraySlice<UInt8>
}

/// A fact as a file tells it.
struct ToldFact {
  let place: FactPlace
  /// Whose books it belongs to; empty if the file does not say.
  let account: String
  let livemode: Bool
  /// When it was known: what ingestion recorded, else when it happened.
  let knownAt: Instant
  let fact: BookFact
}

/// Files of facts, JSON Lines, read line by line.
enum FactFile {
  /// The lines of the files that are not empty; standard input for `-` or no file. Nil if a file cannot be read, which is said.
  static func lines(_ files: [String]) -> [FactLine]? {
    var lines: [FactLine] = []
    for file in files.isEmpty ? ["-"] : files {
      guard let bytes = bytes(of: file) else {
        Output.problem("\(file): cannot be read")
        return nil
      }
      let name = file == "-" ? "standard input" : file
      for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
        if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
        lines.append(FactLine(place: FactPlace(file: name, number: index + 1), text: line))
      }
    }
    return lines
  }

  static func bytes(of file: String) -> [UInt8]? {
    if file == "-" { return Array(FileHandle.standardInput.readDataToEndOfFile()) }
    return FileManager.default.contents(atPath: file).map { Array($0) }
  }

  /// Reads lines on as many cores as there are; of one that cannot be read a problem is said, and nil stands in its place.
  static func facts(_ lines: [FactLine]) -> [ToldFact?] {
    lines.inParallel(sharesOf: 2_000) { $0.map(read) }.joined().map { result in
      switch result {
      case .success(let fact): return fact
      case .failure(let problem):
        Output.problem("\(problem)")
        return nil
      }
    }
  }

  private static func read(_ line: FactLine) -> Result<ToldFact, ReadingProblem> {
    do {
      let value = try JSONDocument(parsing: line.text).root
      let told = try Told(value, text: line.text)
      let fact = try Fact.decode(type: told.type, data: told.data)
      return .success(
        ToldFact(
          place: line.place, account: told.account, livemode: told.livemode, knownAt: told.knownAt,
          fact: BookFact(id: told.id, source: told.source, time: told.time, fact: fact)))
    } catch {
      return .failure(ReadingProblem(place: line.place, reason: "\(error)"))
    }
  }

  /// Every problem of a line, as sentences.
  static func problems(_ line: FactLine) -> [String] {
    do {
      let value = try JSONDocument(parsing: line.text).root
      let around = Told.problems(value)
      guard let type = value["type"]?.string, let data = value["data"] else {
        return around.map { "\(line.place): \($0)" }
      }
      return (around + Fact.check(type: type, data: data).map { "\($0)" }).map { "\(line.place): \($0)" }
    } catch {
      return ["\(line.place): \(error)"]
    }
  }
}

/// Why a line cannot be read.
struct ReadingProblem: Error, CustomStringConvertible {
  let place: FactPlace
  let reason: String
  var description: String { "\(place): \(reason)" }
}

/// What stands around the data of a fact: a full envelope, or the short form.
struct Told {
  let id: String
  let source: String
  let type: String
  let time: Instant
  let account: String
  let livemode: Bool
  let knownAt: Instant
  let data: JSONValue

  /// Reads a fact. One without an id is known by its content, so that telling it again is telling the same.
  init(_ value: JSONValue, text: ArraySlice<UInt8>) throws(EnvelopeProblem) {
    guard let type = value["type"]?.string, let time = value["time"]?.string.flatMap({ Instant(rfc3339: $0) }),
      let data = value["data"]
    else { throw EnvelopeProblem(message: Self.problems(value).first ?? "a fact is a JSON object") }
    self.type = type
    self.time = time
    self.data = data
    id = value["id"]?.string ?? Self.identity(of: text)
    source = value["source"]?.string ?? "file"
    account = value["account"]?.string ?? ""
    livemode = value["livemode"]?.bool ?? false
    knownAt = value["recordedtime"]?.string.flatMap { Instant(rfc3339: $0) } ?? time
  }

  /// Every problem around the data.
  static func problems(_ value: JSONValue) -> [String] {
    guard value.kind == .object else { return ["a fact is a JSON object"] }
    var problems: [String] = []
    if value["type"]?.string == nil { problems.append("type: is missing (parameter_missing)") }
    if value["time"]?.string.flatMap({ Instant(rfc3339: $0) }) == nil {
      problems.append("time: must be an RFC 3339 time (parameter_invalid_timestamp)")
    }
    if value["data"] == nil { problems.append("data: is missing (parameter_missing)") }
    return problems
  }

  /// An id made of a line's content (FNV-1a, twice 64 bits).
  static func identity(of text: ArraySlice<UInt8>) -> String {
    var (first, second): (UInt64, UInt64) = (0xCBF2_9CE4_8422_2325, 0x6C62_272E_07BB_0142)
    for byte in text {
      first = (first ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
      second = (second &* 0x0000_0100_0000_01B3) ^ UInt64(byte)
    }
    return "line-" + String(first, radix: 16) + String(second, radix: 16)
  }
}

/// What is wrong around a fact's data.
struct EnvelopeProblem: Error, CustomStringConvertible {
  let message: String
  var description: String { message }
}
