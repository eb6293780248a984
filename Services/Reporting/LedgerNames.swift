import Accounting
import JSON
import Messages
import Postgres
import Recognition
import Reports

// What an account calls its periods and its accounts, as told so far.
extension LedgerStore {
  /// What the account has configured, as far as reports depend on it: its calendar and its mappings.
  func configuration() throws -> Configuration {
    var configuration = Configuration()
    let types: [FactType] = [.settingsChanged, .accountMappingSet, .accountMappingDeleted]
    configuration.take(try told(types))
    return configuration
  }

  /// What accounts are called in the general ledger; nil where nothing is mapped.
  func generalLedger(_ configuration: Configuration) throws -> GeneralLedger? {
    guard !configuration.mappings.isEmpty else { return nil }
    var catalog = Catalog()
    for fact in try told([.customerUpdated]) { _ = catalog.apply(fact) }
    return GeneralLedger(configuration, catalog, try bookedTransactions(asOf: nil))
  }

  /// The transactions that were told, in the order told.
  func bookedTransactions(asOf: Instant?) throws -> [BookedTransaction] {
    try connection.query(
      """
      SELECT data FROM booked_transaction
      WHERE account = $1 AND livemode = $2 AND ($3::timestamptz IS NULL OR EXISTS (
        SELECT FROM posting WHERE posting.lane = booked_transaction.lane AND posting.sequence = booked_transaction.sequence
          AND posting.recorded_time <= $3))
      ORDER BY sequence
      """, book + [.optionalInstant(asOf?.microseconds)]
    ).map { try BookedTransaction(JSONDocument(parsing: $0.bytes(0)).root) }
  }

  /// The facts of these types, in the order told.
  func told(_ types: [FactType], asOf: Instant? = nil) throws -> [BookFact] {
    let rows = try connection.query(
      """
      SELECT type, source, fact, time, data FROM told_fact WHERE account = $1 AND livemode = $2 AND type = ANY ($3)
        AND ($4::timestamptz IS NULL OR EXISTS (
          SELECT FROM posting WHERE posting.lane = told_fact.lane AND posting.sequence = told_fact.sequence
            AND posting.recorded_time <= $4))
      ORDER BY sequence
      """, book + [.texts(types.map(\.rawValue)), .optionalInstant(asOf?.microseconds)])
    return try rows.map { row in
      BookFact(
        id: row.text(2), source: row.text(1), time: Instant(microseconds: row.instant(3)),
        fact: try Fact.decode(type: row.text(0), data: JSONDocument(parsing: row.bytes(4)).root))
    }
  }
}

extension Configuration {
  /// Takes in what was told.
  mutating func take(_ facts: [BookFact]) {
    // A mapping that is refused maps nothing until nothing is in its way; reports are made of the others.
    for fact in facts { _ = try? apply(fact) }
  }
}
