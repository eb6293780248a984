import Accounting
import Messages
import Postgres

/// The SQL of items and of what was told of their usage: one function for each question.
///
/// Rows are given, and locked, in rising order of their keys, so that transactions wait for each other in one direction only.
struct UsageStore {
  let connection: PostgresConnection
  /// How many lanes the installation has.
  let lanes: Int

  // MARK: - Items

  /// The boundaries of these items, as they stay until the transaction ends.
  func share(_ items: [UsageItemKey]) throws -> [UsageItemKey: [Instant]] {
    guard !items.isEmpty else { return [:] }
    var boundaries = try found(
      """
      SELECT account, livemode, item, boundaries
      FROM unnest($1::text[], $2::boolean[], $3::text[]) AS asked (account, livemode, item)
      JOIN usage_item AS known USING (account, livemode, item)
      ORDER BY known.account, known.livemode, known.item FOR SHARE OF known
      """, items)
    let missing = items.filter { boundaries[$0] == nil }
    guard !missing.isEmpty else { return boundaries }
    // The update of a row that has appeared meanwhile changes nothing: it locks the row and reads it as it is now.
    let added = try found(
      """
      INSERT INTO usage_item (account, livemode, item) SELECT * FROM unnest($1::text[], $2::boolean[], $3::text[])
      ON CONFLICT (account, livemode, item) DO UPDATE SET item = excluded.item
      RETURNING account, livemode, item, boundaries
      """, missing)
    boundaries.merge(added) { _, added in added }
    return boundaries
  }

  /// The boundaries of those of these items that are known, as they are now.
  func boundaries(of items: [UsageItemKey]) throws -> [UsageItemKey: [Instant]] {
    try found(
      """
      SELECT account, livemode, item, boundaries
      FROM unnest($1::text[], $2::boolean[], $3::text[]) AS asked (account, livemode, item)
      JOIN usage_item USING (account, livemode, item)
      """, items)
  }

  /// Adds boundaries. From then until the transaction ends nobody else counts usage of these items.
  func add(_ boundaries: [(item: UsageItemKey, at: Instant)]) throws {
    let items = boundaries.map(\.item)
    try connection.execute(
      """
      INSERT INTO usage_item (account, livemode, item, boundaries)
      SELECT account, livemode, item, array_agg(at)
      FROM unnest($1::text[], $2::boolean[], $3::text[], $4::timestamptz[]) AS given (account, livemode, item, at)
      GROUP BY account, livemode, item ORDER BY account COLLATE "C", livemode, item COLLATE "C"
      ON CONFLICT (account, livemode, item) DO UPDATE SET boundaries = usage_item.boundaries || excluded.boundaries
      """, keys(items) + [.instants(boundaries.map(\.at.microseconds))])
  }

  private func found(_ sql: String, _ items: [UsageItemKey]) throws -> [UsageItemKey: [Instant]] {
    var boundaries: [UsageItemKey: [Instant]] = [:]
    for row in try connection.query(sql, keys(items)) {
      let item = UsageItemKey(ledger: ledger(row), item: row.text(2))
      boundaries[item] = row.instants(3).map { Instant(microseconds: $0) }
    }
    return boundaries
  }

  private func keys(_ items: [UsageItemKey]) -> [PostgresValue] {
    ledgers(items.map(\.ledger)) + [.texts(items.map(\.item))]
  }

  // MARK: - Records

  /// A record, ready to be stored.
  struct Record {
    let event: UsageEvent
    let item: String
    let quantity: ExactDecimal

    var key: UsageKey { UsageKey(ledger: event.ledger, usage: event.usage) }
  }

  /// Keeps records whose names and deliveries are both new. Returns which those are.
  func insert(_ records: [Record]) throws -> Set<UsageKey> {
    guard !records.isEmpty else { return [] }
    let rows = try connection.query(
      """
      INSERT INTO usage_event (account, livemode, usage, item, "time", quantity, source, id, digest)
      SELECT account, livemode, usage, item, "time", quantity::numeric, source, id, digest
      FROM unnest($1::text[], $2::boolean[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::text[],
        $8::text[], $9::bytea[])
        AS given (account, livemode, usage, item, "time", quantity, source, id, digest)
      ON CONFLICT DO NOTHING RETURNING account, livemode, usage
      """, parameters(records))
    if rows.count == records.count { return Set(records.map(\.key)) }
    return Set(rows.map { UsageKey(ledger: ledger($0), usage: $0.text(2)) })
  }

  /// Keeps records whose cancellations were told first. Returns which of them were indeed.
  func complete(_ records: [Record]) throws -> Set<UsageKey> {
    guard !records.isEmpty else { return [] }
    let rows = try connection.query(
      """
      UPDATE usage_event AS known SET item = given.item, "time" = given."time", quantity = given.quantity::numeric,
        source = given.source, id = given.id, digest = given.digest
      FROM unnest($1::text[], $2::boolean[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::text[],
        $8::text[], $9::bytea[])
        AS given (account, livemode, usage, item, "time", quantity, source, id, digest)
      WHERE (known.account, known.livemode, known.usage) = (given.account, given.livemode, given.usage)
        AND known.item IS NULL
      RETURNING known.account, known.livemode, known.usage
      """, parameters(records))
    return Set(rows.map { UsageKey(ledger: ledger($0), usage: $0.text(2)) })
  }

  /// Takes back records that were kept in this transaction.
  func remove(_ records: [UsageKey]) throws {
    guard !records.isEmpty else { return }
    try connection.execute(
      """
      DELETE FROM usage_event USING unnest($1::text[], $2::boolean[], $3::text[]) AS given (account, livemode, usage)
      WHERE (usage_event.account, usage_event.livemode, usage_event.usage)
        = (given.account, given.livemode, given.usage)
      """, ledgers(records.map(\.ledger)) + [.texts(records.map(\.usage))])
  }

  private func parameters(_ records: [Record]) -> [PostgresValue] {
    ledgers(records.map(\.event.ledger)) + [
      .texts(records.map(\.event.usage)), .texts(records.map(\.item)),
      .instants(records.map(\.event.time.microseconds)), .texts(records.map(\.quantity.text)),
      .texts(records.map(\.event.source)), .texts(records.map(\.event.id)), .bytesArray(records.map(\.event.digest)),
    ]
  }

  // MARK: - What was told before

  /// What is known of the name and the delivery of an event.
  struct Known {
    /// The record of that name.
    var record: (item: String, time: Instant, quantity: String)?
    /// Whether it has been cancelled, before it was told or after.
    var isCancelled: Bool
    /// What was told under the same source and id.
    var delivery: [UInt8]?
  }

  /// What is known of each of these events, in their order.
  func known(_ events: [UsageEvent]) throws -> [Known] {
    guard !events.isEmpty else { return [] }
    let rows = try connection.query(
      """
      SELECT named.item, named."time", named.quantity::text, named.cancelled_id IS NOT NULL,
        coalesce(delivered.digest, cancellation.cancelled_digest)
      FROM unnest($1::text[], $2::boolean[], $3::text[], $4::text[], $5::text[])
        WITH ORDINALITY AS asked (account, livemode, usage, source, id, number)
      LEFT JOIN usage_event AS named USING (account, livemode, usage)
      LEFT JOIN usage_event AS delivered
        ON (delivered.account, delivered.livemode, delivered.source, delivered.id)
          = (asked.account, asked.livemode, asked.source, asked.id)
      LEFT JOIN usage_event AS cancellation
        ON (cancellation.account, cancellation.livemode, cancellation.cancelled_source, cancellation.cancelled_id)
          = (asked.account, asked.livemode, asked.source, asked.id) AND cancellation.cancelled_id IS NOT NULL
      ORDER BY asked.number
      """,
      ledgers(events.map(\.ledger)) + [
        .texts(events.map(\.usage)), .texts(events.map(\.source)), .texts(events.map(\.id)),
      ])
    return rows.map { row in
      Known(
        record: row.isNull(0) ? nil : (row.text(0), Instant(microseconds: row.instant(1)), row.text(2)),
        isCancelled: row.bool(3), delivery: row.optionalBytes(4))
    }
  }

  /// Keeps cancellations of records that are not cancelled yet. Returns those, and of each the record if it is known.
  func cancel(_ events: [UsageEvent]) throws -> [UsageKey: (item: UsageItemKey, time: Instant)?] {
    guard !events.isEmpty else { return [:] }
    let rows = try connection.query(
      """
      INSERT INTO usage_event (account, livemode, usage, cancelled_source, cancelled_id, cancelled_digest)
      SELECT * FROM unnest($1::text[], $2::boolean[], $3::text[], $4::text[], $5::text[], $6::bytea[])
      ON CONFLICT (account, livemode, usage) DO UPDATE SET cancelled_source = excluded.cancelled_source,
        cancelled_id = excluded.cancelled_id, cancelled_digest = excluded.cancelled_digest
        WHERE usage_event.cancelled_id IS NULL
      RETURNING account, livemode, usage, item, "time"
      """,
      ledgers(events.map(\.ledger)) + [
        .texts(events.map(\.usage)), .texts(events.map(\.source)), .texts(events.map(\.id)),
        .bytesArray(events.map(\.digest)),
      ])
    var cancelled: [UsageKey: (item: UsageItemKey, time: Instant)?] = [:]
    for row in rows {
      let ledger = ledger(row)
      let record: (item: UsageItemKey, time: Instant)? =
        row.isNull(3)
        ? nil : (UsageItemKey(ledger: ledger, item: row.text(3)), Instant(microseconds: row.instant(4)))
      cancelled[UsageKey(ledger: ledger, usage: row.text(2))] = .some(record)
    }
    return cancelled
  }

  // MARK: - Rejections

  /// Keeps what cannot be taken. Returns the offsets of what was not rejected before.
  func reject(_ rejections: [UsageRejection]) throws -> Set<Int64> {
    guard !rejections.isEmpty else { return [] }
    let rows = try connection.query(
      """
      INSERT INTO rejection (partition, record_offset, digest, code, param, message, bytes)
      SELECT partition, record_offset, digest, code, param, message, bytes
      FROM unnest($1::integer[], $2::bigint[], $3::bytea[], $4::text[], $5::text[], $6::text[], $7::bytea[])
        AS given (partition, record_offset, digest, code, param, message, bytes)
      ON CONFLICT DO NOTHING RETURNING record_offset
      """,
      [
        .int32s(rejections.map(\.partition)), .ints(rejections.map(\.offset)), .bytesArray(rejections.map(\.digest)),
        .texts(rejections.map(\.code)), .optionalTexts(rejections.map(\.param)), .texts(rejections.map(\.message)),
        .bytesArray(rejections.map(\.record)),
      ])
    return Set(rows.map { $0.int(0) })
  }

  // MARK: - Keys

  func ledgers(_ ledgers: [LedgerID]) -> [PostgresValue] {
    [.texts(ledgers.map(\.account)), .bools(ledgers.map(\.livemode))]
  }

  func ledger(_ row: PostgresRow) -> LedgerID {
    LedgerID(account: row.text(0), livemode: row.bool(1))
  }
}
