import Accounting
import Messages
import Postgres
import Recognition

/// The SQL of totals: one function for each question.
extension UsageStore {
  /// A slice that is to be counted from its records.
  struct Recount {
    let slice: UsageSlice
    /// Whether it has a total even if no record is left in it.
    let isKept: Bool
    /// When its records were last told of, in whatever slice.
    let toldAt: Instant
  }

  /// Makes the totals of slices that have none, and keeps everyone else from all of them until the transaction ends.
  func lock(_ slices: [UsageSlice]) throws {
    try connection.execute(
      """
      INSERT INTO usage_total (
        account, livemode, item, slice_from, slice_to, quantity, events, largest, last, last_at, last_usage)
      SELECT account, livemode, item, slice_from, slice_to, 0, 0, 0, 0, slice_from, ''
      FROM unnest($1::text[], $2::boolean[], $3::text[], $4::timestamptz[], $5::timestamptz[])
        AS given (account, livemode, item, slice_from, slice_to)
      ON CONFLICT (account, livemode, item, slice_from) DO UPDATE SET item = excluded.item
      """, keys(slices))
  }

  /// Adds records to the totals of slices, and marks them as still to be told. Returns those totals that have become too
  /// large to be told.
  func add(_ sums: [(slice: UsageSlice, sum: UsageSum)]) throws -> [UsageSlice: ExactDecimal] {
    guard !sums.isEmpty else { return [:] }
    let slices = sums.map(\.slice)
    let rows = try connection.query(
      """
      WITH added AS (
        INSERT INTO usage_total AS known (
          account, livemode, item, slice_from, slice_to, quantity, events, largest, last, last_at, last_usage,
          dirty_lane)
        SELECT account, livemode, item, slice_from, slice_to, quantity::numeric, events, largest::numeric,
          last::numeric, last_at, last_usage, lane
        FROM unnest($1::text[], $2::boolean[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::text[],
          $7::bigint[], $8::text[], $9::text[], $10::timestamptz[], $11::text[], $12::integer[])
          AS given (account, livemode, item, slice_from, slice_to, quantity, events, largest, last, last_at,
            last_usage, lane)
        ON CONFLICT (account, livemode, item, slice_from) DO UPDATE SET
          quantity = known.quantity + excluded.quantity,
          events = known.events + excluded.events,
          largest = CASE WHEN known.events = 0 THEN excluded.largest ELSE greatest(known.largest, excluded.largest) END,
          last = CASE WHEN (excluded.last_at, excluded.last_usage) > (known.last_at, known.last_usage)
            THEN excluded.last ELSE known.last END,
          last_at = greatest(known.last_at, excluded.last_at),
          last_usage = CASE WHEN (excluded.last_at, excluded.last_usage) > (known.last_at, known.last_usage)
            THEN excluded.last_usage ELSE known.last_usage END,
          dirty_lane = excluded.dirty_lane
        RETURNING account, livemode, item, slice_from, slice_to, quantity)
      SELECT account, livemode, item, slice_from, slice_to, quantity::text FROM added WHERE abs(quantity) > $13
      """,
      keys(slices) + [
        .texts(sums.map(\.sum.quantity.text)), .ints(sums.map(\.sum.events)), .texts(sums.map(\.sum.largest.text)),
        .texts(sums.map { ($0.sum.last?.quantity ?? .zero).text }),
        .instants(sums.map { ($0.sum.last?.time ?? $0.slice.from).microseconds }),
        .texts(sums.map { $0.sum.last?.id ?? "" }), lanes(of: slices), .int(FactLimits.amountMinorUnits),
      ])
    var tooLarge: [UsageSlice: ExactDecimal] = [:]
    for row in rows { tooLarge[slice(row)] = quantity(row, 5) }
    return tooLarge
  }

  /// Counts slices from their records, and marks their totals as still to be told.
  func count(_ recounts: [Recount]) throws {
    guard !recounts.isEmpty else { return }
    let slices = recounts.map(\.slice)
    try connection.execute(
      """
      INSERT INTO usage_total (
        account, livemode, item, slice_from, slice_to, quantity, events, largest, last, last_at, last_usage, told_at,
        dirty_lane)
      SELECT asked.account, asked.livemode, asked.item, slice_from, slice_to, coalesce(counted.quantity, 0),
        counted.events, coalesce(largest, 0), coalesce(latest.quantity, 0), coalesce(latest."time", slice_from),
        coalesce(latest.usage, ''), told_at, lane
      FROM unnest($1::text[], $2::boolean[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::boolean[],
        $7::timestamptz[], $8::integer[])
        AS asked (account, livemode, item, slice_from, slice_to, is_kept, told_at, lane)
      CROSS JOIN LATERAL (
        SELECT sum(quantity) AS quantity, count(*) AS events, max(quantity) AS largest FROM usage_event AS event
        WHERE (event.account, event.livemode, event.item) = (asked.account, asked.livemode, asked.item)
          AND "time" >= slice_from AND "time" < slice_to AND cancelled_id IS NULL) AS counted
      LEFT JOIN LATERAL (
        SELECT quantity, "time", usage FROM usage_event AS event
        WHERE (event.account, event.livemode, event.item) = (asked.account, asked.livemode, asked.item)
          AND "time" >= slice_from AND "time" < slice_to AND cancelled_id IS NULL
        ORDER BY "time" DESC, usage DESC LIMIT 1) AS latest ON true
      WHERE is_kept OR events > 0
      ON CONFLICT (account, livemode, item, slice_from) DO UPDATE SET
        slice_to = excluded.slice_to, quantity = excluded.quantity, events = excluded.events,
        largest = excluded.largest, last = excluded.last, last_at = excluded.last_at,
        last_usage = excluded.last_usage, dirty_lane = excluded.dirty_lane
      """,
      keys(slices) + [
        .bools(recounts.map(\.isKept)), .instants(recounts.map(\.toldAt.microseconds)), lanes(of: slices),
      ])
  }

  /// When each of these slices was last told of; slices without a total are left out.
  func toldAt(_ slices: [UsageSlice]) throws -> [UsageSlice: Instant] {
    guard !slices.isEmpty else { return [:] }
    let rows = try connection.query(
      """
      SELECT account, livemode, item, slice_from, asked.slice_to, told_at
      FROM unnest($1::text[], $2::boolean[], $3::text[], $4::timestamptz[], $5::timestamptz[])
        AS asked (account, livemode, item, slice_from, slice_to)
      JOIN usage_total USING (account, livemode, item, slice_from)
      """, keys(slices))
    return Dictionary(rows.map { (slice($0), Instant(microseconds: $0.instant(5))) }) { first, _ in first }
  }

  /// A total that is to be told, for the so-manieth time.
  struct Telling {
    let ledger: LedgerID
    let total: UsageTotaled
    let version: Int64
  }

  /// Takes totals of a lane that were not told in the last second, those that have waited longest first, and marks them told.
  /// - Parameter atOnce: those that were told in the last second as well.
  func take(lane: Int, atMost limit: Int, atOnce: Bool = false) throws -> [Telling] {
    // A total that is being added to is left to the next time: whoever adds to it may be waiting for this transaction.
    let rows = try connection.query(
      """
      WITH due AS (
        SELECT account, livemode, item, slice_from FROM usage_total
        WHERE dirty_lane = $1 AND ($3 OR told_at <= clock_timestamp() - interval '1 s')
        ORDER BY told_at, account, livemode, item, slice_from LIMIT $2 FOR UPDATE SKIP LOCKED
      ), told AS (
        UPDATE usage_total AS total SET version = version + 1, told_at = clock_timestamp(), dirty_lane = NULL
        FROM due
        WHERE (total.account, total.livemode, total.item, total.slice_from)
          = (due.account, due.livemode, due.item, due.slice_from)
        RETURNING total.*
      )
      SELECT account, livemode, item, slice_from, slice_to, quantity::text, events, largest::text, last::text, last_at,
        version
      FROM told ORDER BY account, livemode, item, slice_from
      """, [.int(Int64(lane)), .int(Int64(limit)), .bool(atOnce)])
    return rows.map { row in
      let slice = slice(row)
      return Telling(
        ledger: slice.item.ledger,
        total: UsageTotaled(
          subscriptionItem: slice.item.item, from: slice.from, to: slice.to, quantity: quantity(row, 5),
          events: row.int(6), max: quantity(row, 7), last: quantity(row, 8),
          lastAt: Instant(microseconds: row.instant(9))),
        version: row.int(10))
    }
  }

  /// Whether a lane has totals to tell.
  func isDue(lane: Int) throws -> Bool {
    try connection.query(
      """
      SELECT EXISTS (
        SELECT FROM usage_total WHERE dirty_lane = $1 AND told_at <= clock_timestamp() - interval '1 s')
      """, [.int(Int64(lane))])[0].bool(0)
  }

  private func keys(_ slices: [UsageSlice]) -> [PostgresValue] {
    ledgers(slices.map(\.item.ledger)) + [
      .texts(slices.map(\.item.item)), .instants(slices.map(\.from.microseconds)),
      .instants(slices.map(\.to.microseconds)),
    ]
  }

  private func lanes(of slices: [UsageSlice]) -> PostgresValue {
    .int32s(slices.map { Int32($0.item.ledger.lane(of: lanes)) })
  }

  private func slice(_ row: PostgresRow) -> UsageSlice {
    UsageSlice(
      item: UsageItemKey(ledger: ledger(row), item: row.text(2)), from: Instant(microseconds: row.instant(3)),
      to: Instant(microseconds: row.instant(4)))
  }

  private func quantity(_ row: PostgresRow, _ column: Int) -> ExactDecimal {
    let text = row.text(column)
    guard let quantity = ExactDecimal(text) else { return ExactDecimal(.max) }
    return quantity
  }
}
