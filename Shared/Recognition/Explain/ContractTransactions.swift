import Messages

/// The transactions of a book that are contracts, or bill one.
public func contractTransactions(_ book: BookInput) -> Set<String> {
  guard book.facts.contains(where: { $0.fact.type == .contractCreated }) else { return [] }
  var walk = Walk(book)
  _ = walk.run()
  return walk.contractTransactions
}

extension Walk {
  /// The transactions that are contracts, or bill one.
  var contractTransactions: Set<String> {
    var found = Set(contracts.all.map { $0.subject.transaction })
    for billing in billings where billing.lines.contains(where: { $0.contract != nil }) {
      found.insert(billing.subject.transaction)
    }
    return found
  }
}
