import HTTP
import Messages

/// The facts of one request, on their way to the lane of their books.
struct Submission: Sendable {
  /// What became of a fact.
  enum Result: Sendable {
    /// It is new, and kept.
    case accepted
    /// It has been told before, in the same words.
    case duplicate
    /// It cannot be taken: another fact has its name, or it is a record of usage that cannot be counted.
    case refused(HTTPProblem)
  }

  let facts: [IncomingFact]
  /// Called once the facts are committed, with a result for each; or with why none of them has been kept.
  let reply: @Sendable (Swift.Result<[Result], HTTPProblem>) -> Void

  /// Roughly what the facts weigh, for the bound on what may wait.
  var bytes: Int { facts.reduce(0) { $0 + $1.draft.data.count + 512 } }
}

extension HTTPProblem {
  /// The lane is worked on elsewhere, or by nobody at the moment.
  static let laneNotHeld = HTTPProblem(
    status: 503, .api, code: "lane_not_held", "This instance does not take facts for these books right now; try again.",
    headers: ["Retry-After": "1", "Stripe-Should-Retry": "true"])

  /// More is waiting than may wait.
  static let laneFull = HTTPProblem(
    status: 429, code: "rate_limit", "Too many facts are waiting to be stored; try again.",
    headers: ["Retry-After": "1", "Stripe-Should-Retry": "true"])

  /// What was told under this name before was something else.
  static func conflict(id: String, source: String) -> HTTPProblem {
    HTTPProblem(
      status: 409, .idempotency, code: "conflict",
      "The event \(id) of \(source) has been told before with another content; an id names one event forever.",
      param: "id")
  }
}
