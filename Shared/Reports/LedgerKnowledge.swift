/// What a report asks of facts beside the entries that they gave.
public enum LedgerKnowledge: String, CaseIterable, Sendable {
  /// What is known of transactions: when they are due, what the business noted, which bill contracts.
  case transactions
  /// What is deferred until it is fulfilled.
  case obligations
  /// Where contracts stand.
  case contracts
  /// Which rules treat what.
  case rules
  /// The money that processors told of.
  case cash
  /// How many facts were told, and what has become of them.
  case tellings
  /// What the account has configured.
  case configuration
}
