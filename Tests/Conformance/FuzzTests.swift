import Accounting
import Foundation
import JSON
import Messages
import Recognition
import Testing

/// Facts of worked cases, changed at random: whatever comes, an answer comes back. `EARNED_FUZZ_RUNS` sets how many stories
/// are told, `EARNED_FUZZ_SEED` where they begin; a failure names its seed.
@Suite("Bad input", .serialized)
struct FuzzTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let runs = environment["EARNED_FUZZ_RUNS"].flatMap { Int($0) } ?? 1_500
  private static let firstSeed = environment["EARNED_FUZZ_SEED"].flatMap { UInt64($0) } ?? 1

  /// The stories of the case files, as they are written.
  private static let stories: [[(type: String, time: String, data: MutableJSON)]] = {
    do {
      return try WorkedCases.files.flatMap { bytes in
        try JSONDocument(parsing: bytes).root.elements.map { story in
          var facts: [(String, String, MutableJSON)] = []
          if let settings = story["settings"] {
            facts.append(("settings.changed", "1970-01-01T00:00:00Z", MutableJSON(settings)))
          }
          for rule in story["rules"]?.elements ?? [] {
            facts.append(("rule.set", "1970-01-01T00:00:00Z", MutableJSON(rule)))
          }
          for fact in story["facts"]?.elements ?? [] {
            guard let data = fact["data"] else { continue }
            facts.append((fact["type"]?.string ?? "", fact["time"]?.string ?? "", MutableJSON(data)))
          }
          return facts
        }
      }
    } catch {
      preconditionFailure("the case files are JSON: \(error)")
    }
  }()

  @Test("Changed facts are booked, wait, or are refused with a code; none traps and none takes long")
  func stories() throws {
    var codes: [String: Int] = [:]
    for seed in Self.firstSeed..<Self.firstSeed + UInt64(Self.runs) {
      var random = SeededRandom(seed: seed)
      // Where a run ends the process, the last line says which seed did.
      if Self.environment["EARNED_FUZZ_SEED"] != nil { FileHandle.standardError.write(Data("seed \(seed)\n".utf8)) }
      let started = ContinuousClock.now
      var books = Books()
      var runs: [EntryRun] = []
      for fact in Self.facts(&random) {
        guard let told = try Self.decode(fact, seed) else { continue }
        let arrival = books.apply(told)
        runs += arrival.postings.joined()
        for (_, outcome) in arrival.outcomes {
          if case .refused(let refusal) = outcome { codes[refusal.code, default: 0] += 1 }
          if outcome == .posted { codes["posted", default: 0] += 1 }
        }
      }
      Self.balance(runs, seed)
      #expect(ContinuousClock.now - started < .seconds(20), "seed \(seed)")
    }
    // Random facts that the books mostly refuse to look at would prove little.
    #expect(codes["posted", default: 0] > Self.runs && codes.count > 5, "\(codes)")
    if Self.environment["EARNED_FUZZ_SEED"] != nil { FileHandle.standardError.write(Data("\(codes)\n".utf8)) }
  }

  /// A story, or pieces of two, with some facts changed, repeated or told in another order.
  private static func facts(_ random: inout SeededRandom) -> [(id: Int, type: String, time: String, data: MutableJSON)]
  {
    var told = stories[random.below(stories.count)]
    if random.below(4) == 0 { told += stories[random.below(stories.count)] }
    for _ in 0..<1 + random.below(3) {
      let index = random.below(told.count)
      for _ in 0...random.below(2) { told[index].data = told[index].data.mutated(&random) }
      if random.below(4) == 0 {
        told[index].time =
          ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2022-01-31T23:59:59.999999Z"][random.below(3)]
      }
    }
    if random.below(4) == 0 {
      let (zeros, years) = (random.below(13), [0, -2025, -1900, 7974, 7973, 7000][random.below(6)])
      for index in told.indices {
        told[index].data = told[index].data.stretched(zeros: zeros, years: years)
        told[index].time = MutableJSON.moved(told[index].time, years: years)
      }
    }
    if random.below(3) == 0 { random.shuffle(&told) }
    return told.enumerated().map { ($0.offset, $0.element.type, $0.element.time, $0.element.data) }
  }

  private static func decode(
    _ fact: (id: Int, type: String, time: String, data: MutableJSON), _ seed: UInt64
  ) throws -> BookFact? {
    // A number that no JSON reader takes is a problem of the line, before there is a fact.
    guard let time = Instant(rfc3339: fact.time), let value = try? JSONDocument(parsing: fact.data.bytes).root else {
      return nil
    }
    do throws(FactError) {
      let decoded = try Fact.decode(type: fact.type, data: value)
      return BookFact(id: "fact-\(fact.id)", source: "test", time: time, fact: decoded)
    } catch {
      #expect(!error.code.isEmpty && !error.message.isEmpty, "seed \(seed)")
      let problems = Fact.check(type: fact.type, data: value)
      #expect(!problems.isEmpty, "seed \(seed): a fact that cannot be read has a problem")
      return nil
    }
  }

  /// Debits and credits are equal by construction, so what is looked at is that no amount got lost in turning.
  private static func balance(_ runs: [EntryRun], _ seed: UInt64) {
    for entry in runs.flatMap(\.entries) {
      #expect(entry.amountMinorUnits > 0 && entry.debit != entry.credit, "seed \(seed)")
    }
  }

  @Test("Bytes that are nearly JSON are read or refused")
  func bytes() {
    var random = SeededRandom(seed: Self.firstSeed)
    for _ in 0..<Self.runs {
      let story = Self.stories[random.below(Self.stories.count)]
      let fact = story[random.below(story.count)]
      var bytes = fact.data.bytes
      for _ in 0...random.below(4) where !bytes.isEmpty {
        switch random.below(3) {
        case 0: bytes[random.below(bytes.count)] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes.remove(at: random.below(bytes.count))
        default:
          bytes.insert([0x7B, 0x7D, 0x5B, 0x22, 0x2C, 0xFF, 0x5C][random.below(7)], at: random.below(bytes.count))
        }
      }
      do {
        let value = try JSONDocument(parsing: bytes).root
        _ = try Fact.decode(type: fact.type, data: value)
      } catch let error as FactError {
        #expect(!error.code.isEmpty)
      } catch {
        #expect(error is JSONError)
      }
    }
  }

  @Test("Ten thousand lines, paid in parts and refunded twice, take seconds")
  func manyLines() throws {
    let started = ContinuousClock.now
    let lines = (0..<10_000).map {
      #"{"line":"il_\#($0)","amount":\#(1 + $0 * 37 % 9_973),"period":{"start":"2022-01-\#($0 % 9 + 10)T00:00:00Z","end":"2023-01-01T00:00:00Z"}}"#
    }
    let total = (0..<10_000).reduce(0) { $0 + 1 + $1 * 37 % 9_973 }
    var facts = [
      (
        "invoice.finalized", "2022-01-10T00:00:00Z",
        #"{"invoice":"in_1","customer":"c","currency":"usd","lines":[\#(lines.joined(separator: ","))]}"#
      )
    ]
    for part in 0..<4 {
      facts.append(
        (
          "charge.succeeded", "2022-02-0\(part + 1)T00:00:00Z",
          #"{"charge":"ch_\#(part)","invoice":"in_1","currency":"usd","amount":\#(total / 4)}"#
        ))
    }
    for part in 0..<2 {
      facts.append(
        (
          "refund.created", "2022-0\(part + 4)-01T00:00:00Z",
          #"{"refund":"re_\#(part)","charge":"ch_0","currency":"usd","amount":\#(total / 9)}"#
        ))
    }
    var books = Books()
    for (index, fact) in facts.enumerated() {
      let decoded = try Fact.decode(type: fact.0, data: JSONDocument(parsing: Array(fact.2.utf8)).root)
      let time = try #require(Instant(rfc3339: fact.1))
      let arrival = books.apply(BookFact(id: "fact-\(index)", source: "test", time: time, fact: decoded))
      for (_, outcome) in arrival.outcomes { #expect(outcome == .posted) }
    }
    // Without optimization, on a busy machine; with it this is far below a second.
    #expect(ContinuousClock.now - started < .seconds(90))
  }
}
