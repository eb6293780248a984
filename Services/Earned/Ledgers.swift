import Accounting
import Messages
import Recognition
import Reports

/// The books of every account that a file tells of, and the entries they gave in order of posting.
struct Ledgers {
  /// Whose books.
  struct Key: Hashable {
    let account: String
    let livemode: Bool
  }

  /// Whether every line could be read.
  private(set) var isReadable = true
  /// The books of each account.
  private(set) var books: [Key: Books] = [:]
  private var places: [String: Telling] = [:]
  private var outcomes: [String: Recognition.Outcome] = [:]
  private var order: [String] = []

  /// Where and by whom a fact was told first.
  private struct Telling {
    let place: FactPlace
    let key: Key
    let source: String
    let type: FactType
    let time: Instant
  }

  /// What a fact posted, in the books of an account.
  struct Posted {
    let fact: BookFact
    let runs: [EntryRun]
    let key: Key
    /// The rules as they treated things at that moment.
    let treated: [Reference: AppliedRule]
  }

  /// Reads facts and books them in order; `post` gets each fact's entries as they come.
  init(_ lines: [FactLine], asOf: Instant?, post: (Posted) -> Void = { _ in }) {
    var treated: [Key: [Reference: AppliedRule]] = [:]
    for (count, told) in read(lines, asOf).enumerated() {
      if count % 10_000 == 9_999 { Output.progress("\(count + 1) of \(lines.count) facts") }
      let key = Key(account: told.account, livemode: told.livemode)
      let arrival = books[key, default: Books()].apply(told.fact)
      note(arrival)
      for change in arrival.rules { treated[key, default: [:]][change.target] = change.applied }
      for runs in arrival.postings {
        post(Posted(fact: told.fact, runs: runs, key: key, treated: treated[key] ?? [:]))
      }
    }
    Output.progress("")
  }

  /// Reads facts and books all of an account at once, which is faster and gives the same sums: for those who do not ask which
  /// fact made which entry. `post` gets each book's entries.
  init(atOnce lines: [FactLine], asOf: Instant?, post: ([EntryRun], Key) -> Void) {
    var facts: [Key: [BookFact]] = [:]
    var keys: [Key] = []
    for told in read(lines, asOf) {
      let key = Key(account: told.account, livemode: told.livemode)
      if facts[key] == nil { keys.append(key) }
      facts[key, default: []].append(told.fact)
    }
    for key in keys {
      let arrival = books[key, default: Books()].apply(facts.removeValue(forKey: key) ?? [])
      note(arrival)
      for runs in arrival.postings { post(runs, key) }
    }
  }

  private mutating func read(_ lines: [FactLine], _ asOf: Instant?) -> [ToldFact] {
    var known: [ToldFact] = []
    known.reserveCapacity(lines.count)
    for told in FactFile.facts(lines) {
      guard let told else {
        isReadable = false
        continue
      }
      if let asOf, told.knownAt > asOf { continue }
      known.append(told)
      if places[told.fact.id] == nil {
        places[told.fact.id] = Telling(
          place: told.place, key: Key(account: told.account, livemode: told.livemode), source: told.fact.source,
          type: told.fact.fact.type, time: told.fact.time)
        order.append(told.fact.id)
      }
    }
    return known
  }

  private mutating func note(_ arrival: Arrival) {
    for (fact, outcome) in arrival.outcomes where outcome != .posted || outcomes[fact] != nil {
      if outcome != .duplicate || outcomes[fact] == nil { outcomes[fact] = outcome }
    }
  }

  /// The facts, each delivery once, in the order they were told.
  var facts: [BookFact] {
    order.compactMap { id in
      places[id].flatMap { books[$0.key]?.fact(id, of: $0.source) }
    }
  }

  /// How many facts each source told, and what has become of them.
  var tellings: [TellingNote] {
    var notes: [String: TellingNote] = [:]
    for (source, told) in books.values.lazy.flatMap(\.deliveriesBySource) {
      notes[source, default: TellingNote(source: source, told: 0, booked: 0, waiting: 0, refused: 0)].told += told
      notes[source]?.booked += told
    }
    for open in openFacts {
      guard let source = places[open.fact]?.source else { continue }
      notes[source]?.booked -= 1
      if open.state == .waiting { notes[source]?.waiting += 1 } else { notes[source]?.refused += 1 }
    }
    return notes.values.sorted { $0.source < $1.source }
  }

  /// The calendar of the books: of the only account, or months.
  var calendar: Calendar { books.count == 1 ? books.first?.value.configuration.calendar ?? .months : .months }

  /// The facts that are not in the books, in the order they were told.
  var openFacts: [OpenFact] {
    order.compactMap { id in
      guard let told = places[id], let outcome = outcomes[id] else { return nil }
      switch outcome {
      case .refused(let refusal):
        return OpenFact(
          state: .refused, fact: id, type: told.type.rawValue, time: told.time, code: refusal.code,
          reason: refusal.message)
      case .waiting(let reference):
        return OpenFact(
          state: .waiting, fact: id, type: told.type.rawValue, time: told.time,
          reason: "\(reference.kind.rawValue) \(reference.id) has not been told yet.")
      case .posted, .duplicate: return nil
      }
    }
  }

  /// Says which facts are refused or wait, one line each. True if none is refused.
  func sayWhatIsOpen() -> Bool {
    var isClean = true
    for open in openFacts {
      let place = places[open.fact]?.place.description ?? open.fact
      Output.problem("\(place): \(open.type) \(open.fact): \(open.reason) (\(open.code ?? "waiting"))")
      if open.state == .refused { isClean = false }
    }
    return isClean
  }
}

extension LedgerRow {
  /// The rows of a run, posted by a fact.
  static func rows(of run: EntryRun, fact: String, rule: RuleNote? = nil) -> [LedgerRow] {
    run.entries.map { entry in
      var row = LedgerRow(
        period: entry.period, originalPeriod: entry.originalPeriod, booked: run.booked, currency: run.currency,
        debit: entry.debit, credit: entry.credit, amount: Int128(entry.amountMinorUnits), transaction: run.transaction,
        line: run.line, customer: run.customer, product: run.product, price: run.price, event: run.cause.type,
        cause: run.cause.id,
        fact: fact)
      row.rule = rule
      return row
    }
  }
}
