import Accounting
import JSON
import Messages
import Postgres
import Recognition

/// Counts usage into totals, and tells of totals that have changed. Each of these is called within an open transaction; in a
/// transaction that does several, cuts come first, then records, then what is told.
enum UsageDesk {
  /// Keeps what was told of usage, in this order, and counts what is new.
  /// - Returns: what has become of each event.
  static func record(
    _ events: [UsageEvent], lanes: Int, on connection: PostgresConnection
  ) throws -> [UsageResult] {
    var batch = UsageBatch(events, store: UsageStore(connection: connection, lanes: lanes))
    return try batch.record()
  }

  /// Counts anew what facts let be counted in other slices, or for other items.
  /// - Parameter calendar: how an account divides time by now; asked for those that have told a setting.
  static func cut(
    _ facts: [(ledger: LedgerID, fact: BookFact)], calendar: (LedgerID) -> Calendar = { _ in .months }, lanes: Int,
    on connection: PostgresConnection
  ) throws {
    var recut = UsageRecut(store: UsageStore(connection: connection, lanes: lanes))
    try recut.apply(facts, calendar: calendar)
  }

  /// The lane's totals that have changed and were not told in the last second, as facts; from then on they are told.
  /// - Parameter atOnce: those that were told in the last second as well, and all of them.
  static func tell(
    lane: Int, atMost limit: Int = 1_000, atOnce: Bool = false, on connection: PostgresConnection
  ) throws -> [Draft] {
    // The number of lanes is of no account for totals that are marked already.
    let store = UsageStore(connection: connection, lanes: 1)
    return try store.take(lane: lane, atMost: atOnce ? .max : limit, atOnce: atOnce).compactMap { telling in
      let total = telling.total
      // A part of a slice may add up to more than the whole did; it is told once it can be.
      guard UsageSum.isTellable(total.quantity) else { return nil }
      var writer = JSONWriter()
      Fact.usageTotaled(total).encode(into: &writer)
      let price = total.unitAmount.map { "/\($0.text)" } ?? ""
      return Draft(
        id: "usage/\(total.subscriptionItem)/\(total.from.rfc3339)\(price)/\(telling.version)",
        source: "earned:ingestion",
        type: FactType.usageTotaled.rawValue, time: total.lastAt, dataSchema: "earned:usage.totaled:1",
        account: telling.ledger.account, livemode: telling.ledger.livemode, data: writer.bytes)
    }
  }

  /// Whether the lane has totals to tell now.
  static func isDue(lane: Int, on connection: PostgresConnection) throws -> Bool {
    try UsageStore(connection: connection, lanes: 1).isDue(lane: lane)
  }
}
