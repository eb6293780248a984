import Accounting
import Messages

/// How far a line, or an item of a contract, that is deferred until it is fulfilled has been fulfilled.
public struct ObligationStanding: Hashable, Sendable {
  /// What it is about.
  public var subject: EntrySubject
  /// The line, or the item.
  public var line: String
  /// What is deferred until it is fulfilled, in minor units.
  public var amountMinorUnits: Int64
  /// What fulfillments recognized.
  public var fulfilledMinorUnits: Int64
  /// What is neither fulfilled nor taken back.
  public var leftMinorUnits: Int64
  /// When what is left is recognized without fulfillment.
  public var expires: Instant
  /// What the last fulfillment said.
  public var evidence: String?
}

/// The lines of a book that are deferred until they are fulfilled, in the order in which they were billed, and then the items of
/// contracts.
public func obligations(_ book: BookInput) -> [ObligationStanding] {
  var walk = Walk(book)
  _ = walk.run()
  return walk.obligationStandings()
}

extension Walk {
  /// What is deferred until it is fulfilled, once all has been walked through.
  func obligationStandings() -> [ObligationStanding] {
    let evidence = lastEvidence(input.facts)
    let items = contracts.all.flatMap { contract in
      contract.promised.compactMap { obligation -> ObligationStanding? in
        guard let waiting = obligation.waiting, contract.voided == nil else { return nil }
        return ObligationStanding(
          subject: contract.subject(of: obligation, called: obligation.name), line: obligation.terms.item,
          amountMinorUnits: obligation.amount, fulfilledMinorUnits: obligation.delivered,
          leftMinorUnits: waiting.left, expires: waiting.until, evidence: evidence[obligation.terms.item])
      }
    }
    return billings.flatMap(\.lines).flatMap { line in
      line.parts.compactMap { part in
        guard let expires = part.fallback else { return nil }
        return ObligationStanding(
          subject: part.subject, line: line.id, amountMinorUnits: part.amount,
          fulfilledMinorUnits: part.streams.dropFirst().reduce(0) { $0 + $1.schedule.amounts.reduce(0, +) },
          leftMinorUnits: part.streams.first?.schedule.amounts.reduce(0, +) ?? 0, expires: expires,
          evidence: evidence[line.id])
      }
    } + items
  }
}

private func lastEvidence(_ facts: [BookFact]) -> [String: String] {
  var last: [String: (start: Instant, words: String)] = [:]
  for fact in facts {
    guard case .obligationFulfilled(let data) = fact.fact else { continue }
    let line =
      switch data.target {
      case .invoiceLine(let line): line
      case .contractItem(let item): item
      }
    if let known = last[line], known.start > data.start { continue }
    last[line] = (data.start, data.description ?? data.fulfillment)
  }
  return last.mapValues(\.words)
}
