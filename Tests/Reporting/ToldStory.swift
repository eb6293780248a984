import JSON
import Messages
import Recognition
import Reports

@testable import Earned
@testable import Reporting

/// Facts of one account, as the command reads them from a file and as the journal tells them after the same steps.
struct ToldStory {
  /// What the command knows.
  let ledgers: Ledgers
  let postings: Postings
  /// The account in the journal.
  let account: String

  init(_ lines: [[UInt8]], account: String, into journal: inout JournalStory) throws {
    let lines = lines.enumerated().map { FactLine(place: FactPlace(file: account, number: $0 + 1), text: $1[...]) }
    var postings = Postings()
    ledgers = Ledgers(lines, asOf: nil) { postings.append($0) }
    self.postings = postings
    self.account = account
    var books = Books()
    for line in lines {
      let told = try Told(JSONDocument(parsing: line.text).root, text: line.text)
      // What cannot be read never reaches the journal.
      guard let fact = try? Fact.decode(type: told.type, data: told.data) else { continue }
      try Self.tell(
        BookFact(id: told.id, source: told.source, time: told.time, fact: fact), told.data, &books, account, &journal)
    }
  }

  private static func tell(
    _ fact: BookFact, _ data: JSONValue, _ books: inout Books, _ account: String, _ journal: inout JournalStory
  ) throws {
    // The same delivery told again does not reach the journal.
    if books.fact(fact.id, of: fact.source) != nil { return }
    let arrival = books.apply(fact)
    var standings: [BookStandings] = []
    for state in books.states {
      let book = BookInput(facts: state.facts, applied: state.applied, configuration: books.configuration)
      if let found = BookStandings(book, treated: arrival.rules.map(\.target)) { standings.append(found) }
    }
    let all = standings.reduce(into: standings.first) { all, next in
      guard all?.json != next.json else { return }
      all?.obligations += next.obligations
      all?.contracts += next.contracts
      all?.ofContracts += next.ofContracts
    }.map { all in
      var all = all
      all.withoutObligation = Set(standings.flatMap(\.withoutObligation)).subtracting(all.obligations.map(\.line))
        .sorted()
      return all
    }
    let isRefused = arrival.outcomes.contains { id, outcome in
      if case .refused = outcome { id == fact.id } else { false }
    }
    // What is configured is told only if it stands or may stand later; money is told whatever becomes of it.
    let isTold = !isRefused || fact.fact.type == .accountMappingSet || MoneyTold.types.contains(fact.fact.type)
    let told = isTold ? fact.toldToReports(data) : nil
    try journal.post(
      fact.id, type: fact.fact.type.rawValue,
      entries: arrival.postings.joined().map { run in
        PostedEntry(
          transaction: run.transaction, line: run.line, customer: run.customer, product: run.product, price: run.price,
          currency: run.currency, booked: run.booked, debit: run.debit, credit: run.credit, from: run.from,
          amounts: run.amounts, originalPeriod: run.originalPeriod, event: run.cause.type, cause: run.cause.id)
      },
      outcomes: arrival.outcomes.compactMap { id, outcome in
        Self.outcome(outcome, of: id, fact.source)
      },
      transaction: fact.bookedTransaction,
      told: told.map { String(decoding: $0, as: UTF8.self) },
      treated: arrival.rules.map {
        Posting.TreatedVersion(
          target: $0.target.description, rule: $0.applied?.rule, version: $0.applied?.version)
      },
      standings: all?.json, source: fact.source, time: fact.time.rfc3339, account: account)
  }

  private static func outcome(
    _ outcome: Recognition.Outcome, of id: String, _ source: String
  ) -> Messages.Outcome? {
    let (status, code, message): (Messages.Outcome.Status, String?, String?) =
      switch outcome {
      case .posted: (.applied, nil, nil)
      case .duplicate: (.duplicate, nil, nil)
      case .refused(let refusal): (.refused, refusal.code, refusal.message)
      case .waiting(let reference): (.waiting, reference.description, nil)
      }
    return Messages.Outcome(source: source, id: id, type: "any", status: status, code: code, message: message)
  }
}
