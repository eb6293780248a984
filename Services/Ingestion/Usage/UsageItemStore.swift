import Accounting
import Messages
import Postgres
import Recognition

/// The SQL of what is counted for what, and in which slices: one function for each question. What counting depends on is held
/// shared by whoever counts; whoever changes it holds it alone.
extension UsageStore {
  // MARK: - Days

  /// In which days usage of these accounts is counted, as it stays until the transaction ends.
  func shareCalendars(of accounts: [LedgerID]) throws -> [LedgerID: Calendar] {
    guard !accounts.isEmpty else { return [:] }
    var calendars = calendars(
      try connection.query(
        """
        SELECT account, livemode, zones, days
        FROM unnest($1::text[], $2::boolean[]) AS asked (account, livemode)
        JOIN usage_calendar AS known USING (account, livemode)
        ORDER BY known.account, known.livemode FOR SHARE OF known
        """, ledgers(accounts)))
    let missing = accounts.filter { calendars[$0] == nil }
    guard !missing.isEmpty else { return calendars }
    // The update of a row that has appeared meanwhile changes nothing: it locks the row and reads it as it is now.
    let added = self.calendars(
      try connection.query(
        """
        INSERT INTO usage_calendar (account, livemode) SELECT * FROM unnest($1::text[], $2::boolean[])
        ON CONFLICT (account, livemode) DO UPDATE SET account = excluded.account
        RETURNING account, livemode, zones, days
        """, ledgers(missing)))
    calendars.merge(added) { _, added in added }
    return calendars
  }

  /// Counts an account's usage in other days from now on. Until the transaction ends nobody else counts any of it.
  func set(_ calendar: Calendar, of account: LedgerID) throws {
    try connection.execute(
      """
      INSERT INTO usage_calendar (account, livemode, zones, days) VALUES ($1, $2, $3, $4)
      ON CONFLICT (account, livemode) DO UPDATE SET zones = excluded.zones, days = excluded.days
      """,
      [
        .text(account.account), .bool(account.livemode), .texts(calendar.zones.map(\.zone.name)),
        .ints(calendar.zones.map { Int64($0.from.daysSinceEpoch) }),
      ])
  }

  private func calendars(_ rows: PostgresRows) -> [LedgerID: Calendar] {
    var calendars: [LedgerID: Calendar] = [:]
    for row in rows {
      let days = row.ints(3).map { CivilDate(daysSinceEpoch: Int($0)) }
      calendars[ledger(row)] = Calendar.days(in: zip(row.texts(2), days).map { ($0, $1) })
    }
    return calendars
  }

  // MARK: - Meters

  /// The items that events of these meters and customers count for, as they stay until the transaction ends.
  func share(meters: [UsageSourceKey]) throws -> [UsageSourceKey: [String]] {
    guard !meters.isEmpty else { return [:] }
    let known = try connection.query(
      """
      SELECT account, livemode, meter, customer
      FROM unnest($1::text[], $2::boolean[], $3::text[], $4::text[]) AS asked (account, livemode, meter, customer)
      JOIN usage_meter AS known USING (account, livemode, meter, customer)
      ORDER BY known.account, known.livemode, known.meter, known.customer FOR SHARE OF known
      """, keys(meters))
    if known.count < meters.count { try hold(meters: meters) }
    var items: [UsageSourceKey: [String]] = [:]
    let rows = try connection.query(
      """
      SELECT account, livemode, '' AS no_item, meter, customer, item
      FROM unnest($1::text[], $2::boolean[], $3::text[], $4::text[]) AS asked (account, livemode, meter, customer)
      JOIN usage_binding USING (account, livemode, meter, customer) ORDER BY item
      """, keys(meters))
    for row in rows { items[source(row), default: []].append(row.text(5)) }
    return items
  }

  /// Keeps everyone else from events of these meters and customers until the transaction ends.
  private func hold(meters: [UsageSourceKey]) throws {
    try connection.execute(
      """
      INSERT INTO usage_meter (account, livemode, meter, customer)
      SELECT * FROM unnest($1::text[], $2::boolean[], $3::text[], $4::text[])
      ON CONFLICT (account, livemode, meter, customer) DO UPDATE SET meter = excluded.meter
      """, keys(meters))
  }

  /// Makes the events of meters the usage of items. Returns the pairs that are new; from then until the transaction ends
  /// nobody else counts any of these.
  func bind(_ bindings: [(source: UsageSourceKey, item: String)]) throws -> [(source: UsageSourceKey, item: String)] {
    guard !bindings.isEmpty else { return [] }
    try hold(meters: Set(bindings.map(\.source)).sorted())
    return try connection.query(
      """
      INSERT INTO usage_binding (account, livemode, meter, customer, item)
      SELECT * FROM unnest($1::text[], $2::boolean[], $3::text[], $4::text[], $5::text[])
      ON CONFLICT DO NOTHING RETURNING account, livemode, '' AS no_item, meter, customer, item
      """, keys(bindings.map(\.source)) + [.texts(bindings.map(\.item))]
    ).map { (source($0), $0.text(5)) }
  }

  /// The days in which there are events of a meter's customer.
  func days(of source: UsageSourceKey) throws -> [UsageSlicing.Slice] {
    try connection.query(
      """
      SELECT DISTINCT date_trunc('day', "time", 'UTC') FROM usage_event
      WHERE account = $1 AND livemode = $2 AND meter = $3 AND customer = $4 AND meter <> '' AND cancelled_id IS NULL
      """,
      [
        .text(source.ledger.account), .bool(source.ledger.livemode), .text(source.meter), .text(source.customer),
      ]
    ).map { row in
      let start = Instant(microseconds: row.instant(0))
      return UsageSlicing.Slice(from: start, to: start.advanced(byMicroseconds: Instant.microsecondsPerDay))
    }
  }

  private func keys(_ meters: [UsageSourceKey]) -> [PostgresValue] {
    ledgers(meters.map(\.ledger)) + [.texts(meters.map(\.meter)), .texts(meters.map(\.customer))]
  }

  // MARK: - Items

  /// The boundaries of these items, as they stay until the transaction ends.
  func share(_ items: [UsageItemKey]) throws -> [UsageItemKey: Set<Instant>] {
    guard !items.isEmpty else { return [:] }
    var boundaries = try found(
      """
      SELECT account, livemode, item, boundaries
      FROM unnest($1::text[], $2::boolean[], $3::text[]) AS asked (account, livemode, item)
      JOIN usage_item AS known USING (account, livemode, item)
      ORDER BY known.account, known.livemode, known.item FOR SHARE OF known
      """, items)
    let missing = items.filter { boundaries[$0] == nil }
    boundaries.merge(try hold(missing)) { _, added in added }
    return boundaries
  }

  /// The boundaries of these items. From then until the transaction ends nobody else counts usage of them.
  func hold(_ items: [UsageItemKey]) throws -> [UsageItemKey: Set<Instant>] {
    guard !items.isEmpty else { return [:] }
    // The update of a row that is there changes nothing: it locks the row and reads it as it is now.
    return try found(
      """
      INSERT INTO usage_item (account, livemode, item) SELECT * FROM unnest($1::text[], $2::boolean[], $3::text[])
      ON CONFLICT (account, livemode, item) DO UPDATE SET item = excluded.item
      RETURNING account, livemode, item, boundaries
      """, items)
  }

  /// The boundaries of those of these items that are known, as they are now.
  func boundaries(of items: [UsageItemKey]) throws -> [UsageItemKey: Set<Instant>] {
    guard !items.isEmpty else { return [:] }
    return try found(
      """
      SELECT account, livemode, item, boundaries
      FROM unnest($1::text[], $2::boolean[], $3::text[]) AS asked (account, livemode, item)
      JOIN usage_item USING (account, livemode, item)
      """, items)
  }

  /// Adds boundaries of items that are held.
  func add(_ boundaries: [(item: UsageItemKey, at: Instant)]) throws {
    guard !boundaries.isEmpty else { return }
    try connection.execute(
      """
      UPDATE usage_item AS known SET boundaries = known.boundaries || added.boundaries
      FROM (
        SELECT account, livemode, item, array_agg(at) AS boundaries
        FROM unnest($1::text[], $2::boolean[], $3::text[], $4::timestamptz[]) AS given (account, livemode, item, at)
        GROUP BY account, livemode, item) AS added
      WHERE (known.account, known.livemode, known.item) = (added.account, added.livemode, added.item)
      """, keys(boundaries.map(\.item)) + [.instants(boundaries.map(\.at.microseconds))])
  }

  private func found(_ sql: String, _ items: [UsageItemKey]) throws -> [UsageItemKey: Set<Instant>] {
    var boundaries: [UsageItemKey: Set<Instant>] = [:]
    for row in try connection.query(sql, keys(items)) {
      let item = UsageItemKey(ledger: ledger(row), item: row.text(2))
      boundaries[item] = Set(row.instants(3).map { Instant(microseconds: $0) })
    }
    return boundaries
  }

  private func keys(_ items: [UsageItemKey]) -> [PostgresValue] {
    ledgers(items.map(\.ledger)) + [.texts(items.map(\.item))]
  }

  // MARK: - Subscriptions

  /// The items of a subscription, and where its billing periods begin and end.
  struct Subscription: Equatable {
    var items: Set<String> = []
    var boundaries: Set<Instant> = []
  }

  /// What is known of a subscription. Only its lane's owner asks and tells.
  func subscription(_ id: String, of account: LedgerID) throws -> Subscription {
    try connection.query(
      "SELECT items, boundaries FROM usage_subscription WHERE account = $1 AND livemode = $2 AND subscription = $3",
      [.text(account.account), .bool(account.livemode), .text(id)]
    ).first.map { row in
      Subscription(
        items: Set(row.texts(0)), boundaries: Set(row.instants(1).map { Instant(microseconds: $0) }))
    } ?? Subscription()
  }

  /// Keeps what is known of a subscription.
  func set(_ subscription: Subscription, _ id: String, of account: LedgerID) throws {
    try connection.execute(
      """
      INSERT INTO usage_subscription (account, livemode, subscription, items, boundaries)
      VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (account, livemode, subscription)
        DO UPDATE SET items = excluded.items, boundaries = excluded.boundaries
      """,
      [
        .text(account.account), .bool(account.livemode), .text(id), .texts(subscription.items.sorted()),
        .instants(subscription.boundaries.sorted().map(\.microseconds)),
      ])
  }
}
