import Accounting
import Messages

/// Counts usage into totals: each record once, by item, slice of time and the price it came with. A boundary that becomes known
/// later cuts its slice anew.
public struct UsageCounting: Sendable {
  private struct Record: Sendable {
    var source: UsageSource
    var time: Instant
    var data: UsageRecorded
    var cancelled = false

    var price: UsagePrice { UsagePrice(data.unitAmount) }
  }

  /// What became of a record.
  public enum Result: Hashable, Sendable {
    /// It counts: these totals are new. Facts other than usage give the totals of slices they cut.
    case totals([UsageTotaled])
    /// It was told before.
    case duplicate
    /// It is refused.
    case refused(Refusal)
  }

  private var records: [String: Record] = [:]
  /// The records of each source and day.
  private var days: [UsageSource: [CivilDate: [String]]] = [:]
  private var slicings: [String: UsageSlicing] = [:]
  private var cancelledEarly: Set<String> = []
  /// The items whose usage a meter's events of a customer are, and the other way round.
  private var items: [UsageSource: [String]] = [:]
  private var sources: [String: [UsageSource]] = [:]
  /// The items of each subscription, and the moments that cut the slices of all of them.
  private var subscriptions: [String: (items: Set<String>, boundaries: Set<Instant>)] = [:]
  /// In which days records are counted.
  private var calendar = Calendar.months

  /// Nothing counted.
  public init() {}

  /// Takes a fact in.
  public mutating func apply(_ fact: BookFact) -> Result {
    switch fact.fact {
    case .usageRecorded(let data): return record(data, at: fact.time)
    case .usageCancelled(let data): return cancel(data.usage)
    default: break
    }
    var totals: [UsageTotaled] = []
    if case .subscriptionItemDefined(let data) = fact.fact {
      if let source = UsageSource(meterOf: data) { totals += bind(data.subscriptionItem, to: source) }
      totals += put(data.subscriptionItem, into: data.subscription)
    }
    for (owner, moment) in UsageSlicing.boundaries(of: fact) {
      switch owner {
      case .item(let item): totals += cut(item, at: moment)
      case .subscription(let subscription):
        subscriptions[subscription, default: ([], [])].boundaries.insert(moment)
        for item in subscriptions[subscription]?.items.sorted() ?? [] { totals += cut(item, at: moment) }
      }
    }
    return .totals(totals)
  }

  /// Counts in the days of another calendar from now on; gives the totals that this changes.
  public mutating func count(in calendar: Calendar) -> [UsageTotaled] {
    guard calendar.zones != self.calendar.zones else { return [] }
    let all = Set(sources.keys).union(days.keys.compactMap { if case .item(let item) = $0 { item } else { nil } })
    let before = all.sorted().map { item in (item, told: slices(of: item).map { ($0, prices(of: item, in: $0)) }) }
    self.calendar = calendar
    for item in slicings.keys { slicings[item]?.calendar = calendar }
    days = [:]
    for (usage, record) in records {
      days[record.source, default: [:]][calendar.date(containing: record.time), default: []].append(usage)
    }
    return before.flatMap { item, told -> [UsageTotaled] in
      let new = slices(of: item)
      let starts = Set(new.map(\.from))
      let gone = told.filter { !starts.contains($0.0.from) }.flatMap { slice, prices in
        prices.sorted().compactMap { UsageSum().totaled(item: item, price: $0, of: slice) }
      }
      let kept = Dictionary(told.map { ($0.0.from, $0.1) }) { first, _ in first }
      return gone + new.flatMap { totals(item, $0, toldAt: kept[$0.from] ?? []) ?? [] }
    }
  }

  // MARK: - Records

  private mutating func record(_ data: UsageRecorded, at time: Instant) -> Result {
    let source = UsageSource(of: data)
    if let known = records[data.usage] {
      return known.data == data && known.time == time ? .duplicate : .refused(.conflict(with: data.usage))
    }
    records[data.usage] = Record(
      source: source, time: time, data: data, cancelled: cancelledEarly.contains(data.usage))
    let day = calendar.date(containing: time)
    days[source, default: [:]][day, default: []].append(data.usage)
    guard let totals = totals(of: source, at: time, price: UsagePrice(data.unitAmount)) else {
      // What is refused is not kept, so that the slice goes on without it.
      records[data.usage] = nil
      days[source]?[day]?.removeLast()
      return .refused(.amountTooLarge)
    }
    return .totals(totals)
  }

  private mutating func cancel(_ usage: String) -> Result {
    guard let record = records[usage] else {
      cancelledEarly.insert(usage)
      return .totals([])
    }
    guard !record.cancelled else { return .duplicate }
    records[usage]?.cancelled = true
    return .totals(totals(of: record.source, at: record.time, price: record.price) ?? [])
  }

  // MARK: - Items

  /// An item's usage is what a meter counts of its customer; all that was counted before is told of it.
  private mutating func bind(_ item: String, to source: UsageSource) -> [UsageTotaled] {
    if items[source]?.contains(item) == true { return [] }
    items[source, default: []].append(item)
    sources[item, default: []].append(source)
    return slices(of: item).flatMap { totals(item, $0) ?? [] }
  }

  /// The billing periods of its subscription are the item's.
  private mutating func put(_ item: String, into subscription: String) -> [UsageTotaled] {
    guard subscriptions[subscription, default: ([], [])].items.insert(item).inserted else { return [] }
    return subscriptions[subscription]?.boundaries.sorted().flatMap { cut(item, at: $0) } ?? []
  }

  /// Cuts the slice that holds a boundary in two, and gives the totals of both.
  private mutating func cut(_ item: String, at boundary: Instant) -> [UsageTotaled] {
    let slicing = slicing(of: item)
    if slicing.boundaries.contains(boundary) { return [] }
    let old = slicing.slice(at: boundary)
    let told = old.from < boundary ? prices(of: item, in: old) : []
    slicings[item, default: slicing].boundaries.insert(boundary)
    // The first half keeps the old slice's name, so its total replaces the old one.
    return (totals(item, UsageSlicing.Slice(from: old.from, to: boundary), toldAt: told) ?? [])
      + (totals(item, UsageSlicing.Slice(from: boundary, to: old.to), toldAt: told) ?? [])
  }

  private func slicing(of item: String) -> UsageSlicing { slicings[item] ?? UsageSlicing(calendar: calendar) }

  // MARK: - Totals

  /// The totals of a moment's slices, of each item that a source counts for; nil if one is too large to be told.
  private func totals(of source: UsageSource, at time: Instant, price: UsagePrice) -> [UsageTotaled]? {
    let counted = if case .item(let item) = source { [item] } else { items[source] ?? [] }
    var result: [UsageTotaled] = []
    for item in counted {
      guard let total = totals(item, slicing(of: item).slice(at: time), toldAt: [price], only: price) else {
        return nil
      }
      result += total
    }
    return result
  }

  /// What was counted of an item in a slice, a total for each price that records came with; nil if one is too large to be told.
  /// - Parameters:
  ///   - told: the prices of which a total has been told, so that one without records takes it back.
  ///   - only: the one price whose total is asked for.
  private func totals(
    _ item: String, _ slice: UsageSlicing.Slice, toldAt told: Set<UsagePrice> = [], only: UsagePrice? = nil
  ) -> [UsageTotaled]? {
    var sums = Dictionary(uniqueKeysWithValues: told.map { ($0, UsageSum()) })
    for (usage, record) in recorded(of: item, in: slice) where !record.cancelled {
      if let only, record.price != only { continue }
      guard
        sums[record.price, default: UsageSum()].add(id: usage, time: record.time, quantity: record.data.quantity)
      else { return nil }
    }
    var result: [UsageTotaled] = []
    for (price, sum) in sums.sorted(by: { $0.key < $1.key }) {
      guard let total = sum.totaled(item: item, price: price, of: slice) else { return nil }
      result.append(total)
    }
    return result
  }

  /// The prices of which totals of a slice have been told.
  private func prices(of item: String, in slice: UsageSlicing.Slice) -> Set<UsagePrice> {
    Set(recorded(of: item, in: slice).map { $0.record.price })
  }

  /// The records of an item in a slice, cancelled ones too.
  private func recorded(of item: String, in slice: UsageSlicing.Slice) -> [(usage: String, record: Record)] {
    let day = calendar.date(containing: slice.from)
    return ([.item(item)] + (sources[item] ?? [])).flatMap { source in
      (days[source]?[day] ?? []).compactMap { usage in
        records[usage].flatMap { slice.contains($0.time) ? (usage, $0) : nil }
      }
    }
  }

  /// The slices of an item in which there are records, by time.
  private func slices(of item: String) -> [UsageSlicing.Slice] {
    let slicing = slicing(of: item)
    var found: Set<UsageSlicing.Slice> = []
    for source in [.item(item)] + (sources[item] ?? []) {
      for usage in (days[source] ?? [:]).values.joined() {
        if let record = records[usage] { found.insert(slicing.slice(at: record.time)) }
      }
    }
    return found.sorted()
  }
}
