import Messages

extension JournalBatch {
  /// Who told facts.
  struct Source: Hashable, Comparable {
    let ledger: LedgerID
    let source: String

    static func < (left: Source, right: Source) -> Bool {
      left.ledger != right.ledger ? left.ledger < right.ledger : left.source < right.source
    }
  }

  /// How many facts of each source the batch tells for the first time, and by how many those in the books become more.
  /// - Parameters:
  ///   - through: the number of the last fact of the lane that is counted already. What comes later for such a fact, as when a
  ///     rule is changed, tells no fact.
  ///   - openFacts: what was not in the books before.
  func tellings(after through: Int64, _ openFacts: Set<FactKey>) -> [Source: (told: Int64, booked: Int64)] {
    var tellings: [Source: (told: Int64, booked: Int64)] = [:]
    func add(_ key: FactKey, told: Int64, booked: Int64) {
      guard told != 0 || booked != 0 else { return }
      let source = Source(ledger: key.ledger, source: key.source)
      tellings[source, default: (0, 0)].told += told
      tellings[source, default: (0, 0)].booked += booked
    }
    var new: Set<FactKey> = []
    var last = through
    for fact in counted where fact.sequence > last {
      last = fact.sequence
      guard new.insert(fact.key).inserted else { continue }
      // What says nothing of its outcome, or that it was told before, is in the books.
      let isOpen = outcomes[fact.key].map { $0 != nil } ?? false
      add(fact.key, told: 1, booked: isOpen ? 0 : 1)
    }
    for (key, open) in outcomes where !new.contains(key) {
      add(key, told: 0, booked: (open == nil ? 1 : 0) - (openFacts.contains(key) ? 0 : 1))
    }
    return tellings
  }
}
