import Messages

/// An account's rules as of now, in order of position.
public struct Rules: Sendable {
  private var versions: [String: Dated<RuleSet?>] = [:]
  private var order: Dated<[String]>?
  /// The rules, first to last.
  public private(set) var inOrder: [Rule] = []

  /// No rules.
  public init() {}

  /// Takes a fact in; true if it changed the rules. A rule that can never meet its treatment's kind is refused.
  public mutating func apply(_ fact: BookFact) throws(Refusal) -> Bool {
    switch fact.fact {
    case .ruleSet(let data):
      try Self.check(data)
      guard take(Dated(time: fact.time, id: fact.id, value: data), rule: data.rule) else { return false }
    case .ruleDeleted(let data):
      guard take(Dated(time: fact.time, id: fact.id, value: nil), rule: data.rule) else { return false }
    case .rulesOrdered(let data):
      let version = Dated(time: fact.time, id: fact.id, value: data.rules)
      if let order, version.precedes(order) { return false }
      order = version
    default:
      return false
    }
    sort()
    return true
  }

  private mutating func take(_ version: Dated<RuleSet?>, rule: String) -> Bool {
    if let known = versions[rule], version.precedes(known) { return false }
    versions[rule] = version
    return true
  }

  private mutating func sort() {
    var rules: [(rule: Rule, time: Dated<RuleSet?>)] = []
    for version in versions.values {
      guard let data = version.value else { continue }
      // An order told later than the rule beats the rule's own position.
      var position = data.position
      if let order, version.time <= order.time, let place = order.value.firstIndex(of: data.rule) {
        position = Int64(place) - Int64(order.value.count) - 1_000_000
      }
      rules.append((Rule(data: data, version: version.id, position: position), version))
    }
    rules.sort { left, right in
      (left.rule.position, left.rule.data.rule) < (right.rule.position, right.rule.data.rule)
    }
    inOrder = rules.map(\.rule)
  }

  /// Lines only, payments only: what each treatment acts on.
  private static func check(_ rule: RuleSet) throws(Refusal) {
    let onlyPayments = rule.conditions.contains { $0.subject == .charge }
    guard onlyPayments else { return }
    for treatment in rule.treatments {
      switch treatment.action {
      case .amortizeLinePeriod: throw .treatmentNotApplicable("amortize_line_period")
      case .deferUntilFulfilled: throw .treatmentNotApplicable("defer_until_fulfilled")
      default: break
      }
    }
  }
}

/// What became of one candidate.
public struct RuleChange: Hashable, Sendable {
  /// What is treated.
  public var target: Reference
  /// By which rule; nil: by none any more.
  public var applied: AppliedRule?
}

/// The in-memory stage of rule evaluation: rules, catalog, what they can treat and how it is treated now.
public struct RuleBook: Sendable {
  /// The rules as of now.
  public private(set) var rules = Rules()
  /// Customers, products and prices as last known.
  public private(set) var catalog = Catalog()
  /// Whether candidates are looked for. Until there is a rule, nobody asks for them.
  private var isExamining = false
  /// What facts with candidates were told, each telling of one thing beside the others.
  private var told: [String: [BookFact]] = [:]
  private var candidates: [Candidate] = []
  private var places: [Reference: Int] = [:]
  /// The candidates that a change of the catalog touches.
  private var placesOfChange: [Catalog.Change: [Int]] = [:]
  private var applied: [Reference: AppliedRule] = [:]

  /// Nothing known.
  public init() {}

  /// The rule that treats this line, item or payment now.
  public func applied(to target: Reference) -> AppliedRule? { applied[target] }

  /// Takes a fact in and says what changed: for a fact with candidates theirs, for a rule or something of the catalog
  /// those of every candidate it touches. In order of the candidates' arrival.
  /// - Parameter earlier: the facts that were told before, among which the first rule looks for candidates.
  public mutating func apply(_ fact: BookFact, after earlier: [BookFact]) throws(Refusal) -> [RuleChange] {
    if fact.fact.mayHaveCandidates { return isExamining ? examine(fact) : [] }
    if try rules.apply(fact) {
      if !isExamining {
        isExamining = true
        for fact in earlier { for candidate in candidates(afterTelling: fact) { note(candidate) } }
      }
      return candidates.compactMap { reevaluate($0) }
    }
    guard let change = catalog.apply(fact) else { return [] }
    return touched(by: change).compactMap { reevaluate(candidates[$0]) }
  }

  /// The places of the candidates that a change of the catalog touches: a product those of its prices too.
  private func touched(by change: Catalog.Change) -> [Int] {
    guard isExamining else { return [] }
    var touched = placesOfChange[change] ?? []
    if case .product(let id) = change {
      for price in catalog.prices(of: id) { touched += placesOfChange[.price(price)] ?? [] }
    }
    return Set(touched).sorted()
  }

  private mutating func examine(_ fact: BookFact) -> [RuleChange] {
    candidates(afterTelling: fact).compactMap { candidate in
      note(candidate)
      return reevaluate(candidate)
    }
  }

  /// What rules can treat of a fact, as all its tellings have it.
  private mutating func candidates(afterTelling fact: BookFact) -> [Candidate] {
    guard let thing = fact.fact.treatedThing else { return [] }
    told[thing, default: []].append(fact)
    return told[thing].map { Recognition.candidates(of: $0) } ?? []
  }

  private mutating func note(_ candidate: Candidate) {
    if let place = places[candidate.target] {
      candidates[place] = candidate
    } else {
      places[candidate.target] = candidates.count
      candidates.append(candidate)
    }
    guard let place = places[candidate.target] else { return }
    if let customer = candidate.customer { placesOfChange[.customer(customer), default: []].append(place) }
    if let product = candidate.product { placesOfChange[.product(product), default: []].append(place) }
    if let price = candidate.price { placesOfChange[.price(price), default: []].append(place) }
  }

  private mutating func reevaluate(_ candidate: Candidate) -> RuleChange? {
    let rule = rules.inOrder.isEmpty ? nil : evaluate(candidate, rules: rules.inOrder, catalog: catalog)
    guard rule != applied[candidate.target] else { return nil }
    applied[candidate.target] = rule
    return RuleChange(target: candidate.target, applied: rule)
  }
}
