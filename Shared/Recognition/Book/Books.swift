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
  /// What facts speak of, by number, and the place of its book.
  private var references = Numbering<Reference>()
  private var placesOfReferences = Places()
  /// The invoices of subscriptions that no contract claims: by a subscription's number, those of what follows it.
  private var followers: [Int: [Int]] = [:]
  /// What was previewed, by the preview's id: what its changes would have posted at its place among the facts.
  public private(set) var previews: [String: Preview] = [:]
  /// What was told, each delivery once, in order of arrival; and the deliveries by number, with their places in it.
  private var told: [BookFact] = []
  private var deliveries = Numbering<Delivery>()
  private var placesOfDeliveries = Places()

  /// What tells one delivery from another.
  private struct Delivery: Hashable {
    let source: String
    let id: String

    /// A source tells many ids, so ids tell deliveries apart well enough.
    func hash(into hasher: inout Hasher) {
      hasher.combine(id)
    }
  }

  /// No facts.
  public init() {}

  /// How many deliveries each source made.
  public var deliveriesBySource: [String: Int] {
    told.reduce(into: [:]) { counts, fact in counts[fact.source, default: 0] += 1 }
  }

  /// What a source told under an id.
  public func fact(_ id: String, of source: String) -> BookFact? {
    deliveries.known(Delivery(source: source, id: id), named: id).flatMap { placesOfDeliveries[$0] }.map { told[$0] }
  }

  /// The books' states, for those who look at all of them.
  public var states: [BookState] { books.compactMap(\.self) }

  /// Takes a fact in. The same delivery told again gives nothing, one with another content is refused.
  public mutating func apply(_ fact: BookFact) -> Arrival {
    apply([fact])
  }

  /// Takes facts in at once: each book is computed once for all of them. What was told before a period is closed or reopened
  /// is posted before.
  public mutating func apply(_ facts: [BookFact]) -> Arrival {
    var arrival = Arrival()
    var touched: [Int] = []
    let numbers = deliveries.number(
      facts.inParallel(sharesOf: Mentions.share) { facts in
        var bunch = Bunch<Delivery>()
        for place in facts.indices {
          bunch.append(Delivery(source: facts[place].source, id: facts[place].id), named: facts[place].id)
        }
        return bunch
      }, new: facts.count)
    placesOfDeliveries.grow(to: deliveries.end)
    let mentions = Mentions(of: facts, &references)
    placesOfReferences.grow(to: references.end)
    if facts.count > 1 {
      arrival.outcomes.reserveCapacity(facts.count)
      told.reserveCapacity(told.count + facts.count)
    }
    for (index, fact) in facts.enumerated() {
      if let place = placesOfDeliveries[numbers[index]] {
        // The first telling is the one that counts.
        arrival.outcomes.append((fact.id, told[place] == fact ? .duplicate : .refused(.conflict(with: fact.id))))
        continue
      }
      placesOfDeliveries[numbers[index]] = told.count
      told.append(fact)
      let refused = fact.fact.isOfMappings ? configuration.mappings.refusals : [:]
      do throws(Refusal) {
        try take(fact, mentions[index], &touched, into: &arrival)
      } catch {
        arrival.outcomes.append((fact.id, .refused(error)))
      }
      if fact.fact.isOfMappings { tellOtherMappings(than: fact.id, since: refused, into: &arrival) }
    }
    post(&touched, into: &arrival)
    let said = Set(arrival.outcomes.map(\.fact))
    for place in facts.indices where said.isEmpty || !said.contains(facts[place].id) {
      arrival.outcomes.append((facts[place].id, .posted))
    }
    return arrival
  }

  /// A mapping may put others in the wrong, or right.
  private func tellOtherMappings(
    than fact: String, since refused: [String: Refusal], into arrival: inout Arrival
  ) {
    let now = configuration.mappings.refusals
    for (other, refusal) in now.sorted(by: { $0.key < $1.key }) where other != fact && refused[other] != refusal {
      arrival.outcomes.append((other, .refused(refusal)))
    }
    for other in refused.keys.sorted() where other != fact && now[other] == nil {
      arrival.outcomes.append((other, .posted))
    }
  }

  /// Takes a fact in, and notes the places of the books that it touches.
  private mutating func take(
    _ fact: BookFact, _ mentioned: Mentions.Mentioned, _ touched: inout [Int], into arrival: inout Arrival
  ) throws(Refusal) {
    switch fact.fact {
    case .periodClosed, .periodReopened: post(&touched, into: &arrival)
    case .previewRequested(let data):
      post(&touched, into: &arrival)
      let preview = Preview(data.facts(toldWith: fact), in: self)
      if let refused = preview.refusals.first { throw refused.refusal }
      previews[data.preview] = preview
      return
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
    let changes = try rules.apply(fact, after: told)
    arrival.rules += changes
    switch mentioned.isOfUsage ? usage.apply(fact) : .totals([]) {
    case .duplicate:
      arrival.outcomes.append((fact.id, .duplicate))
      return
    case .refused(let refusal): throw refusal
    case .totals(let totals):
      for (index, total) in totals.enumerated() {
        if let place = put(total, index, of: fact) { touched.append(place) }
      }
      if let place = put(fact, mentioned) { touched.append(place) }
      for change in changes {
        guard let place = references.known(change.target, named: change.target.id).flatMap({ placesOfReferences[$0] })
        else { continue }
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
    for steps in books.steps(of: touched, configuration) {
      for place in steps.indices { add(steps[place], to: &arrival) }
    }
    touched = []
  }

  /// Puts a total into its item's book: the first that a fact gives has the fact's id.
  private mutating func put(_ total: UsageTotaled, _ index: Int, of fact: BookFact) -> Int? {
    let fact = BookFact(
      id: index == 0 ? fact.id : "\(fact.id)/\(index)", source: fact.source, time: total.lastAt,
      fact: .usageTotaled(total))
    let mentions = Mentions(of: [fact], &references)
    placesOfReferences.grow(to: references.end)
    return put(fact, mentions[0])
  }

  /// Puts a fact into the book of what it speaks of, making one book of several where it links them.
  private mutating func put(_ fact: BookFact, _ mentioned: Mentions.Mentioned) -> Int? {
    guard let first = mentioned.links.first else { return nil }
    var links = mentioned.links
    for followed in mentioned.follows {
      if let place = placesOfReferences[followed], books[place]?.isClaimed == true {
        links.append(followed)
      } else {
        followers[followed, default: []].append(first)
      }
    }
    var home: Int?
    for link in links {
      guard let known = placesOfReferences[link] else { continue }
      home = home.map { $0 == known ? $0 : join(known, $0) } ?? known
    }
    let place = home ?? books.count
    if home == nil { books.append(BookState()) }
    for link in links { placesOfReferences[link] = place }
    books[place]?.take(fact)
    return mentioned.leads ? gather(into: place) : place
  }

  /// Brings together what follows the subscriptions that a contract of this book claims.
  private mutating func gather(into home: Int) -> Int {
    var home = home
    for followed in books[home]?.claimed ?? [] {
      guard let number = references.known(followed, named: followed.id) else { continue }
      for follower in followers.removeValue(forKey: number) ?? [] {
        if let place = placesOfReferences[follower], place != home { home = join(place, home) }
      }
    }
    return home
  }

  /// Makes one book of two, the smaller joining the larger, and gives its place.
  private mutating func join(_ one: Int, _ another: Int) -> Int {
    let isLarger = (books[one]?.facts.count ?? 0) > (books[another]?.facts.count ?? 0)
    let (home, place) = isLarger ? (one, another) : (another, one)
    guard let other = books[place] else { return home }
    books[home]?.merge(other)
    books[place] = nil
    for link in other.facts.lazy.flatMap({ Recognition.references(of: $0.fact).all }) {
      if let number = references.known(link, named: link.id) { placesOfReferences[number] = home }
    }
    return home
  }

  private func add(_ step: BookStep, to arrival: inout Arrival) {
    if !step.runs.isEmpty { arrival.postings.append(step.runs) }
    arrival.outcomes.append(contentsOf: step.outcomes)
  }
}

/// A place for each number that has one.
private struct Places: Sendable {
  private var places: [Int32] = []

  /// Makes room for numbers below a limit.
  mutating func grow(to end: Int) {
    if end > places.count { places.append(contentsOf: repeatElement(-1, count: end - places.count)) }
  }

  subscript(number: Int) -> Int? {
    get { places[number] < 0 ? nil : Int(places[number]) }
    set { places[number] = newValue.map(Int32.init) ?? -1 }
  }
}
