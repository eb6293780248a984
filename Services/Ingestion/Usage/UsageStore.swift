import Accounting
import Messages
import Postgres
import Recognition

/// The SQL of what was told of usage: one function for each question.
///
/// Rows are given, and locked, in rising order of their keys, so that transactions wait for each other in one direction only.
struct UsageStore {
  let connection: PostgresConnection
  /// How many lanes the installation has.
  let lanes: Int

  // MARK: - Records

  /// A record, ready to be stored.
  struct Record {
    let event: UsageEvent
    let data: UsageRecorded

    var source: UsageSourceKey { UsageSourceKey(ledger: event.ledger, source: UsageSource(of: data)) }
    var price: UsagePrice { UsagePrice(data.unitAmount) }
    var key: UsageKey { UsageKey(ledger: event.ledger, usage: event.usage) }
  }

  /// Keeps records whose names and deliveries are both new. Returns which those are.
  func insert(_ records: [Record]) throws -> Set<UsageKey> {
    guard !records.isEmpty else { return [] }
    let rows = try connection.query(
      """
      INSERT INTO usage_event (
        account, livemode, usage, item, meter, customer, "time", quantity, unit_amount, source, id, digest)
      SELECT account, livemode, usage, item, meter, customer, "time", quantity::numeric, unit_amount, source, id, digest
      FROM unnest($1::text[], $2::boolean[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
        $8::text[], $9::text[], $10::text[], $11::text[], $12::bytea[])
        AS given (account, livemode, usage, item, meter, customer, "time", quantity, unit_amount, source, id, digest)
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
      UPDATE usage_event AS known SET item = given.item, meter = given.meter, customer = given.customer,
        "time" = given."time", quantity = given.quantity::numeric, unit_amount = given.unit_amount,
        source = given.source, id = given.id, digest = given.digest
      FROM unnest($1::text[], $2::boolean[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
        $8::text[], $9::text[], $10::text[], $11::text[], $12::bytea[])
        AS given (account, livemode, usage, item, meter, customer, "time", quantity, unit_amount, source, id, digest)
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
      .texts(records.map(\.event.usage)), .texts(records.map(\.source.item)), .texts(records.map(\.source.meter)),
      .texts(records.map(\.source.customer)), .instants(records.map(\.event.time.microseconds)),
      .texts(records.map(\.data.quantity.text)), .texts(records.map(\.price.text)),
      .texts(records.map(\.event.source)), .texts(records.map(\.event.id)), .bytesArray(records.map(\.event.digest)),
    ]
  }

  // MARK: - What was told before

  /// What a record says.
  struct Told: Hashable {
    let source: UsageSourceKey
    let time: Instant
    let quantity: String
    let price: UsagePrice
  }

  /// What is known of the name and the delivery of an event.
  struct Known {
    /// The record of that name.
    var record: Told?
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
      SELECT asked.account, asked.livemode, named.item, named.meter, named.customer, named."time",
        named.quantity::text, named.unit_amount, named.cancelled_id IS NOT NULL,
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
        record: row.isNull(2)
          ? nil
          : Told(
            source: source(row), time: Instant(microseconds: row.instant(5)), quantity: row.text(6),
            price: UsagePrice(stored: row.text(7))),
        isCancelled: row.bool(8), delivery: row.optionalBytes(9))
    }
  }

  /// A record that has been cancelled.
  struct Cancelled {
    let source: UsageSourceKey
    let time: Instant
    let price: UsagePrice
  }

  /// Keeps cancellations of records that are not cancelled yet. Returns those, and of each the record if it is known.
  func cancel(_ events: [UsageEvent]) throws -> [UsageKey: Cancelled?] {
    guard !events.isEmpty else { return [:] }
    let rows = try connection.query(
      """
      INSERT INTO usage_event (account, livemode, usage, cancelled_source, cancelled_id, cancelled_digest)
      SELECT * FROM unnest($1::text[], $2::boolean[], $3::text[], $4::text[], $5::text[], $6::bytea[])
      ON CONFLICT (account, livemode, usage) DO UPDATE SET cancelled_source = excluded.cancelled_source,
        cancelled_id = excluded.cancelled_id, cancelled_digest = excluded.cancelled_digest
        WHERE usage_event.cancelled_id IS NULL
      RETURNING account, livemode, item, meter, customer, "time", unit_amount, usage
      """,
      ledgers(events.map(\.ledger)) + [
        .texts(events.map(\.usage)), .texts(events.map(\.source)), .texts(events.map(\.id)),
        .bytesArray(events.map(\.digest)),
      ])
    var cancelled: [UsageKey: Cancelled?] = [:]
    for row in rows {
      let record =
        row.isNull(2)
        ? nil
        : Cancelled(
          source: source(row), time: Instant(microseconds: row.instant(5)), price: UsagePrice(stored: row.text(6)))
      cancelled[UsageKey(ledger: ledger(row), usage: row.text(7))] = .some(record)
    }
    return cancelled
  }

  /// What a row names after the account.
  func source(_ row: PostgresRow) -> UsageSourceKey {
    UsageSourceKey(ledger: ledger(row), item: row.text(2), meter: row.text(3), customer: row.text(4))
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
