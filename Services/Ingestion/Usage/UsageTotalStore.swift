import Accounting
import Messages
import Postgres
import Recognition

/// The SQL of totals: one function for each question.
extension UsageStore {
  /// A slice that is to be counted from its records.
  struct Recount {
    let slice: UsageSlice
    /// The price whose records are counted; nil: of every price.
    let price: UsagePrice?
    /// When its records were last told of, in whatever slice.
    let toldAt: Instant
  }

  /// Makes the totals that there are not yet, and keeps everyone else from all of them until the transaction ends.
  func lock(_ totals: [UsageTotalKey]) throws {
    try connection.execute(
      """
      INSERT INTO usage_total (
        account, livemode, item, slice_from, slice_to, unit_amount, quantity, events, largest, last, last_at, last_usage)
      SELECT account, livemode, item, slice_from, slice_to, unit_amount, 0, 0, 0, 0, slice_from, ''
      FROM unnest($1::text[], $2::boolean[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::text[])
        AS given (account, livemode, item, slice_from, slice_to, unit_amount)
      ON CONFLICT (account, livemode, item, slice_from, unit_amount) DO UPDATE SET item = excluded.item
      """, keys(totals))
  }

  /// Adds records to totals, and marks them as still to be told. Returns those that have become too large to be told.
  func add(_ sums: [(total: UsageTotalKey, sum: UsageSum)]) throws -> [UsageTotalKey: ExactDecimal] {
    guard !sums.isEmpty else { return [:] }
    let totals = sums.map(\.total)
    let rows = try connection.query(
      """
      WITH added AS (
        INSERT INTO usage_total AS known (
          account, livemode, item, slice_from, slice_to, unit_amount, quantity, events, largest, last, last_at,
          last_usage, dirty_lane)
        SELECT account, livemode, item, slice_from, slice_to, unit_amount, quantity::numeric, events,
          largest::numeric, last::numeric, last_at, last_usage, lane
        FROM unnest($1::text[], $2::boolean[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::text[],
          $7::text[], $8::bigint[], $9::text[], $10::text[], $11::timestamptz[], $12::text[], $13::integer[])
          AS given (account, livemode, item, slice_from, slice_to, unit_amount, quantity, events, largest, last,
            last_at, last_usage, lane)
        ON CONFLICT (account, livemode, item, slice_from, unit_amount) DO UPDATE SET
          slice_to = excluded.slice_to,
          quantity = known.quantity + excluded.quantity,
          events = known.events + excluded.events,
          largest = CASE WHEN known.events = 0 THEN excluded.largest ELSE greatest(known.largest, excluded.largest) END,
          last = CASE WHEN (excluded.last_at, excluded.last_usage) > (known.last_at, known.last_usage)
            THEN excluded.last ELSE known.last END,
          last_at = greatest(known.last_at, excluded.last_at),
          last_usage = CASE WHEN (excluded.last_at, excluded.last_usage) > (known.last_at, known.last_usage)
            THEN excluded.last_usage ELSE known.last_usage END,
          dirty_lane = excluded.dirty_lane
        RETURNING account, livemode, item, slice_from, slice_to, unit_amount, quantity)
      SELECT account, livemode, item, slice_from, slice_to, unit_amount, quantity::text FROM added
      WHERE abs(quantity) > $14
      """,
      keys(totals) + [
        .texts(sums.map(\.sum.quantity.text)), .ints(sums.map(\.sum.events)), .texts(sums.map(\.sum.largest.text)),
        .texts(sums.map { ($0.sum.last?.quantity ?? .zero).text }),
        .instants(sums.map { ($0.sum.last?.time ?? $0.total.slice.time.from).microseconds }),
        .texts(sums.map { $0.sum.last?.id ?? "" }), lanes(of: totals.map(\.slice)), .int(FactLimits.amountMinorUnits),
      ])
    var tooLarge: [UsageTotalKey: ExactDecimal] = [:]
    for row in rows {
      tooLarge[UsageTotalKey(slice: slice(row), price: UsagePrice(stored: row.text(5)))] = quantity(row, 6)
    }
    return tooLarge
  }

  /// Says of slices that nothing was used, and marks their totals as still to be told.
  /// - Parameter prices: the price whose total it is; nil: of every price.
  func clear(_ slices: [UsageSlice], prices: [UsagePrice?]) throws {
    guard !slices.isEmpty else { return }
    try connection.execute(
      """
      UPDATE usage_total AS total SET quantity = 0, events = 0, largest = 0, last = 0, last_at = total.slice_from,
        last_usage = '', dirty_lane = lane
      FROM unnest($1::text[], $2::boolean[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::text[],
        $7::integer[]) AS asked (account, livemode, item, slice_from, slice_to, unit_amount, lane)
      WHERE (total.account, total.livemode, total.item, total.slice_from)
          = (asked.account, asked.livemode, asked.item, asked.slice_from)
        AND total.unit_amount = coalesce(asked.unit_amount, total.unit_amount)
      """, keys(slices) + [.optionalTexts(prices.map { $0?.text }), lanes(of: slices)])
  }

  /// Counts slices from their records, and marks their totals as still to be told.
  func count(_ recounts: [Recount]) throws {
    guard !recounts.isEmpty else { return }
    let slices = recounts.map(\.slice)
    try clear(slices, prices: recounts.map(\.price))
    try connection.execute(
      """
      INSERT INTO usage_total (
        account, livemode, item, slice_from, slice_to, unit_amount, quantity, events, largest, last, last_at,
        last_usage, told_at, dirty_lane)
      SELECT asked.account, asked.livemode, asked.item, slice_from, slice_to, counted.unit_amount, counted.quantity,
        counted.events, largest, latest.quantity, latest."time", latest.usage, told_at, lane
      FROM unnest($1::text[], $2::boolean[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::text[],
        $7::timestamptz[], $8::integer[])
        AS asked (account, livemode, item, slice_from, slice_to, unit_amount, told_at, lane)
      CROSS JOIN LATERAL (
        SELECT unit_amount, sum(quantity) AS quantity, count(*) AS events, max(quantity) AS largest
        FROM usage_counted AS event
        WHERE (event.account, event.livemode, event.item) = (asked.account, asked.livemode, asked.item)
          AND "time" >= slice_from AND "time" < slice_to
          AND event.unit_amount = coalesce(asked.unit_amount, event.unit_amount)
        GROUP BY unit_amount) AS counted
      CROSS JOIN LATERAL (
        SELECT quantity, "time", usage FROM usage_counted AS event
        WHERE (event.account, event.livemode, event.item) = (asked.account, asked.livemode, asked.item)
          AND "time" >= slice_from AND "time" < slice_to AND event.unit_amount = counted.unit_amount
        ORDER BY "time" DESC, usage DESC LIMIT 1) AS latest
      ON CONFLICT (account, livemode, item, slice_from, unit_amount) DO UPDATE SET
        slice_to = excluded.slice_to, quantity = excluded.quantity, events = excluded.events,
        largest = excluded.largest, last = excluded.last, last_at = excluded.last_at,
        last_usage = excluded.last_usage, dirty_lane = excluded.dirty_lane
      """,
      keys(slices) + [
        .optionalTexts(recounts.map { $0.price?.text }), .instants(recounts.map(\.toldAt.microseconds)),
        lanes(of: slices),
      ])
  }

  /// The slices of accounts in which something was used, and when each was last told of.
  func slices(of accounts: [LedgerID]) throws -> [(slice: UsageSlice, toldAt: Instant)] {
    guard !accounts.isEmpty else { return [] }
    return try found(
      """
      SELECT account, livemode, item, slice_from, max(slice_to), max(told_at)
      FROM unnest($1::text[], $2::boolean[]) AS asked (account, livemode)
      JOIN usage_total USING (account, livemode)
      WHERE events > 0 GROUP BY account, livemode, item, slice_from
      """, ledgers(accounts))
  }

  /// The slices in which something was used and that these moments cut, and when each was last told of.
  func slices(cutAt boundaries: [(item: UsageItemKey, at: Instant)]) throws -> [(slice: UsageSlice, toldAt: Instant)] {
    guard !boundaries.isEmpty else { return [] }
    // No day is longer than three, however clocks are set, so that few of an item's totals are looked at.
    return try found(
      """
      SELECT account, livemode, item, slice_from, max(slice_to), max(told_at)
      FROM unnest($1::text[], $2::boolean[], $3::text[], $4::timestamptz[]) AS asked (account, livemode, item, at)
      JOIN usage_total USING (account, livemode, item)
      WHERE slice_from < at AND slice_from > at - interval '3 days' AND slice_to > at AND events > 0
      GROUP BY account, livemode, item, slice_from
      """,
      ledgers(boundaries.map(\.item.ledger)) + [
        .texts(boundaries.map(\.item.item)), .instants(boundaries.map(\.at.microseconds)),
      ])
  }

  private func found(
    _ sql: String, _ parameters: [PostgresValue]
  ) throws -> [(slice: UsageSlice, toldAt: Instant)] {
    try connection.query(sql, parameters).map { (slice($0), Instant(microseconds: $0.instant(5))) }
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
        SELECT account, livemode, item, slice_from, unit_amount FROM usage_total
        WHERE dirty_lane = $1 AND ($3 OR told_at <= clock_timestamp() - interval '1 s')
        ORDER BY told_at, account, livemode, item, slice_from, unit_amount LIMIT $2 FOR UPDATE SKIP LOCKED
      ), told AS (
        UPDATE usage_total AS total SET version = version + 1, told_at = clock_timestamp(), dirty_lane = NULL
        FROM due
        WHERE (total.account, total.livemode, total.item, total.slice_from, total.unit_amount)
          = (due.account, due.livemode, due.item, due.slice_from, due.unit_amount)
        RETURNING total.*
      )
      SELECT account, livemode, item, slice_from, slice_to, quantity::text, events, largest::text, last::text, last_at,
        version, unit_amount
      FROM told ORDER BY account, livemode, item, slice_from, unit_amount
      """, [.int(Int64(lane)), .int(Int64(limit)), .bool(atOnce)])
    return rows.map { row in
      let slice = slice(row)
      return Telling(
        ledger: slice.item.ledger,
        total: UsageTotaled(
          subscriptionItem: slice.item.item, unitAmount: UsagePrice(stored: row.text(11)).unitAmount,
          from: slice.time.from, to: slice.time.to, quantity: quantity(row, 5), events: row.int(6),
          max: quantity(row, 7), last: quantity(row, 8), lastAt: Instant(microseconds: row.instant(9))),
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
      .texts(slices.map(\.item.item)), .instants(slices.map(\.time.from.microseconds)),
      .instants(slices.map(\.time.to.microseconds)),
    ]
  }

  private func keys(_ totals: [UsageTotalKey]) -> [PostgresValue] {
    keys(totals.map(\.slice)) + [.texts(totals.map(\.price.text))]
  }

  private func lanes(of slices: [UsageSlice]) -> PostgresValue {
    .int32s(slices.map { Int32($0.item.ledger.lane(of: lanes)) })
  }

  private func slice(_ row: PostgresRow) -> UsageSlice {
    UsageSlice(
      item: UsageItemKey(ledger: ledger(row), item: row.text(2)),
      time: UsageSlicing.Slice(
        from: Instant(microseconds: row.instant(3)), to: Instant(microseconds: row.instant(4))))
  }

  private func quantity(_ row: PostgresRow, _ column: Int) -> ExactDecimal {
    let text = row.text(column)
    guard let quantity = ExactDecimal(text) else { return ExactDecimal(.max) }
    return quantity
  }
}
