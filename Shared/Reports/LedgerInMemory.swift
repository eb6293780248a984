import Accounting

/// Entries in memory, in posting order. What was known at an earlier instant is for whoever fills it to decide.
public struct LedgerInMemory: Ledger, Sendable {
  /// The entries, in posting order.
  public var rows: [LedgerRow]
  /// The facts that gave no entries, in the order they were told.
  public var open: [OpenFact]
  /// What is known of transactions beside their entries, by id.
  public var known: [String: TransactionNotes] = [:]
  /// What is deferred until it is fulfilled.
  public var promised: [ObligationNote] = []
  /// Where contracts stand.
  public var signed: [ContractNote] = []
  /// The money that processors told of.
  public var money: [CashNote] = []
  /// How many facts were told, and what has become of them.
  public var told: [TellingNote] = []
  /// What the account has configured.
  public var configured = ConfigurationNotes()

  /// A ledger of these entries.
  public init(_ rows: [LedgerRow], open: [OpenFact] = []) {
    self.rows = rows
    self.open = open
  }

  /// The facts that gave no entries.
  public func openFacts() -> [OpenFact] { open }
  /// What is known of transactions beside their entries.
  public func transactions(asOf: Instant?) -> [String: TransactionNotes] { known }
  /// What is deferred until it is fulfilled.
  public func obligations(asOf: Instant?) -> [ObligationNote] { promised }
  /// Where contracts stand.
  public func contracts(at moment: Instant, asOf: Instant?) -> [ContractNote] { signed }
  /// The money that processors told of.
  public func cash(asOf: Instant?) -> [CashNote] { money }
  /// How many facts were told.
  public func tellings(asOf: Instant?) -> [TellingNote] { told }
  /// What the account has configured.
  public func configuration(asOf: Instant?) -> ConfigurationNotes { configured }

  /// The first and the last period of the entries; what was known when makes no difference here.
  public func extent(asOf: Instant?) -> ClosedRange<AccountingPeriod>? {
    guard var low = rows.first?.period else { return nil }
    var high = low
    for row in rows {
      low = min(low, row.period)
      high = max(high, row.period)
    }
    return low...high
  }

  /// The entries of the selection, one by one.
  public func rows(_ selection: LedgerSelection) -> [LedgerRow] {
    let found = rows.lazy.filter { selection.holds($0) && $0.amount != 0 }
    guard let limit = selection.limit else { return Array(found) }
    return Array(found.prefix(limit))
  }
}
