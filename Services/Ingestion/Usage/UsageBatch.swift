import Accounting
import Messages
import Recognition

/// Events that are recorded together: which of them are new, and what they add to which totals.
struct UsageBatch {
  private let events: [UsageEvent]
  private let store: UsageStore
  private var results: [UsageResult]
  /// What is held: the days of each account, the items of each meter, the slices of each item that is counted here.
  private var calendars: [LedgerID: Calendar] = [:]
  private var items: [UsageSourceKey: [String]] = [:]
  private var slicings: [UsageItemKey: UsageSlicing] = [:]
  /// The new records that count, by the total they count into; positions in `events`.
  private var counted: [UsageTotalKey: [Int]] = [:]
  /// The totals that cannot be added to, but are counted from their records.
  private var recounted: Set<UsageTotalKey> = []

  init(_ events: [UsageEvent], store: UsageStore) {
    self.events = events
    self.store = store
    results = [UsageResult](repeating: .duplicate, count: events.count)
  }

  /// Keeps and counts the events. Returns what has become of each.
  mutating func record() throws -> [UsageResult] {
    let records = readRecords()
    let cancellations = try newCancellations()
    try hold(records.map(\.source) + cancellations.sources)
    let new = try keep(records)
    let cancelled = try cancel(cancellations.events)
    for (record, isCounted) in new {
      for total in totals(of: record.source, at: record.event.time, record.price) {
        if isCounted, cancelled[record.event.key] == nil {
          counted[total, default: []].append(record.position)
        } else {
          recounted.insert(total)
        }
      }
    }
    for case .some(let record) in cancelled.values {
      recounted.formUnion(totals(of: record.source, at: record.time, record.price))
    }
    try count()
    return results
  }

  // MARK: - Reading

  /// A record among the events.
  private struct Record {
    let position: Int
    let event: UsageEvent
    let data: UsageRecorded

    var source: UsageSourceKey { UsageSourceKey(ledger: event.ledger, source: UsageSource(of: data)) }
    var price: UsagePrice { UsagePrice(data.unitAmount) }
    var stored: UsageStore.Record { UsageStore.Record(event: event, data: data) }
    var told: UsageStore.Told {
      UsageStore.Told(source: source, time: event.time, quantity: data.quantity.text, price: price)
    }
  }

  /// The records among the events.
  private func readRecords() -> [Record] {
    events.enumerated().compactMap { position, event in
      if case .recorded(let data) = event.told { Record(position: position, event: event, data: data) } else { nil }
    }
  }

  /// Holds what records of these are counted into as it is until the transaction ends.
  private mutating func hold(_ sources: [UsageSourceKey]) throws {
    let accounts = Set(sources.map(\.ledger)).filter { calendars[$0] == nil }.sorted()
    calendars.merge(try store.shareCalendars(of: accounts)) { _, held in held }
    let meters = Set(sources).filter { !$0.meter.isEmpty && items[$0] == nil }.sorted()
    let bound = try store.share(meters: meters)
    for meter in meters { items[meter] = bound[meter] ?? [] }
    let missing = Set(sources.flatMap { itemKeys(of: $0) }).filter { slicings[$0] == nil }.sorted()
    for (item, boundaries) in try store.share(missing) {
      slicings[item] = UsageSlicing(boundaries: boundaries, calendar: calendars[item.ledger] ?? .months)
    }
  }

  /// The items that records of a source count for.
  private func itemKeys(of source: UsageSourceKey) -> [UsageItemKey] {
    let counted = source.meter.isEmpty ? [source.item] : items[source] ?? []
    return counted.map { UsageItemKey(ledger: source.ledger, item: $0) }
  }

  /// The totals that a record counts into: one of each item.
  private func totals(of source: UsageSourceKey, at time: Instant, _ price: UsagePrice) -> [UsageTotalKey] {
    itemKeys(of: source).compactMap { item in
      slicings[item].map { slicing in
        UsageTotalKey(slice: UsageSlice(item: item, time: slicing.slice(at: time)), price: price)
      }
    }
  }

  // MARK: - Records

  /// Keeps the records that are new. Returns them, and whether they count: they do not if they were cancelled first.
  private mutating func keep(_ records: [Record]) throws -> [(record: Record, isCounted: Bool)] {
    var first: [UsageKey: Record] = [:]
    var others: [Record] = []
    for record in records {
      if first[record.event.key] == nil { first[record.event.key] = record } else { others.append(record) }
    }
    let candidates = first.values.sorted { $0.event.key < $1.event.key }
    let inserted = try store.insert(candidates.map(\.stored))
    var new: [(record: Record, isCounted: Bool)] = []
    for record in candidates {
      guard inserted.contains(record.event.key) else {
        others.append(record)
        continue
      }
      results[record.position] = .accepted
      new.append((record, true))
    }
    // In the order told, so that of several the first one is the record.
    new += try settle(others.sorted { $0.position < $1.position }).map { ($0, false) }
    return new
  }

  /// Says of records whose name or delivery is known whether they are the same; completes those of which only the cancellation
  /// is known, and returns those.
  private mutating func settle(_ records: [Record]) throws -> [Record] {
    guard !records.isEmpty else { return [] }
    var incomplete: [UsageKey: Record] = [:]
    var later: [Record] = []
    for (record, known) in zip(records, try store.known(records.map(\.event))) {
      if let delivery = known.delivery, delivery != record.event.digest {
        results[record.position] = .conflict(with: record.event.usage)
      } else if let told = known.record {
        results[record.position] = told == record.told ? .duplicate : .conflict(with: record.event.usage)
      } else if incomplete[record.event.key] == nil {
        incomplete[record.event.key] = record
      } else {
        later.append(record)
      }
    }
    let completing = incomplete.values.sorted { $0.event.key < $1.event.key }
    let completed = try store.complete(completing.map(\.stored))
    var kept: [Record] = []
    for record in completing {
      guard completed.contains(record.event.key) else {
        // Someone else has told it meanwhile, so there is a record to compare it with now.
        later.append(record)
        continue
      }
      results[record.position] = .accepted
      kept.append(record)
    }
    return kept + (try settle(later.sorted { $0.position < $1.position }))
  }

  // MARK: - Cancellations

  /// The cancellations of records that are not cancelled yet, in order of their keys, and what those records are of.
  private mutating func newCancellations() throws -> (events: [Int], sources: [UsageSourceKey]) {
    let all = events.indices.filter { if case .cancelled = events[$0].told { true } else { false } }
    var deliveries: [Delivery: [UInt8]] = [:]
    var first: [UsageKey: Int] = [:]
    var sources: [UsageSourceKey] = []
    for (position, known) in zip(all, try store.known(all.map { events[$0] })) {
      let event = events[position]
      let delivery = Delivery(ledger: event.ledger, source: event.source, id: event.id)
      if let told = known.delivery ?? deliveries[delivery], told != event.digest {
        results[position] = .conflict(with: event.usage)
      } else if !known.isCancelled, first[event.key] == nil {
        first[event.key] = position
        deliveries[delivery] = event.digest
        if let record = known.record { sources.append(record.source) }
      }
    }
    return (first.sorted { $0.key < $1.key }.map(\.value), sources)
  }

  private struct Delivery: Hashable {
    let ledger: LedgerID
    let source: String
    let id: String
  }

  /// Keeps cancellations. Returns those that are new, and of each the record if it is known.
  private mutating func cancel(_ positions: [Int]) throws -> [UsageKey: UsageStore.Cancelled?] {
    let cancelled = try store.cancel(positions.map { events[$0] })
    for position in positions where cancelled[events[position].key] != nil { results[position] = .accepted }
    // A record that was told while this transaction looked for it is of something that is not held yet.
    try hold(cancelled.values.compactMap { $0?.source })
    return cancelled
  }

  // MARK: - Totals

  private mutating func count() throws {
    if !recounted.isEmpty { try store.lock(Set(counted.keys).union(recounted).sorted()) }
    var sums: [(total: UsageTotalKey, sum: UsageSum)] = []
    for total in counted.keys.sorted() where !recounted.contains(total) {
      sums.append((total, sum(of: counted[total] ?? [])))
    }
    for (total, quantity) in try store.add(sums).sorted(by: { $0.key < $1.key }) {
      try refuseTooLarge(total, quantity)
    }
    try store.count(recounted.sorted().map { .init(slice: $0.slice, price: $0.price, toldAt: .epoch) })
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

  /// Takes back the records that made a total too large, from every total that they count into.
  private mutating func refuseTooLarge(_ total: UsageTotalKey, _ quantity: ExactDecimal) throws {
    let positions = (counted[total] ?? []).sorted()
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
    for (other, positions) in counted where positions.contains(where: { refused.contains(events[$0].key) }) {
      recounted.insert(other)
    }
    recounted.insert(total)
  }
}

extension UsageEvent {
  fileprivate var key: UsageKey { UsageKey(ledger: ledger, usage: usage) }
}
