import Accounting
import JSON
import Messages
import Recognition
import ServiceKit

/// The books that a lane works on: loaded when they are touched, kept in memory for the turn, saved with each transaction.
struct BookDesk {
  /// How many books are kept in memory between transactions.
  private static let keptBooks = 20_000

  private struct Open {
    var ledger: LedgerID
    var state: BookState
  }

  private var books: [Int64: Open] = [:]
  private var configurations: [LedgerID: Configuration] = [:]
  /// The book of each thing that the messages at hand speak of.
  private var places: [LedgerReference: Int64] = [:]

  // What the transaction has changed.
  private var touched: Set<Int64> = []
  private var newPlaces: [LedgerReference: Int64] = [:]
  private var newFacts: [(book: Int64, message: InboundMessage)] = []
  private var newFollowers: [LedgerReference: [Reference]] = [:]

  /// What one step of a book gives, in terms of the wire.
  struct Step {
    var runs: [EntryRun]
    var outcomes: [Messages.Outcome]
  }

  // MARK: Loading

  /// Loads the configurations of the accounts that these messages belong to.
  mutating func loadConfigurations(of arrivals: [Arrival], from store: ObligationFulfillmentStore) throws {
    for ledger in Set(arrivals.map(\.ledger)) where configurations[ledger] == nil {
      var configuration = Configuration()
      for bytes in try store.configurationFacts(of: ledger) {
        guard let fact = try Evaluation(Envelope(JSONDocument(parsing: bytes).root).data).fact else { continue }
        _ = try configuration.apply(BookFact(fact))
      }
      configurations[ledger] = configuration
    }
  }

  /// Loads the books that these messages touch.
  mutating func loadBooks(of arrivals: [Arrival], from store: ObligationFulfillmentStore) throws {
    var asked: [LedgerReference] = []
    var seen: Set<LedgerReference> = []
    for arrival in arrivals {
      for reference in arrival.references + arrival.follows + arrival.treated.map(\.target) {
        let reference = LedgerReference(ledger: arrival.ledger, reference: reference)
        if seen.insert(reference).inserted { asked.append(reference) }
      }
    }
    places = try store.books(of: asked)
    try load(Set(places.values).sorted(), from: store)
  }

  /// Loads these books.
  mutating func load(_ numbers: [Int64], from store: ObligationFulfillmentStore) throws {
    let missing = numbers.filter { books[$0] == nil }
    guard !missing.isEmpty else { return }
    var facts: [Int64: [BookFact]] = [:]
    for (book, bytes) in try store.facts(of: missing) {
      guard let fact = try Evaluation(Envelope(JSONDocument(parsing: bytes).root).data).fact else { continue }
      facts[book, default: []].append(try BookFact(fact))
    }
    for row in try store.states(of: missing) {
      let configuration = configurations[row.ledger] ?? Configuration()
      var state = try BookCodec.decode(row.state, facts: facts[row.book] ?? [])
      state.rates = Set(row.rates.compactMap(CurrencyPair.init))
      if row.isOpen {
        // What waits and what is refused follows from the facts; computing it again spares keeping it.
        var computed = state
        _ = computed.step(configuration)
        state.outcomes = computed.outcomes
      }
      books[row.book] = Open(ledger: row.ledger, state: state)
    }
  }

  // MARK: Changing

  /// Takes a fact about the configuration in; `none` if it is about something else.
  mutating func configure(_ fact: BookFact, in ledger: LedgerID) throws(Refusal) -> Configuration.Effect {
    try configurations[ledger, default: Configuration()].apply(fact)
  }

  /// Puts a fact into the book of what it speaks of, making one book of several where it links them; nil if it speaks of nothing.
  mutating func put(_ arrival: Arrival, _ fact: BookFact, _ store: ObligationFulfillmentStore) throws -> Int64? {
    guard !arrival.references.isEmpty else { return nil }
    var references = arrival.references.map { LedgerReference(ledger: arrival.ledger, reference: $0) }
    for reference in arrival.follows {
      let followed = LedgerReference(ledger: arrival.ledger, reference: reference)
      if let place = places[followed], books[place]?.state.isClaimed == true {
        references.append(followed)
      } else {
        newFollowers[followed, default: []].append(arrival.references[0])
      }
    }
    let known = Set(references.compactMap { places[$0] }).sorted()
    let home = known.first ?? arrival.message.place.sequence
    for other in known.dropFirst() { try join(other, into: home, store) }
    for reference in references where places[reference] != home { place(reference, in: home) }
    books[home, default: Open(ledger: arrival.ledger, state: BookState())].state.take(fact)
    newFacts.append((home, arrival.message))
    touched.insert(home)
    if arrival.leads { try gather(into: home, of: arrival.ledger, store) }
    return home
  }

  /// Brings together what follows the subscriptions that a contract of this book claims.
  private mutating func gather(into home: Int64, of ledger: LedgerID, _ store: ObligationFulfillmentStore) throws {
    let claimed = (books[home]?.state.claimed ?? []).map { LedgerReference(ledger: ledger, reference: $0) }
    guard !claimed.isEmpty else { return }
    var followers = try store.takeFollowers(of: claimed)
    for followed in claimed { followers += newFollowers.removeValue(forKey: followed) ?? [] }
    let asked = Set(followers).map { LedgerReference(ledger: ledger, reference: $0) }
    // Where this transaction has put something counts before what is stored.
    places.merge(try store.books(of: asked.filter { places[$0] == nil })) { mine, _ in mine }
    let others = Set(asked.compactMap { places[$0] }).subtracting([home]).sorted()
    try load(others, from: store)
    for other in others { try join(other, into: home, store) }
  }

  private mutating func place(_ reference: LedgerReference, in book: Int64) {
    places[reference] = book
    newPlaces[reference] = book
  }

  private mutating func join(_ number: Int64, into home: Int64, _ store: ObligationFulfillmentStore) throws {
    guard let other = books.removeValue(forKey: number) else { return }
    for fact in other.state.facts {
      for reference in references(of: fact.fact).all {
        place(LedgerReference(ledger: other.ledger, reference: reference), in: home)
      }
    }
    books[home]?.state.merge(other.state)
    // Facts that this transaction brought are not stored yet, and simply go to the other book.
    for index in newFacts.indices where newFacts[index].book == number { newFacts[index].book = home }
    touched.remove(number)
    touched.insert(home)
    try store.moveFacts(from: number, to: home)
  }

  /// Treats things as told, and returns the books that this touches, in order.
  mutating func treat(_ treated: [(target: Reference, rule: AppliedRule?)], in ledger: LedgerID) -> [Int64] {
    var changed: Set<Int64> = []
    for (target, rule) in treated {
      guard let book = places[LedgerReference(ledger: ledger, reference: target)] else { continue }
      books[book]?.state.applied[target] = rule
      changed.insert(book)
      touched.insert(book)
    }
    return changed.sorted()
  }

  /// Computes a book; what it gives has then been posted.
  mutating func step(_ book: Int64, in ledger: LedgerID) throws -> Step {
    guard var open = books.removeValue(forKey: book) else {
      throw LaneError.defect("Book \(book) is not there to be computed.")
    }
    defer { books[book] = open }
    let step = open.state.step(configurations[ledger] ?? Configuration())
    touched.insert(book)
    return Step(
      runs: step.runs,
      outcomes: step.outcomes.compactMap { id, outcome in
        open.state.facts.first { $0.id == id }.map { Messages.Outcome(of: $0, outcome) }
      })
  }

  /// Where a book stands beside its entries, and the versions of rules that newly treat what is in it: what reports are told.
  func told(of book: Int64, _ arrival: Arrival) -> (standings: BookStandings?, treated: [Posting.TreatedVersion]) {
    guard let state = books[book]?.state else { return (nil, []) }
    let treated = arrival.treated.filter {
      places[LedgerReference(ledger: arrival.ledger, reference: $0.target)] == book
    }
    let input = BookInput(
      facts: state.facts, applied: state.applied,
      configuration: configurations[arrival.ledger] ?? Configuration())
    // What a fact itself brings had no standing before; what a change of rules treats may have had one.
    return (
      BookStandings(input, treated: arrival.fact == nil ? treated.map(\.target) : []),
      treated.map {
        Posting.TreatedVersion(target: $0.target.description, rule: $0.rule?.rule, version: $0.rule?.version)
      }
    )
  }

  /// Whether a fact of a book is not simply booked.
  func isOpen(_ fact: BookFact, in book: Int64) -> Bool { books[book]?.state.outcomes[fact.id] != nil }

  // MARK: Saving

  /// Saves what the transaction has changed.
  mutating func save(to store: ObligationFulfillmentStore) throws {
    try store.addFacts(newFacts)
    // In a fixed order, so that the same input writes the same rows in the same order.
    let placed = newPlaces.sorted {
      ($0.value, $0.key.reference.description) < ($1.value, $1.key.reference.description)
    }
    try store.setBooks(placed.map { ($0.key, $0.value) })
    let following = newFollowers.sorted { $0.key.reference.id < $1.key.reference.id }
    try store.addFollowers(following.flatMap { followed, followers in followers.map { (followed, $0) } })
    try store.setStates(
      touched.sorted().compactMap { number in
        guard let open = books[number] else { return nil }
        return StoredBook(
          book: number, ledger: open.ledger, state: BookCodec.encode(open.state),
          isOpen: !open.state.outcomes.isEmpty, rates: open.state.rates.map(\.text).sorted())
      })
    newFacts = []
    newPlaces = [:]
    newFollowers = [:]
    touched = []
    places = [:]
    if books.count > Self.keptBooks { books = [:] }
  }
}

extension Messages.Outcome {
  /// What became of a fact, as it goes over the wire.
  init(of fact: BookFact, _ outcome: Recognition.Outcome) {
    let type = fact.fact.type.rawValue
    switch outcome {
    case .posted: self.init(source: fact.source, id: fact.id, type: type, status: .applied)
    case .duplicate: self.init(source: fact.source, id: fact.id, type: type, status: .duplicate)
    case .refused(let refusal):
      self.init(
        source: fact.source, id: fact.id, type: type, status: .refused, code: refusal.code, message: refusal.message)
    case .waiting(let reference) where reference.kind == .exchangeRate:
      self.init(
        source: fact.source, id: fact.id, type: type, status: .waiting,
        code: RefusalCode.exchangeRateMissing.rawValue, message: "It waits for \(reference).")
    case .waiting(let reference):
      self.init(source: fact.source, id: fact.id, type: type, status: .waiting, code: reference.description)
    }
  }
}
