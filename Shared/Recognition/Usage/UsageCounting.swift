import Accounting
import Messages

/// Counts usage into totals: each record once, by item and slice of time. A slice is a day, cut where an item's billing
/// period or price begins or ends; a boundary that becomes known later cuts its slice anew.
public struct UsageCounting: Sendable {
  private struct Record: Sendable {
    /// The item, or the meter and customer, that it is counted for.
    var source: Source
    var time: Instant
    var quantity: ExactDecimal
    var data: UsageRecorded
    var cancelled = false
  }

  /// What records are told of.
  private enum Source: Hashable, Sendable {
    case item(String)
    case meter(String, customer: String)
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
  private var days: [Source: [CivilDate: [String]]] = [:]
  private var boundaries: [String: [Instant]] = [:]
  private var cancelledEarly: Set<String> = []
  /// The items whose usage a meter's events of a customer are, and the other way round.
  private var items: [Source: [String]] = [:]
  private var sources: [String: [Source]] = [:]
  /// In which days records are counted.
  private var calendar = Calendar.months

  /// Nothing counted.
  public init() {}

  /// Takes a fact in.
  public mutating func apply(_ fact: BookFact) -> Result {
    switch fact.fact {
    case .usageRecorded(let data): return record(data, at: fact.time)
    case .usageCancelled(let data): return cancel(data.usage)
    case .subscriptionItemDefined(let data):
      let bound = data.meter.map { bind(data.subscriptionItem, to: .meter($0, customer: data.customer)) } ?? []
      return .totals(bound + Self.boundaries(of: fact).flatMap { cut($0.item, at: $0.moment) })
    default: return .totals(Self.boundaries(of: fact).flatMap { cut($0.item, at: $0.moment) })
    }
  }

  /// Counts in the days of another calendar from now on; gives the totals that this changes.
  public mutating func count(in calendar: Calendar) -> [UsageTotaled] {
    guard calendar.zones != self.calendar.zones else { return [] }
    let all = Set(sources.keys).union(days.keys.compactMap { if case .item(let item) = $0 { item } else { nil } })
    let before = all.sorted().map { ($0, slices(of: $0)) }
    self.calendar = calendar
    days = [:]
    for (usage, record) in records {
      days[record.source, default: [:]][calendar.date(containing: record.time), default: []].append(usage)
    }
    return before.flatMap { item, old -> [UsageTotaled] in
      let new = slices(of: item)
      let gone = old.filter { slice in !new.contains { $0.from == slice.from } }
      return gone.compactMap { UsageSum().totaled(item: item, from: $0.from, to: $0.to) }
        + new.compactMap { total(item, $0) }
    }
  }

  /// The moments at which a fact cuts the slices of an item.
  public static func boundaries(of fact: BookFact) -> [(item: String, moment: Instant)] {
    switch fact.fact {
    case .subscriptionItemDefined(let data):
      let moments = [fact.time] + (data.currentPeriod.map { [$0.start, $0.end] } ?? [])
      return moments.map { (data.subscriptionItem, $0) }
    case .invoiceFinalized(let data):
      return data.lines.flatMap { line -> [(item: String, moment: Instant)] in
        guard let item = line.subscriptionItem else { return [] }
        // A line without a period bills up to and including its finalization.
        let end = line.period.map { [$0.start, $0.end] } ?? [fact.time.advanced(byMicroseconds: 1)]
        return end.map { (item, $0) }
      }
    default:
      return []
    }
  }

  private mutating func record(_ data: UsageRecorded, at time: Instant) -> Result {
    if data.unitAmount != nil { return .refused(.unsupportedMember("unit_amount")) }
    guard let source = Self.source(of: data) else { return .refused(.unsupportedMember("subscription_item")) }
    if let known = records[data.usage] {
      return known.data == data && known.time == time ? .duplicate : .refused(.conflict(with: data.usage))
    }
    records[data.usage] = Record(
      source: source, time: time, quantity: data.quantity, data: data,
      cancelled: cancelledEarly.contains(data.usage))
    let day = calendar.date(containing: time)
    days[source, default: [:]][day, default: []].append(data.usage)
    guard let totals = totals(of: source, at: time) else {
      // What is refused is not kept, so that the slice goes on without it.
      records[data.usage] = nil
      days[source]?[day]?.removeLast()
      return .refused(.amountTooLarge)
    }
    return .totals(totals)
  }

  private static func source(of data: UsageRecorded) -> Source? {
    if let item = data.subscriptionItem { return .item(item) }
    guard let meter = data.meter, let customer = data.customer else { return nil }
    return .meter(meter, customer: customer)
  }

  private mutating func cancel(_ usage: String) -> Result {
    guard let record = records[usage] else {
      cancelledEarly.insert(usage)
      return .totals([])
    }
    guard !record.cancelled else { return .duplicate }
    records[usage]?.cancelled = true
    return .totals(totals(of: record.source, at: record.time) ?? [])
  }

  /// An item's usage is what a meter counts of its customer; all that was counted before is told of it.
  private mutating func bind(_ item: String, to source: Source) -> [UsageTotaled] {
    if items[source]?.contains(item) == true { return [] }
    items[source, default: []].append(item)
    sources[item, default: []].append(source)
    return slices(of: item).compactMap { total(item, $0) }
  }

  /// The totals of a moment's slices, of each item that a source counts for; nil if one is too large to be told.
  private func totals(of source: Source, at time: Instant) -> [UsageTotaled]? {
    let counted = if case .item(let item) = source { [item] } else { items[source] ?? [] }
    var result: [UsageTotaled] = []
    for item in counted {
      guard let total = total(item, slice(of: item, at: time)) else { return nil }
      result.append(total)
    }
    return result
  }

  /// The slice of a moment: its day, cut at the item's boundaries.
  public static func slice(at time: Instant, boundaries: [Instant]) -> (from: Instant, to: Instant) {
    var from = Instant(time.date)
    var to = from.advanced(byMicroseconds: Instant.microsecondsPerDay)
    for boundary in boundaries {
      if boundary <= time { from = max(from, boundary) } else { to = min(to, boundary) }
    }
    return (from, to)
  }

  private func slice(of item: String, at time: Instant) -> (from: Instant, to: Instant) {
    guard !calendar.zones.isEmpty else { return Self.slice(at: time, boundaries: boundaries[item] ?? []) }
    let day = calendar.date(containing: time)
    let own = [
      calendar.midnight(of: day), calendar.midnight(of: CivilDate(daysSinceEpoch: day.daysSinceEpoch + 1)),
    ]
    var (from, to) = (own[0], own[1])
    for boundary in boundaries[item] ?? [] {
      if boundary <= time { from = max(from, boundary) } else { to = min(to, boundary) }
    }
    return (from, to)
  }

  /// The slices of an item in which there are records, by time.
  private func slices(of item: String) -> [(from: Instant, to: Instant)] {
    var found: [Instant: Instant] = [:]
    for source in [.item(item)] + (sources[item] ?? []) {
      for usage in (days[source] ?? [:]).values.joined() {
        guard let record = records[usage] else { continue }
        let slice = slice(of: item, at: record.time)
        found[slice.from] = slice.to
      }
    }
    return found.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// What was counted of an item in a slice; nil if it is too large to be told.
  private func total(_ item: String, _ slice: (from: Instant, to: Instant)) -> UsageTotaled? {
    var sum = UsageSum()
    let day = calendar.date(containing: slice.from)
    for source in [.item(item)] + (sources[item] ?? []) {
      for usage in days[source]?[day] ?? [] {
        guard let record = records[usage], !record.cancelled, record.time >= slice.from, record.time < slice.to
        else { continue }
        guard sum.add(id: usage, time: record.time, quantity: record.quantity) else { return nil }
      }
    }
    return sum.totaled(item: item, from: slice.from, to: slice.to)
  }

  /// Cuts the slice that holds a boundary in two, and gives the totals of both.
  private mutating func cut(_ item: String, at boundary: Instant) -> [UsageTotaled] {
    if boundaries[item]?.contains(boundary) == true { return [] }
    let old = slice(of: item, at: boundary)
    boundaries[item, default: []].append(boundary)
    guard old.from < boundary else { return [] }
    let day = calendar.date(containing: old.from)
    let isCounted = ([.item(item)] + (sources[item] ?? [])).contains { source in
      (days[source]?[day] ?? []).contains { usage in
        records[usage].map { $0.time >= old.from && $0.time < old.to } ?? false
      }
    }
    guard isCounted else { return [] }
    // The first half keeps the old slice's name, so its total replaces the old one.
    return [total(item, (old.from, boundary)), total(item, (boundary, old.to))].compactMap(\.self)
  }
}
