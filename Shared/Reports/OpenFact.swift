import Accounting

/// A fact that is not in the books, and why.
public struct OpenFact: Hashable, Sendable {
  /// The two ways not to be in the books.
  public enum State: String, CaseIterable, Sendable {
    /// Something it refers to has not been told yet.
    case waiting
    /// The books say no.
    case refused
  }

  /// Which of the two.
  public var state: State
  /// The fact's identity.
  public var fact: String
  /// Its type: `performance_obligation.fulfilled`.
  public var type: String
  /// When it happened; nil if that is not known.
  public var time: Instant?
  /// The refusal's code; nil for one that waits.
  public var code: String?
  /// What it waits for or why it is refused, as a sentence.
  public var reason: String

  /// An open fact.
  public init(state: State, fact: String, type: String, time: Instant?, code: String? = nil, reason: String) {
    self.state = state
    self.fact = fact
    self.type = type
    self.time = time
    self.code = code
    self.reason = reason
  }
}
