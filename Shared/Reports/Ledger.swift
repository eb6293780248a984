import Accounting

/// Where reports take their rows from: a database, or entries in memory.
///
/// What is beside the entries is asked for only by reports that need it. A ledger that has entries only has nothing to add.
public protocol Ledger {
  /// The first and the last period that holds an entry; nil while there is none.
  func extent(asOf: Instant?) throws -> ClosedRange<AccountingPeriod>?
  /// The rows of the selection.
  func rows(_ selection: LedgerSelection) throws -> [LedgerRow]
  /// The facts that are not in the books, in the order they were told.
  func openFacts() throws -> [OpenFact]
  /// What is known of transactions beside their entries, by id.
  func transactions(asOf: Instant?) throws -> [String: TransactionNotes]
  /// What is deferred until it is fulfilled.
  func obligations(asOf: Instant?) throws -> [ObligationNote]
  /// Where contracts stand at the end of the period that holds a moment.
  func contracts(at moment: Instant, asOf: Instant?) throws -> [ContractNote]
  /// The money that processors told of.
  func cash(asOf: Instant?) throws -> [CashNote]
  /// How many facts each source told, and what has become of them.
  func tellings(asOf: Instant?) throws -> [TellingNote]
  /// What the account has configured.
  func configuration(asOf: Instant?) throws -> ConfigurationNotes
}

extension Ledger {
  /// Nothing beside the entries.
  public func transactions(asOf: Instant?) -> [String: TransactionNotes] { [:] }
  /// Nothing beside the entries.
  public func obligations(asOf: Instant?) -> [ObligationNote] { [] }
  /// Nothing beside the entries.
  public func contracts(at moment: Instant, asOf: Instant?) -> [ContractNote] { [] }
  /// Nothing beside the entries.
  public func cash(asOf: Instant?) -> [CashNote] { [] }
  /// Nothing beside the entries.
  public func tellings(asOf: Instant?) -> [TellingNote] { [] }
  /// Nothing beside the entries.
  public func configuration(asOf: Instant?) -> ConfigurationNotes { ConfigurationNotes() }
}
