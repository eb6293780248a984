import JSON
import Messages
import Postgres
import ServiceKit

/// The SQL of Ingestion beside the counting of usage: one function for each question.
struct IngestionStore {
  let connection: PostgresConnection

  /// The log of facts, with the columns that hold each delivery's identity.
  static let log = LogTable(name: "fact") { drafts in
    [
      ("source", .texts(drafts.map(\.source))), ("id", .texts(drafts.map(\.id))),
      (
        "digest",
        .bytesArray(drafts.map { IncomingFact.digest(type: $0.type, time: $0.time, data: $0.data) })
      ),
    ]
  }

  /// What was told under the names of these facts, where something was.
  func digests(of facts: [IncomingFact]) throws -> [FactIdentity: [UInt8]] {
    let rows = try connection.query(
      """
      SELECT asked.number, fact.digest
      FROM unnest($1::text[], $2::boolean[], $3::text[], $4::text[])
        WITH ORDINALITY AS asked (account, livemode, source, id, number)
      JOIN fact USING (account, livemode, source, id)
      """,
      [
        .texts(facts.map(\.ledger.account)), .bools(facts.map(\.ledger.livemode)),
        .texts(facts.map(\.draft.source)), .texts(facts.map(\.draft.id)),
      ])
    return Dictionary(rows.map { (facts[Int($0.int(0)) - 1].identity, $0.bytes(1)) }) { first, _ in first }
  }

  /// The settings that were told in a lane, in order.
  func settings(ofLane lane: Int) throws -> [[UInt8]] {
    try connection.query(
      "SELECT bytes FROM fact WHERE lane = $1 AND type = 'settings.changed' ORDER BY sequence", [.int(Int64(lane))]
    ).map { $0.bytes(0) }
  }

  /// Keeps what has become of facts; a later outcome replaces an earlier.
  func setOutcomes(_ outcomes: [(ledger: LedgerID, outcome: Outcome)]) throws {
    var latest: [FactIdentity: Int] = [:]
    for (index, one) in outcomes.enumerated() {
      latest[FactIdentity(ledger: one.ledger, source: one.outcome.source, id: one.outcome.id)] = index
    }
    let kept = latest.values.sorted().map { outcomes[$0] }
    guard !kept.isEmpty else { return }
    try connection.execute(
      """
      INSERT INTO outcome (account, livemode, source, id, status, code, message)
      SELECT * FROM unnest($1::text[], $2::boolean[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
      ON CONFLICT (account, livemode, source, id)
        DO UPDATE SET status = excluded.status, code = excluded.code, message = excluded.message
      """,
      [
        .texts(kept.map(\.ledger.account)), .bools(kept.map(\.ledger.livemode)), .texts(kept.map(\.outcome.source)),
        .texts(kept.map(\.outcome.id)), .texts(kept.map(\.outcome.status.rawValue)),
        .optionalTexts(kept.map(\.outcome.code)), .optionalTexts(kept.map(\.outcome.message)),
      ])
  }

  /// What has become of a fact, if that is known.
  func outcome(of identity: FactIdentity) throws -> Outcome? {
    try connection.query(
      """
      SELECT status, code, message FROM outcome WHERE account = $1 AND livemode = $2 AND source = $3 AND id = $4
      """, identity.ledger.parameters + [.text(identity.source), .text(identity.id)]
    ).first.map { row in
      Outcome(
        source: identity.source, id: identity.id, type: FactType.obligationFulfilled.rawValue,
        status: Outcome.Status(rawValue: row.text(0)) ?? .applied, code: row.optionalText(1),
        message: row.optionalText(2))
    }
  }

  /// A fact as it was published, by its name.
  func fact(_ identity: FactIdentity) throws -> Envelope? {
    try connection.query(
      "SELECT bytes FROM fact WHERE account = $1 AND livemode = $2 AND source = $3 AND id = $4",
      identity.ledger.parameters + [.text(identity.source), .text(identity.id)]
    ).first.map { try Envelope(JSONDocument(parsing: $0.bytes(0)).root) }
  }
}
