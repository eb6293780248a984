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
  private var places: [String: (place: String, type: FactType, time: Instant)] = [:]
  private var outcomes: [String: Recognition.Outcome] = [:]
  private var order: [String] = []

  /// Reads facts and books them in order; `post` gets each fact's entries as they come.
  init(_ lines: [FactLine], asOf: Instant?, post: (BookFact, [EntryRun], Key) -> Void = { _, _, _ in }) {
    for (count, line) in lines.enumerated() {
      if count % 10_000 == 9_999 { Output.progress("\(count + 1) of \(lines.count) facts") }
      guard let told = FactFile.fact(line) else {
        isReadable = false
        continue
      }
      if let asOf, told.knownAt > asOf { continue }
      let key = Key(account: told.account, livemode: told.livemode)
      let arrival = books[key, default: Books()].apply(told.fact)
      if places[told.fact.id] == nil {
        places[told.fact.id] = (told.place, told.fact.fact.type, told.fact.time)
        order.append(told.fact.id)
      }
      for (fact, outcome) in arrival.outcomes where outcome != .duplicate || outcomes[fact] == nil {
        outcomes[fact] = outcome
      }
      for runs in arrival.postings { post(told.fact, runs, key) }
    }
    Output.progress("")
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
      let place = places[open.fact]?.place ?? open.fact
      Output.problem("\(place): \(open.type) \(open.fact): \(open.reason) (\(open.code ?? "waiting"))")
      if open.state == .refused { isClean = false }
    }
    return isClean
  }
}

extension LedgerRow {
  /// The rows of a run, posted by a fact.
  static func rows(of run: EntryRun, fact: String) -> [LedgerRow] {
    run.entries.map { entry in
      LedgerRow(
        period: entry.period, originalPeriod: entry.originalPeriod, booked: run.booked, currency: run.currency,
        debit: entry.debit, credit: entry.credit, amount: Int128(entry.amountMinorUnits), transaction: run.transaction,
        line: run.line, customer: run.customer, product: run.product, price: run.price, event: run.cause.type,
        cause: run.cause.id,
        fact: fact)
    }
  }
}
