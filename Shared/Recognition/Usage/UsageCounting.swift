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
  /// What records add up to where nothing but records has been told since, so that one more is simply added.
  private var sums: [Counted: UsageSum] = [:]

  /// What is counted together.
  private struct Counted: Hashable {
    let item: String
    let slice: UsageSlicing.Slice
    let price: UsagePrice
  }

  /// Nothing counted.
  public init() {}

  /// Whether a fact may change what is counted: usage itself, and whatever speaks of an item or its subscription's periods.
  static func counts(_ fact: Fact, speakingOf references: References) -> Bool {
    switch fact {
    case .usageRecorded, .usageCancelled, .subscriptionUpdated: true
    default: references.all.contains { $0.kind == .subscriptionItem }
    }
  }

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
    sums = [:]
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
      return gone + new.flatMap { totals(item, $0, toldAt: kept[$0.from] ?? []) }
    }
  }

  // MARK: - Records

  private mutating func record(_ data: UsageRecorded, at time: Instant) -> Result {
    let source = UsageSource(of: data)
    if let known = records[data.usage] {
      return known.data == data && known.time == time ? .duplicate : .refused(.conflict(with: data.usage))
    }
    let record = Record(source: source, time: time, data: data, cancelled: cancelledEarly.contains(data.usage))
    var totals: [UsageTotaled] = []
    var added: [Counted: UsageSum] = [:]
    for counted in counted(for: record) {
      var sum = sums[counted] ?? self.sum(counted)
      guard record.cancelled || sum.add(id: data.usage, time: time, quantity: data.quantity),
        let total = sum.totaled(item: counted.item, price: counted.price, of: counted.slice)
      else { return .refused(.amountTooLarge) }
      added[counted] = sum
      totals.append(total)
    }
    sums.merge(added) { _, added in added }
    records[data.usage] = record
    days[source, default: [:]][calendar.date(containing: time), default: []].append(data.usage)
    return .totals(totals)
  }

  private mutating func cancel(_ usage: String) -> Result {
    guard let record = records[usage] else {
      cancelledEarly.insert(usage)
      return .totals([])
    }
    guard !record.cancelled else { return .duplicate }
    records[usage]?.cancelled = true
    return .totals(
      counted(for: record).compactMap { counted in
        let sum = sum(counted)
        sums[counted] = sum
        return sum.totaled(item: counted.item, price: counted.price, of: counted.slice)
      })
  }

  /// What a record counts into: a total of each item that its source counts for.
  private func counted(for record: Record) -> [Counted] {
    let counted = if case .item(let item) = record.source { [item] } else { items[record.source] ?? [] }
    return counted.map { Counted(item: $0, slice: slicing(of: $0).slice(at: record.time), price: record.price) }
  }

  // MARK: - Items

  /// An item's usage is what a meter counts of its customer; all that was counted before is told of it.
  private mutating func bind(_ item: String, to source: UsageSource) -> [UsageTotaled] {
    if items[source]?.contains(item) == true { return [] }
    items[source, default: []].append(item)
    sources[item, default: []].append(source)
    guard days[source] != nil else { return [] }
    sums = sums.filter { $0.key.item != item }
    return slices(of: item).flatMap { totals(item, $0) }
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
    return totals(item, UsageSlicing.Slice(from: old.from, to: boundary), toldAt: told)
      + totals(item, UsageSlicing.Slice(from: boundary, to: old.to), toldAt: told)
  }

  private func slicing(of item: String) -> UsageSlicing { slicings[item] ?? UsageSlicing(calendar: calendar) }

  // MARK: - Totals

  /// What was counted of an item in a slice, a total for each price that records came with; those too large to be told are left
  /// out.
  /// - Parameter told: the prices of which a total has been told, so that one without records takes it back.
  private func totals(
    _ item: String, _ slice: UsageSlicing.Slice, toldAt told: Set<UsagePrice> = []
  ) -> [UsageTotaled] {
    told.union(prices(of: item, in: slice)).sorted().compactMap { price in
      sum(Counted(item: item, slice: slice, price: price)).totaled(item: item, price: price, of: slice)
    }
  }

  /// What the records add up to that are counted together.
  private func sum(_ counted: Counted) -> UsageSum {
    var sum = UsageSum()
    for (usage, record) in recorded(of: counted.item, in: counted.slice)
    where !record.cancelled && record.price == counted.price {
      // Whatever was kept could be added when it was told.
      _ = sum.add(id: usage, time: record.time, quantity: record.data.quantity)
    }
    return sum
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
