import Messages
import Recognition

/// The rules and the catalog of one account's books, as they stand at a place of the lane.
struct LedgerRules {
  var rules = Rules()
  var catalog = Catalog()
  /// Whether a rule treats anything; while not, what is treated need not be looked up.
  var isAnythingTreated: Bool

  /// Whether there is a rule, or was one, so that it is worth to look.
  var canTreat: Bool { !rules.inOrder.isEmpty || isAnythingTreated }

  /// Whether a rule looks at something of the catalog, so that a change there can change what it treats.
  func look(at change: Catalog.Change) -> Bool {
    rules.inOrder.contains { rule in
      rule.data.conditions.contains { condition in
        switch (change, condition.subject) {
        case (.customer, .customer), (.product, .product), (.price, .price), (.price, .product): true
        default: false
        }
      }
    }
  }

  /// The rule that treats a candidate now.
  func rule(for candidate: Candidate) -> Treated.TreatedBy? {
    guard let applied = evaluate(candidate, rules: rules.inOrder, catalog: catalog) else { return nil }
    return Treated.TreatedBy(
      rule: applied.rule, version: applied.version, name: applied.name, treatments: applied.treatments)
  }
}

extension Catalog.Change {
  /// The id of what has changed.
  var subject: String {
    switch self {
    case .customer(let id), .product(let id), .price(let id): id
    }
  }
}
