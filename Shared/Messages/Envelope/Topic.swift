/// A Kafka topic of the pipeline. Its full name is `prefix.name`; the prefix is `earned` unless configured.
public enum Topic: String, CaseIterable, Sendable {
  /// Facts in lane order, from Ingestion to RuleEvaluation.
  case facts
  /// Facts with the treatments that apply, from RuleEvaluation to ObligationFulfillment.
  case evaluations
  /// Postings and outcomes, from ObligationFulfillment to Reporting and back to Ingestion.
  case journal
  /// How far each reader has come in each lane of each topic; compacted.
  case positions
  /// What was told and cannot be taken, with the reason.
  case rejected
  /// Usage events from producers.
  case usage
  /// Finished report runs.
  case reports

  /// The topic's name on the broker.
  public func name(prefix: String) -> String { "\(prefix).\(rawValue)" }
}

/// The types of messages that services exchange beside facts.
public enum MessageType {
  /// A fact with the treatments that RuleEvaluation found for it.
  public static let evaluation = "earned.evaluation"
  /// Treatments that a rule or catalog change has altered.
  public static let reevaluation = "earned.reevaluation"
  /// What one fact, or one change of rules or settings, did to one book.
  public static let posting = "earned.posting"
  /// How far a lane's log goes and through when it is complete; not numbered.
  public static let beat = "earned.beat"
  /// How far a reader has come.
  public static let statement = "earned.statement"
}
