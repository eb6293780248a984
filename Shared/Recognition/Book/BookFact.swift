import Accounting
import Messages

/// A fact as its book keeps it: what was told, when it happened, and which delivery told it.
public struct BookFact: Hashable, Sendable {
  /// The id of the envelope that told it.
  public var id: String
  /// Who told it.
  public var source: String
  /// When it happened.
  public var time: Instant
  /// What was told.
  public var fact: Fact

  /// A fact of this delivery.
  public init(id: String, source: String, time: Instant, fact: Fact) {
    self.id = id
    self.source = source
    self.time = time
    self.fact = fact
  }
}

/// What RuleEvaluation decided for a line or a payment.
public struct AppliedRule: Hashable, Sendable {
  /// The rule.
  public var rule: String
  /// The id of the envelope that set it, so that a figure can be traced to the words of its day.
  public var version: String
  /// Its name.
  public var name: String
  /// What it does.
  public var treatments: [Treatment]

  /// A rule's decision.
  public init(rule: String, version: String, name: String, treatments: [Treatment]) {
    self.rule = rule
    self.version = version
    self.name = name
    self.treatments = treatments
  }
}

/// Everything a book's entries depend on.
public struct BookInput: Sendable {
  /// Its facts, in order of arrival.
  public var facts: [BookFact]
  /// The rules that treat its lines, items and payments.
  public var applied: [Reference: AppliedRule]
  /// What the account has configured.
  public var configuration: Configuration
  /// What was posted so far. Only entries made by hand depend on it: what was booked while its period was open stays.
  public var posted: PostedState

  /// A book.
  public init(
    facts: [BookFact], applied: [Reference: AppliedRule], configuration: Configuration,
    posted: PostedState = PostedState()
  ) {
    self.facts = facts
    self.applied = applied
    self.configuration = configuration
    self.posted = posted
  }
}

/// What a book's facts amount to.
public struct BookOutput: Sendable {
  /// Every entry the book should have, past and scheduled, in the periods they belong to.
  public var runs: [EntryRun] = []
  /// The facts that the business refuses, by envelope id, and why.
  public var refusals: [(fact: String, refusal: Refusal)] = []
  /// The facts that wait, by envelope id, and for what.
  public var waiting: [(fact: String, for: Reference)] = []
  /// The pairs whose published rates were asked for; a rate of another pair changes nothing.
  public var rates: Set<CurrencyPair> = []
  /// The facts that were told before, by envelope id.
  public var duplicates: [String] = []
}
