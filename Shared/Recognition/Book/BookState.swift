import Accounting
import Messages

/// What became of a fact in its book.
public enum Outcome: Hashable, Sendable {
  /// It is booked. (It may have changed no entry: a definition, a rule that treats nothing.)
  case posted
  /// The business refuses it. It stands once what stood in its way is gone.
  case refused(Refusal)
  /// It waits for something it speaks of.
  case waiting(Reference)
  /// It was told before.
  case duplicate
}

/// A book as it is kept between steps.
public struct BookState: Sendable {
  /// Its facts, in order of arrival.
  public var facts: [BookFact]
  /// The rules that treat its lines, items and payments.
  public var applied: [Reference: AppliedRule]
  /// What was posted so far.
  public var posted: PostedState
  /// The facts that are not simply booked, by envelope id.
  public var outcomes: [String: Outcome]
  /// The pairs whose published rates it has asked for; a rate of another pair changes nothing.
  public var rates: Set<CurrencyPair> = []
  /// Whether a contract claims the subscriptions that its facts speak of, so that what follows them belongs to it.
  public private(set) var isClaimed = false
  /// How many of the facts the last step looked at.
  private var computed = 0

  /// An empty book.
  public init() {
    facts = []
    applied = [:]
    posted = PostedState()
    outcomes = [:]
  }

  /// A book as it was kept.
  public init(
    facts: [BookFact], applied: [Reference: AppliedRule], posted: PostedState, outcomes: [String: Outcome]
  ) {
    self.facts = facts
    self.applied = applied
    self.posted = posted
    self.outcomes = outcomes
    isClaimed = facts.contains { claims($0.fact) }
  }

  /// Takes a fact in.
  public mutating func take(_ fact: BookFact) {
    if case .usageTotaled(let total) = fact.fact { leaveOut(what: total) }
    facts.append(fact)
    if !isClaimed { isClaimed = claims(fact.fact) }
  }

  /// Leaves out the totals of a slice that are booked and that a new one replaces, so that a book keeps as many as there are
  /// slices, and not as there are records.
  private mutating func leaveOut(what total: UsageTotaled) {
    for place in (0..<computed).reversed() where outcomes[facts[place].id] == nil {
      guard case .usageTotaled(let earlier) = facts[place].fact, earlier.isOfSlice(of: total) else { continue }
      facts.remove(at: place)
      computed -= 1
    }
  }

  /// The subscriptions whose invoices belong to it, as a contract claims them.
  public var claimed: [Reference] {
    guard isClaimed else { return [] }
    var found: Set<Reference> = []
    for fact in facts {
      switch fact.fact.type {
      case .contractCreated, .contractAdjusted, .subscriptionUpdated, .subscriptionScheduleUpdated:
        found.formUnion(references(of: fact.fact).all.filter { $0.kind == .subscription })
      default: break
      }
    }
    return found.sorted { $0.id < $1.id }
  }

  /// Takes another book in, as a fact links the two. What was posted stays as it is.
  public mutating func merge(_ other: BookState) {
    facts.append(contentsOf: other.facts)
    applied.merge(other.applied) { mine, _ in mine }
    posted.add(other.posted.runs)
    outcomes.merge(other.outcomes) { mine, _ in mine }
    rates.formUnion(other.rates)
    isClaimed = isClaimed || other.isClaimed
    computed = 0
  }

  /// Whether an entry made by hand is refused because its period is closed.
  public var waitsForOpenPeriod: Bool {
    outcomes.values.contains { if case .refused(let refusal) = $0 { refusal.kind == .periodClosed } else { false } }
  }
}

/// What one step of a book gives.
public struct BookStep: Sendable {
  /// What is to be posted.
  public var runs: [EntryRun]
  /// The facts whose outcome is new or changed, by envelope id, in the order of their arrival.
  public var outcomes: [(fact: String, outcome: Outcome)]
}

extension BookState {
  /// Computes the book, posts the difference and says which facts have another outcome than before. The same function for
  /// the services and for one process: whoever keeps the state decides where.
  public mutating func step(_ configuration: Configuration) -> BookStep {
    let output = entries(
      BookInput(facts: facts, applied: applied, configuration: configuration, posted: posted))
    let runs = difference(expected: output.runs, posted: posted, closedThrough: configuration.closedThrough)
    posted.add(runs)
    rates = output.rates
    computed = facts.count
    var now: [String: Outcome] = [:]
    for fact in output.duplicates { now[fact] = .duplicate }
    for (fact, reference) in output.waiting { now[fact] = .waiting(reference) }
    for (fact, refusal) in output.refusals { now[fact] = .refused(refusal) }
    var changed: [(fact: String, outcome: Outcome)] = []
    if !now.isEmpty || !outcomes.isEmpty {
      for fact in facts where now[fact.id] != outcomes[fact.id] {
        changed.append((fact.id, now[fact.id] ?? .posted))
      }
      outcomes = now
    }
    return BookStep(runs: runs, outcomes: changed)
  }
}
