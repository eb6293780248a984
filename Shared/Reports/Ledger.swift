import Accounting

/// Where reports take their rows from: a database, or entries in memory.
public protocol Ledger {
  /// The first and the last period that holds an entry; nil while there is none.
  func extent(asOf: Instant?) throws -> ClosedRange<AccountingPeriod>?
  /// The rows of the selection.
  func rows(_ selection: LedgerSelection) throws -> [LedgerRow]
  /// The facts that are not in the books, in the order they were told.
  func openFacts() throws -> [OpenFact]
  /// What is known of transactions beside their entries, by id; empty where the ledger has entries only.
  func transactions() throws -> [String: TransactionNotes]
  /// What is deferred until it is fulfilled; empty where the ledger has entries only.
  func obligations() throws -> [ObligationNote]
  /// Where contracts stand; empty where the ledger has entries only.
  func contracts() throws -> [ContractNote]
}

extension Ledger {
  /// Nothing beside the entries.
  public func transactions() -> [String: TransactionNotes] { [:] }
  /// Nothing beside the entries.
  public func obligations() -> [ObligationNote] { [] }
  /// Nothing beside the entries.
  public func contracts() -> [ContractNote] { [] }
}

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

  /// A ledger of these entries.
  public init(_ rows: [LedgerRow], open: [OpenFact] = []) {
    self.rows = rows
    self.open = open
  }

  /// The facts that gave no entries.
  public func openFacts() -> [OpenFact] { open }
  /// What is known of transactions beside their entries.
  public func transactions() -> [String: TransactionNotes] { known }
  /// What is deferred until it is fulfilled.
  public func obligations() -> [ObligationNote] { promised }
  /// Where contracts stand.
  public func contracts() -> [ContractNote] { signed }

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
