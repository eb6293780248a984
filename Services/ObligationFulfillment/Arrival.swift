import Messages
import Recognition
import ServiceKit

/// A message of `earned.evaluations`, translated into what the engine speaks of.
struct Arrival {
  let message: InboundMessage
  let ledger: LedgerID
  /// The fact; nil for a later step of a change of rules.
  let fact: BookFact?
  /// Which fact caused it.
  let cause: Posting.FactReference
  /// What is treated otherwise than before.
  let treated: [(target: Reference, rule: AppliedRule?)]
  /// Why the rules refuse the fact, if they do.
  let refusal: Evaluation.RefusedFact?
  /// What the fact speaks of.
  let references: [Reference]
  /// What the fact shares a book with only once a contract claims it.
  let follows: [Reference]
  /// Whether something may follow what the fact speaks of.
  let leads: Bool
  /// What reports are told of the fact's data.
  let told: [UInt8]?

  init(_ message: InboundMessage) throws {
    let evaluation = try Evaluation(message.envelope.data)
    self.message = message
    ledger = message.envelope.ledger
    fact = try evaluation.fact.map(BookFact.init)
    cause = evaluation.cause
    refusal = evaluation.refusal
    treated = try evaluation.treated.map { treated in
      guard let target = Reference(treated.target) else {
        throw LaneError.defect("\(treated.target) is nothing that a rule can treat.")
      }
      return (target, treated.rule.map(AppliedRule.init))
    }
    let spokenOf = fact.map { Recognition.references(of: $0.fact) } ?? References()
    references = spokenOf.all
    follows = spokenOf.follows
    leads = spokenOf.leads
    if let fact, let data = evaluation.fact?.data { told = fact.toldToReports(data) } else { told = nil }
  }
}
