import Accounting
import JSON
import Messages

/// A worked case: a short story of facts and the books it must give, as the folder of cases describes it.
public struct WorkedCase: Sendable {
  /// Its id.
  public let id: String
  /// What it shows.
  public let title: String
  /// The configuration that comes first: settings, then rules.
  let configuration: [CaseFact]
  /// The story, in order of arrival.
  let facts: [CaseFact]
  /// What its books must be.
  let expected: JSONValue

  /// A fact of a case, as far as it could be read.
  struct CaseFact: Sendable {
    let id: String
    let type: String
    let fact: Result<BookFact, FactError>
    /// The fact as a line of JSON.
    let line: [UInt8]
  }

  /// Reads a case. What cannot be read of a fact is a problem of that fact, found when the case runs.
  public init(_ value: JSONValue) {
    id = value["id"]?.string ?? ""
    title = value["title"]?.string ?? ""
    var configuration: [CaseFact] = []
    if let settings = value["settings"], !settings.members.isEmpty {
      configuration.append(Self.fact("settings", "settings.changed", .epoch, settings))
    }
    for (index, rule) in (value["rules"]?.elements ?? []).enumerated() {
      configuration.append(Self.fact("rule-\(index)", "rule.set", .epoch, rule))
    }
    self.configuration = configuration
    facts = (value["facts"]?.elements ?? []).enumerated().map { index, fact in
      Self.fact(
        fact["id"]?.string ?? "fact-\(index)", fact["type"]?.string ?? "",
        fact["time"]?.string.flatMap { Instant(rfc3339: $0) } ?? .epoch, fact["data"] ?? fact)
    }
    expected = value["expect"] ?? value
  }

  private static func fact(_ id: String, _ type: String, _ time: Instant, _ data: JSONValue) -> CaseFact {
    let decoded = Result { () throws(FactError) in try Fact.decode(type: type, data: data) }
    return CaseFact(
      id: id, type: type, fact: decoded.map { BookFact(id: id, source: "cases", time: time, fact: $0) },
      line: SyntheticBusiness.line(id, type, time, data.canonical))
  }

  /// The types of facts it tells, without repetition, sorted.
  public var types: [String] { Set(facts.map(\.type)).sorted() }

  /// The cases of a file.
  public static func read(_ bytes: [UInt8]) throws(JSONError) -> [WorkedCase] {
    try JSONDocument(parsing: bytes).root.elements.map { WorkedCase($0) }
  }
}

extension WorkedCase: CustomStringConvertible {
  /// Its id.
  public var description: String { id }
}

// MARK: - Order of arrival

extension WorkedCase {
  /// The facts in an order of arrival: as written, or for a seed reordered between facts that close or reopen a period, and
  /// some of them repeated.
  func arrivals(seed: UInt64?) -> [CaseFact] {
    guard let seed else { return configuration + facts }
    var random = SeededRandom(seed: seed)
    var result = configuration
    var block: [CaseFact] = []
    func flush(into result: inout [CaseFact], _ random: inout SeededRandom) {
      for fact in block where random.below(3) == 0 { block.append(fact) }
      random.shuffle(&block)
      result.append(contentsOf: block)
      block = []
    }
    for fact in facts {
      if fact.type == FactType.periodClosed.rawValue || fact.type == FactType.periodReopened.rawValue {
        flush(into: &result, &random)
        result.append(fact)
      } else {
        block.append(fact)
      }
    }
    flush(into: &result, &random)
    return result
  }
}

/// Random numbers that a seed decides: the same on every machine.
public struct SeededRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// The sequence of a seed.
  public init(seed: UInt64) {
    state = seed
  }

  /// The next number.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number from zero to just below a limit.
  public mutating func below(_ limit: Int) -> Int {
    Int(next() % UInt64(limit))
  }

  /// Puts elements into a random order.
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    for index in elements.indices.dropFirst().reversed() { elements.swapAt(index, below(index + 1)) }
  }
}
