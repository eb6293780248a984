import Accounting
import Messages

/// What a fact gives when it arrives.
public struct Arrival: Sendable {
  /// What is posted, for each book it touches.
  public var postings: [[EntryRun]] = []
  /// What became of facts, this one and others, by envelope id.
  public var outcomes: [(fact: String, outcome: Outcome)] = []
  /// The rules that changed.
  public var rules: [RuleChange] = []
}

/// All books of one account in memory: facts in order of arrival go in, postings come out. It counts usage, evaluates rules,
/// finds the books a fact touches and steps each of them, with the functions that the services use.
public struct Books: Sendable {
  /// What the account has configured.
  public private(set) var configuration = Configuration()
  /// Its rules, and what they treat.
  public private(set) var rules = RuleBook()
  private var usage = UsageCounting()
  private var books: [BookState?] = []
  private var placesOfReference: [Reference: Int] = [:]
  /// The invoices of subscriptions that no contract claims.
  private var followers: [Reference: [Reference]] = [:]
  /// What was told, by source and id.
  private var deliveries: [String: [String: BookFact]] = [:]

  /// No facts.
  public init() {}

  /// How many deliveries each source made.
  public var deliveriesBySource: [String: Int] { deliveries.mapValues(\.count) }

  /// What a source told under an id.
  public func fact(_ id: String, of source: String) -> BookFact? { deliveries[source]?[id] }

  /// The books' states, for those who look at all of them.
  public var states: [BookState] { books.compactMap(\.self) }

  /// Takes a fact in. The same delivery told again gives nothing, one with another content is refused.
  public mutating func apply(_ fact: BookFact) -> Arrival {
    apply(CollectionOfOne(fact))
  }

  /// Takes facts in at once: each book is computed once for all of them. What was told before a period is closed or reopened
  /// is posted before.
  public mutating func apply(_ facts: some Collection<BookFact>) -> Arrival {
    var arrival = Arrival()
    var touched: [Int] = []
    if facts.count > 1 {
      placesOfReference.reserveCapacity(placesOfReference.count + 3 * facts.count)
      arrival.outcomes.reserveCapacity(facts.count)
      for source in Set(facts.lazy.map(\.source)) {
        deliveries[source, default: [:]].reserveCapacity((deliveries[source]?.count ?? 0) + facts.count)
      }
    }
    for fact in facts {
      if let known = deliveries[fact.source, default: [:]].updateValue(fact, forKey: fact.id) {
        // The first telling is the one that counts.
        deliveries[fact.source]?[fact.id] = known
        arrival.outcomes.append((fact.id, known == fact ? .duplicate : .refused(.conflict(with: fact.id))))
        continue
      }
      do throws(Refusal) {
        try take(fact, &touched, into: &arrival)
      } catch {
        arrival.outcomes.append((fact.id, .refused(error)))
      }
    }
    post(&touched, into: &arrival)
    let told = Set(arrival.outcomes.map(\.fact))
    for fact in facts where told.isEmpty || !told.contains(fact.id) { arrival.outcomes.append((fact.id, .posted)) }
    return arrival
  }

  /// Takes a fact in, and notes the places of the books that it touches.
  private mutating func take(_ fact: BookFact, _ touched: inout [Int], into arrival: inout Arrival) throws(Refusal) {
    switch fact.fact {
    case .periodClosed, .periodReopened: post(&touched, into: &arrival)
    default: break
    }
    switch try configuration.apply(fact) {
    case .allBooks:
      for (index, total) in usage.count(in: configuration.calendar).enumerated() {
        _ = put(total, index, of: fact)
      }
      for place in books.indices where books[place] != nil { touched.append(place) }
      return
    case .landing: return
    case .reopened:
      for place in books.indices where books[place]?.waitsForOpenPeriod == true { touched.append(place) }
      return
    case .rates(let pair):
      for place in books.indices where books[place]?.rates.contains(pair) == true { touched.append(place) }
      return
    case .none: break
    }
    let changes = try rules.apply(fact)
    arrival.rules += changes
    switch usage.apply(fact) {
    case .duplicate:
      arrival.outcomes.append((fact.id, .duplicate))
      return
    case .refused(let refusal): throw refusal
    case .totals(let totals):
      for (index, total) in totals.enumerated() {
        if let place = put(total, index, of: fact) { touched.append(place) }
      }
      if let place = put(fact) { touched.append(place) }
      for change in changes {
        guard let place = placesOfReference[change.target] else { continue }
        books[place]?.applied[change.target] = change.applied
        touched.append(place)
      }
    }
  }

  /// Computes the books that were touched, in order of their places.
  private mutating func post(_ touched: inout [Int], into arrival: inout Arrival) {
    touched.sort()
    var last = -1
    touched.removeAll { place in
      defer { last = place }
      return place == last
    }
    for step in books.steps(of: touched, configuration) { add(step, to: &arrival) }
    touched = []
  }

  /// Puts a total into its item's book: the first that a fact gives has the fact's id.
  private mutating func put(_ total: UsageTotaled, _ index: Int, of fact: BookFact) -> Int? {
    put(
      BookFact(
        id: index == 0 ? fact.id : "\(fact.id)/\(index)", source: fact.source, time: total.lastAt,
        fact: .usageTotaled(total)))
  }

  /// Puts a fact into the book of what it speaks of, making one book of several where it links them.
  private mutating func put(_ fact: BookFact) -> Int? {
    let spokenOf = Recognition.references(of: fact.fact)
    var references = spokenOf.all
    guard !references.isEmpty else { return nil }
    for followed in spokenOf.follows {
      if let place = placesOfReference[followed], books[place]?.isClaimed == true {
        references.append(followed)
      } else {
        followers[followed, default: []].append(references[0])
      }
    }
    var place: Int?
    references.removeAll { reference in
      guard let known = placesOfReference[reference] else { return false }
      if let kept = place, known != kept { join(known, into: kept) } else { place = known }
      return true
    }
    let home = place ?? books.count
    if place == nil { books.append(BookState()) }
    for new in references { placesOfReference[new] = home }
    books[home]?.take(fact)
    if spokenOf.leads { gather(into: home) }
    return home
  }

  /// Brings together what follows the subscriptions that a contract of this book claims.
  private mutating func gather(into home: Int) {
    for followed in books[home]?.claimed ?? [] {
      for follower in followers.removeValue(forKey: followed) ?? [] {
        if let place = placesOfReference[follower], place != home { join(place, into: home) }
      }
    }
  }

  private mutating func join(_ place: Int, into home: Int) {
    guard let other = books[place] else { return }
    books[home]?.merge(other)
    books[place] = nil
    for fact in other.facts {
      for reference in references(of: fact.fact).all { placesOfReference[reference] = home }
    }
  }

  private mutating func step(_ place: Int, into arrival: inout Arrival) {
    guard let step = books[place]?.step(configuration) else { return }
    add(step, to: &arrival)
  }

  private func add(_ step: BookStep, to arrival: inout Arrival) {
    if !step.runs.isEmpty { arrival.postings.append(step.runs) }
    arrival.outcomes.append(contentsOf: step.outcomes)
  }
}
