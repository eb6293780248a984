import HTTP
import Messages

extension UsageEvent {
  /// The record of usage, or the cancellation, that a request tells of.
  init(_ fact: IncomingFact) {
    let told: Told =
      switch fact.fact {
      case .usageRecorded(let data): .recorded(data)
      case .usageCancelled(let data): .cancelled(data)
      default: preconditionFailure("\(fact.draft.type) is no usage, and is not counted")
      }
    self.init(
      ledger: fact.ledger, source: fact.draft.source, id: fact.draft.id, time: fact.draft.time, told: told,
      digest: fact.digest)
  }
}

extension Submission.Result {
  /// What the caller is told of a record that has been counted or not.
  init(_ result: UsageResult) {
    switch result {
    case .accepted: self = .accepted
    case .duplicate: self = .duplicate
    case .refused(let code, let param, let message):
      self = .refused(
        code == "conflict"
          ? HTTPProblem(status: 409, .idempotency, code: code, message, param: param)
          : HTTPProblem(code: code, message, param: param))
    }
  }
}
