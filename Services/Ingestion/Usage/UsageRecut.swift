import Accounting
import Messages
import Postgres
import Recognition

/// Counts anew where facts change into which slices, or for which items, usage is counted: a boundary that becomes known, a
/// meter whose events are an item's usage, days that begin at another midnight. Only the owner of the accounts' lane does so.
struct UsageRecut {
  private let store: UsageStore
  /// Stretches of time whose records are counted anew, by item, and when they were last told of.
  private var stretches: [UsageItemKey: [(time: UsageSlicing.Slice, toldAt: Instant)]] = [:]
  /// Slices that have totals, which the new ones replace.
  private var old: Set<UsageSlice> = []

  init(store: UsageStore) {
    self.store = store
  }

  /// Takes facts in, and counts what they change.
  mutating func apply(_ facts: [(ledger: LedgerID, fact: BookFact)], calendar: (LedgerID) -> Calendar) throws {
    try changeDays(of: facts, calendar)
    let bound = try bindItems(of: facts)
    let boundItems = bound.map { UsageItemKey(ledger: $0.source.ledger, item: $0.item) }
    let cuts = try addBoundaries(of: facts, holding: boundItems)
    for (slice, toldAt) in try store.slices(cutAt: cuts) { recount(slice, toldAt) }
    for (source, item) in bound {
      for day in try store.days(of: source) {
        stretches[UsageItemKey(ledger: source.ledger, item: item), default: []].append((day, .epoch))
      }
    }
    try count()
  }

  private mutating func recount(_ slice: UsageSlice, _ toldAt: Instant) {
    old.insert(slice)
    stretches[slice.item, default: []].append((slice.time, toldAt))
  }

  /// Accounts that have told a setting may count in other days.
  private mutating func changeDays(
    of facts: [(ledger: LedgerID, fact: BookFact)], _ calendar: (LedgerID) -> Calendar
  ) throws {
    let accounts = Set(facts.filter { $0.fact.fact.type == .settingsChanged }.map(\.ledger)).sorted()
    let known = try store.shareCalendars(of: accounts)
    let changed = accounts.filter { known[$0]?.zones != calendar($0).zones }
    for account in changed { try store.set(calendar(account), of: account) }
    for (slice, toldAt) in try store.slices(of: changed) { recount(slice, toldAt) }
  }

  /// Items whose usage a meter counts; returns those that are new.
  private func bindItems(
    of facts: [(ledger: LedgerID, fact: BookFact)]
  ) throws -> [(source: UsageSourceKey, item: String)] {
    var found: [UsageSourceKey: Set<String>] = [:]
    for (ledger, fact) in facts {
      guard case .subscriptionItemDefined(let data) = fact.fact, let source = UsageSource(meterOf: data) else {
        continue
      }
      found[UsageSourceKey(ledger: ledger, source: source), default: []].insert(data.subscriptionItem)
    }
    return try store.bind(
      found.sorted { $0.key < $1.key }.flatMap { source, items in items.sorted().map { (source, $0) } })
  }

  /// Adds the boundaries that facts make known, and returns those that are new. These items, and others, are held alone.
  private func addBoundaries(
    of facts: [(ledger: LedgerID, fact: BookFact)], holding others: [UsageItemKey]
  ) throws -> [(item: UsageItemKey, at: Instant)] {
    var moments: [UsageItemKey: Set<Instant>] = [:]
    for (ledger, fact) in facts {
      for (owner, moment) in UsageSlicing.boundaries(of: fact) {
        guard case .item(let item) = owner else { continue }
        moments[UsageItemKey(ledger: ledger, item: item), default: []].insert(moment)
      }
    }
    for (item, boundaries) in try boundariesOfSubscriptions(facts) {
      moments[item, default: []].formUnion(boundaries)
    }
    // Only this owner adds boundaries, so what is read here stays as it is until the items are held.
    let known = try store.boundaries(of: moments.keys.sorted())
    let added = moments.compactMap { item, boundaries in
      let new = boundaries.subtracting(known[item] ?? []).sorted()
      return new.isEmpty ? nil : (item: item, boundaries: new)
    }.sorted { $0.item < $1.item }
    _ = try store.hold(Set(added.map(\.item)).union(others).sorted())
    let cuts = added.flatMap { item, boundaries in boundaries.map { (item: item, at: $0) } }
    try store.add(cuts)
    return cuts
  }

  /// The boundaries that items have by the billing periods of their subscriptions.
  private func boundariesOfSubscriptions(
    _ facts: [(ledger: LedgerID, fact: BookFact)]
  ) throws -> [UsageItemKey: Set<Instant>] {
    var result: [UsageItemKey: Set<Instant>] = [:]
    for (ledger, fact) in facts {
      let id: String
      switch fact.fact {
      case .subscriptionItemDefined(let data): id = data.subscription
      case .subscriptionUpdated(let data): id = data.subscription
      default: continue
      }
      let known = try store.subscription(id, of: ledger)
      var now = known
      if case .subscriptionItemDefined(let data) = fact.fact { now.items.insert(data.subscriptionItem) }
      for (owner, moment) in UsageSlicing.boundaries(of: fact) where owner == .subscription(id) {
        now.boundaries.insert(moment)
      }
      guard now != known else { continue }
      try store.set(now, id, of: ledger)
      for item in now.items {
        result[UsageItemKey(ledger: ledger, item: item), default: []].formUnion(now.boundaries)
      }
    }
    return result
  }

  /// Counts the slices that the stretches lie in by now, and takes back those that are no slices any more.
  private func count() throws {
    guard !stretches.isEmpty else { return }
    let items = stretches.keys.sorted()
    let boundaries = try store.boundaries(of: items)
    let calendars = try store.shareCalendars(of: Set(items.map(\.ledger)).sorted())
    var told: [UsageSlice: Instant] = [:]
    for item in items {
      let slicing = UsageSlicing(boundaries: boundaries[item] ?? [], calendar: calendars[item.ledger] ?? .months)
      for (time, toldAt) in stretches[item] ?? [] {
        for slice in slicing.slices(in: time) {
          let slice = UsageSlice(item: item, time: slice)
          told[slice] = max(told[slice] ?? toldAt, toldAt)
        }
      }
    }
    let starts = Set(told.keys.map { Start(item: $0.item, from: $0.time.from) })
    let gone = old.filter { !starts.contains(Start(item: $0.item, from: $0.time.from)) }.sorted()
    try store.clear(gone, prices: gone.map { _ in nil })
    try store.count(told.sorted { $0.key < $1.key }.map { .init(slice: $0.key, price: nil, toldAt: $0.value) })
  }

  /// What names a slice: the moment it begins at.
  private struct Start: Hashable {
    let item: UsageItemKey
    let from: Instant
  }
}
