import Accounting
import JSON
import Messages
import Postgres
import Recognition
import ReportNotes
import Reports

// What the journal told beside its entries, as reports ask for it.
extension LedgerStore {
  func obligations(asOf: Instant?) throws -> [ObligationNote] {
    try latest("obligation_standing", by: "line", asOf).flatMap { data in
      try JSONDocument(parsing: data).root.elements.map { ObligationNote(try ObligationStanding($0)) }
    }.sorted { ($0.transaction, $0.line) < ($1.transaction, $1.line) }
  }

  func contracts(at moment: Instant, asOf: Instant?) throws -> [ContractNote] {
    let calendar = try configuration().calendar
    return ContractNote.notes(
      try latest("contract_standing", by: "contract", asOf).map { data in
        try ContractStanding(JSONDocument(parsing: data).root).metrics(at: moment, in: calendar)
      })
  }

  func cash(asOf: Instant?) throws -> [CashNote] {
    CashNote.told(by: try told(MoneyTold.types, asOf: asOf), try configuration())
  }

  /// How many facts were told; at an earlier time, nobody counted.
  func tellings(asOf: Instant?) throws -> [TellingNote] {
    guard asOf == nil else { return [] }
    return try connection.query(
      """
      SELECT source, told, booked, (
          SELECT count(*) FROM open_fact WHERE state = 'waiting' AND open_fact.account = $1 AND open_fact.livemode = $2
            AND open_fact.source = telling.source),
        (SELECT count(*) FROM open_fact WHERE state = 'refused' AND open_fact.account = $1 AND open_fact.livemode = $2
            AND open_fact.source = telling.source)
      FROM telling WHERE account = $1 AND livemode = $2 ORDER BY source COLLATE "C"
      """, book
    ).map { row in
      TellingNote(
        source: row.text(0), told: Int(row.int(1)), booked: Int(row.int(2)), waiting: Int(row.int(3)),
        refused: Int(row.int(4)))
    }
  }

  func configuration(asOf: Instant?) throws -> ConfigurationNotes {
    let facts = try told(Configuration.types, asOf: asOf)
    var configuration = Configuration()
    configuration.take(facts)
    let refused = Set(try openFacts().filter { $0.state == .refused }.map(\.fact))
    return ConfigurationNotes(facts.filter { !refused.contains($0.id) }, configuration)
  }

  /// Of each thing, what was told of it last.
  private func latest(_ table: String, by id: String, _ asOf: Instant?) throws -> [[UInt8]] {
    try connection.query(
      """
      SELECT data FROM (
        SELECT DISTINCT ON (\(id)) data FROM \(table) AS standing
        WHERE account = $1 AND livemode = $2 AND ($3::timestamptz IS NULL OR EXISTS (
          SELECT FROM posting WHERE posting.lane = standing.lane AND posting.sequence = standing.sequence
            AND posting.recorded_time <= $3))
        ORDER BY \(id), sequence DESC
      ) AS last WHERE data IS NOT NULL
      """, book + [.optionalInstant(asOf?.microseconds)]
    ).map { $0.bytes(0) }
  }
}
