import Accounting
import Messages
import Recognition

/// Events that are recorded together: which of them are new, and what they add to which totals.
struct UsageBatch {
  private let events: [UsageEvent]
  private let store: UsageStore
  private var results: [UsageResult]
  /// The boundaries of each item that is counted here.
  private var boundaries: [UsageItemKey: [Instant]] = [:]
  /// The new records that count, by the slice they fall into; positions in `events`.
  private var counted: [UsageSlice: [Int]] = [:]
  /// The slices whose totals cannot be added to, but are counted from their records.
  private var recounted: Set<UsageSlice> = []

  init(_ events: [UsageEvent], store: UsageStore) {
    self.events = events
    self.store = store
    results = [UsageResult](repeating: .duplicate, count: events.count)
  }

  /// Keeps and counts the events. Returns what has become of each.
  mutating func record() throws -> [UsageResult] {
    let records = readRecords()
    let cancellations = try newCancellations()
    try hold(records.map { UsageItemKey(ledger: $0.event.ledger, item: $0.item) } + cancellations.items)
    let new = try keep(records)
    let cancelled = try cancel(cancellations.events)
    for (position, isCounted) in new {
      let event = events[position]
      guard let item = item(of: event) else { continue }
      let slice = slice(of: item, at: event.time)
      if isCounted, cancelled[event.key] == nil {
        counted[slice, default: []].append(position)
      } else {
        recounted.insert(slice)
      }
    }
    for case .some(let record) in cancelled.values { recounted.insert(slice(of: record.item, at: record.time)) }
    try count()
    return results
  }

  // MARK: - Reading

  private typealias Record = (position: Int, event: UsageEvent, item: String, quantity: ExactDecimal)

  /// The records among the events; what can never be counted is refused.
  private mutating func readRecords() -> [Record] {
    var records: [Record] = []
    records.reserveCapacity(events.count)
    for (position, event) in events.enumerated() {
      guard case .recorded(let data) = event.told else { continue }
      guard let item = data.subscriptionItem else {
        results[position] = .meterUnsupported
        continue
      }
      guard data.unitAmount == nil else {
        results[position] = .unitAmountUnsupported
        continue
      }
      records.append((position, event, item, data.quantity))
    }
    return records
  }

  private func item(of event: UsageEvent) -> UsageItemKey? {
    guard case .recorded(let data) = event.told, let item = data.subscriptionItem else { return nil }
    return UsageItemKey(ledger: event.ledger, item: item)
  }

  /// Holds the boundaries of items as they are until the transaction ends.
  private mutating func hold(_ items: [UsageItemKey]) throws {
    let missing = Set(items).filter { boundaries[$0] == nil }.sorted()
    boundaries.merge(try store.share(missing)) { _, held in held }
  }

  private func slice(of item: UsageItemKey, at time: Instant) -> UsageSlice {
    let found = UsageCounting.slice(at: time, boundaries: boundaries[item] ?? [])
    return UsageSlice(item: item, from: found.from, to: found.to)
  }

  // MARK: - Records

  /// Keeps the records that are new. Returns their positions, and whether they count: they do not if they were cancelled first.
  private mutating func keep(_ records: [Record]) throws -> [(position: Int, isCounted: Bool)] {
    var first: [UsageKey: Record] = [:]
    var others: [Record] = []
    for record in records {
      if first[record.event.key] == nil { first[record.event.key] = record } else { others.append(record) }
    }
    let candidates = first.values.sorted { $0.event.key < $1.event.key }
    let inserted = try store.insert(candidates.map { .init(event: $0.event, item: $0.item, quantity: $0.quantity) })
    var new: [(position: Int, isCounted: Bool)] = []
    for record in candidates {
      guard inserted.contains(record.event.key) else {
        others.append(record)
        continue
      }
      results[record.position] = .accepted
      new.append((record.position, true))
    }
    // In the order told, so that of several the first one is the record.
    new += try settle(others.sorted { $0.position < $1.position }).map { ($0, false) }
    return new
  }

  /// Says of records whose name or delivery is known whether they are the same; completes those of which only the cancellation
  /// is known, and returns their positions.
  private mutating func settle(_ records: [Record]) throws -> [Int] {
    guard !records.isEmpty else { return [] }
    var incomplete: [UsageKey: Record] = [:]
    var later: [Record] = []
    for (record, known) in zip(records, try store.known(records.map(\.event))) {
      if let delivery = known.delivery, delivery != record.event.digest {
        results[record.position] = .conflict(with: record.event.usage)
      } else if let (item, time, quantity) = known.record {
        let isSame = item == record.item && time == record.event.time && quantity == record.quantity.text
        results[record.position] = isSame ? .duplicate : .conflict(with: record.event.usage)
      } else if incomplete[record.event.key] == nil {
        incomplete[record.event.key] = record
      } else {
        later.append(record)
      }
    }
    let completing = incomplete.values.sorted { $0.event.key < $1.event.key }
    let completed = try store.complete(
      completing.map { .init(event: $0.event, item: $0.item, quantity: $0.quantity) })
    var positions: [Int] = []
    for record in completing {
      guard completed.contains(record.event.key) else {
        // Someone else has told it meanwhile, so there is a record to compare it with now.
        later.append(record)
        continue
      }
      results[record.position] = .accepted
      positions.append(record.position)
    }
    return positions + (try settle(later.sorted { $0.position < $1.position }))
  }

  // MARK: - Cancellations

  /// The cancellations of records that are not cancelled yet, in order of their keys, and the items of those records.
  private mutating func newCancellations() throws -> (events: [Int], items: [UsageItemKey]) {
    let all = events.indices.filter { if case .cancelled = events[$0].told { true } else { false } }
    var deliveries: [Delivery: [UInt8]] = [:]
    var first: [UsageKey: Int] = [:]
    var items: [UsageItemKey] = []
    for (position, known) in zip(all, try store.known(all.map { events[$0] })) {
      let event = events[position]
      let delivery = Delivery(ledger: event.ledger, source: event.source, id: event.id)
      if let told = known.delivery ?? deliveries[delivery], told != event.digest {
        results[position] = .conflict(with: event.usage)
      } else if !known.isCancelled, first[event.key] == nil {
        first[event.key] = position
        deliveries[delivery] = event.digest
        if let record = known.record { items.append(UsageItemKey(ledger: event.ledger, item: record.item)) }
      }
    }
    return (first.sorted { $0.key < $1.key }.map(\.value), items)
  }

  private struct Delivery: Hashable {
    let ledger: LedgerID
    let source: String
    let id: String
  }

  /// Keeps cancellations. Returns those that are new, and of each the record if it is known.
  private mutating func cancel(_ positions: [Int]) throws -> [UsageKey: (item: UsageItemKey, time: Instant)?] {
    let cancelled = try store.cancel(positions.map { events[$0] })
    for position in positions where cancelled[events[position].key] != nil { results[position] = .accepted }
    // A record that was told while this transaction looked for it is of an item that is not held yet.
    try hold(cancelled.values.compactMap { $0?.item })
    return cancelled
  }

  // MARK: - Totals

  private mutating func count() throws {
    if !recounted.isEmpty { try store.lock(Set(counted.keys).union(recounted).sorted()) }
    var sums: [(slice: UsageSlice, sum: UsageSum)] = []
    for slice in counted.keys.sorted() where !recounted.contains(slice) {
      sums.append((slice, sum(of: counted[slice] ?? [])))
    }
    for (slice, quantity) in try store.add(sums) { try refuseTooLarge(slice, quantity) }
    try store.count(recounted.sorted().map { .init(slice: $0, isKept: true, toldAt: .epoch) })
  }

  private func sum(of positions: [Int]) -> UsageSum {
    var sum = UsageSum()
    for position in positions.sorted() {
      guard let quantity = quantity(position) else { continue }
      let event = events[position]
      let isHeld = sum.add(id: event.usage, time: event.time, quantity: quantity)
      precondition(isHeld, "a batch of quantities within their limits has a sum")
    }
    return sum
  }

  private func quantity(_ position: Int) -> ExactDecimal? {
    if case .recorded(let data) = events[position].told { data.quantity } else { nil }
  }

  /// Takes back, of a slice whose total has become too large, the records that made it so.
  private mutating func refuseTooLarge(_ slice: UsageSlice, _ quantity: ExactDecimal) throws {
    let positions = (counted[slice] ?? []).sorted()
    guard var left = quantity.subtracting(sum(of: positions).quantity) else { return }
    var refused: Set<UsageKey> = []
    for position in positions {
      guard let added = self.quantity(position).flatMap({ left.adding($0) }), UsageSum.isTellable(added) else {
        refused.insert(events[position].key)
        continue
      }
      left = added
    }
    // Whoever tells the same again in this batch is told the same.
    for (position, event) in events.enumerated() where refused.contains(event.key) {
      switch results[position] {
      case .accepted, .duplicate: results[position] = .amountTooLarge
      case .refused: break
      }
    }
    try store.remove(refused.sorted())
    recounted.insert(slice)
  }
}

extension UsageEvent {
  fileprivate var key: UsageKey { UsageKey(ledger: ledger, usage: usage) }
}
