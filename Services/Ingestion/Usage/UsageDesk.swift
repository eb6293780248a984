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

  /// Cuts slices at the boundaries that facts make known. The first part of a slice keeps its name, so its total replaces the
  /// old one.
  static func cut(
    _ facts: [(ledger: LedgerID, fact: BookFact)], lanes: Int, on connection: PostgresConnection
  ) throws {
    var moments: [UsageItemKey: [Instant]] = [:]
    for (ledger, fact) in facts {
      for boundary in UsageCounting.boundaries(of: fact) {
        moments[UsageItemKey(ledger: ledger, item: boundary.item), default: []].append(boundary.moment)
      }
    }
    guard !moments.isEmpty else { return }
    let store = UsageStore(connection: connection, lanes: lanes)
    let items = moments.keys.sorted()
    // Boundaries of a ledger's items are added by its lane's owner alone, so what is read here stays as it is.
    let known = try store.boundaries(of: items)
    let added = items.map { item in
      (item: item, boundaries: Set(moments[item] ?? []).subtracting(known[item] ?? []).sorted())
    }.filter { !$0.boundaries.isEmpty }
    guard !added.isEmpty else { return }
    try store.add(added.flatMap { item, boundaries in boundaries.map { (item, $0) } })

    var parts: [(old: UsageSlice, parts: [UsageSlice])] = []
    for (item, boundaries) in added {
      parts += cut(item, known: known[item] ?? [], at: boundaries)
    }
    let told = try store.toldAt(parts.map(\.old))
    try store.count(
      parts.flatMap { old, parts in
        guard let toldAt = told[old] else { return [UsageStore.Recount]() }
        return parts.map { UsageStore.Recount(slice: $0, isKept: $0.from == old.from, toldAt: toldAt) }
      })
  }

  /// The slices of an item that boundaries cut, each with its parts; both in order of time.
  private static func cut(
    _ item: UsageItemKey, known: [Instant], at boundaries: [Instant]
  ) -> [(old: UsageSlice, parts: [UsageSlice])] {
    var result: [(old: UsageSlice, parts: [UsageSlice])] = []
    for boundary in boundaries {
      let found = UsageCounting.slice(at: boundary, boundaries: known)
      guard found.from < boundary else { continue }
      let old = UsageSlice(item: item, from: found.from, to: found.to)
      let rest = UsageSlice(item: item, from: boundary, to: found.to)
      if let last = result.last, last.old == old, let cut = last.parts.last {
        result[result.count - 1].parts[last.parts.count - 1] = UsageSlice(item: item, from: cut.from, to: boundary)
        result[result.count - 1].parts.append(rest)
      } else {
        result.append((old, [UsageSlice(item: item, from: old.from, to: boundary), rest]))
      }
    }
    return result
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
      return Draft(
        id: "usage/\(total.subscriptionItem)/\(total.from.rfc3339)/\(telling.version)", source: "earned:ingestion",
        type: FactType.usageTotaled.rawValue, time: total.lastAt, dataSchema: "earned:usage.totaled:1",
        account: telling.ledger.account, livemode: telling.ledger.livemode, data: writer.bytes)
    }
  }

  /// Whether the lane has totals to tell now.
  static func isDue(lane: Int, on connection: PostgresConnection) throws -> Bool {
    try UsageStore(connection: connection, lanes: 1).isDue(lane: lane)
  }
}
