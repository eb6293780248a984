import Accounting
import Messages

/// Counts usage into totals: each record once, by item and slice of time. A slice is a day in UTC, cut where an item's billing
/// period or price begins or ends; a boundary that becomes known later cuts its slice anew.
public struct UsageCounting: Sendable {
  private struct Record: Sendable {
    var item: String
    var time: Instant
    var quantity: ExactDecimal
    var data: UsageRecorded
    var cancelled = false
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
  private var recordsOfSlice: [Slice: [String]] = [:]
  private var boundaries: [String: [Instant]] = [:]
  private var cancelledEarly: Set<String> = []

  private struct Slice: Hashable, Sendable {
    let item: String
    let from: Instant
  }

  /// Nothing counted.
  public init() {}

  /// Takes a fact in.
  public mutating func apply(_ fact: BookFact) -> Result {
    switch fact.fact {
    case .usageRecorded(let data): record(data, at: fact.time)
    case .usageCancelled(let data): cancel(data.usage)
    default: .totals(Self.boundaries(of: fact).flatMap { cut($0.item, at: $0.moment) })
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
    guard let item = data.subscriptionItem else { return .refused(.unsupportedMember("meter")) }
    if data.unitAmount != nil { return .refused(.unsupportedMember("unit_amount")) }
    if let known = records[data.usage] {
      return known.data == data && known.time == time ? .duplicate : .refused(.conflict(with: data.usage))
    }
    records[data.usage] = Record(
      item: item, time: time, quantity: data.quantity, data: data, cancelled: cancelledEarly.contains(data.usage))
    let slice = slice(of: item, at: time)
    recordsOfSlice[slice.key, default: []].append(data.usage)
    guard let total = total(slice.key, to: slice.end) else {
      // What is refused is not kept, so that the slice goes on without it.
      records[data.usage] = nil
      recordsOfSlice[slice.key]?.removeLast()
      return .refused(.amountTooLarge)
    }
    return .totals([total])
  }

  private mutating func cancel(_ usage: String) -> Result {
    guard let record = records[usage] else {
      cancelledEarly.insert(usage)
      return .totals([])
    }
    guard !record.cancelled else { return .duplicate }
    records[usage]?.cancelled = true
    let slice = slice(of: record.item, at: record.time)
    return .totals(total(slice.key, to: slice.end).map { [$0] } ?? [])
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

  private func slice(of item: String, at time: Instant) -> (key: Slice, end: Instant) {
    let found = Self.slice(at: time, boundaries: boundaries[item] ?? [])
    return (Slice(item: item, from: found.from), found.to)
  }

  private func total(_ slice: Slice, to end: Instant) -> UsageTotaled? {
    var sum = UsageSum()
    for usage in recordsOfSlice[slice] ?? [] {
      guard let record = records[usage], !record.cancelled else { continue }
      guard sum.add(id: usage, time: record.time, quantity: record.quantity) else { return nil }
    }
    return sum.totaled(item: slice.item, from: slice.from, to: end)
  }

  /// Cuts the slice that holds a boundary in two, and gives the totals of both.
  private mutating func cut(_ item: String, at boundary: Instant) -> [UsageTotaled] {
    if boundaries[item]?.contains(boundary) == true { return [] }
    let old = slice(of: item, at: boundary)
    boundaries[item, default: []].append(boundary)
    guard old.key.from < boundary, let moved = recordsOfSlice.removeValue(forKey: old.key) else { return [] }
    for usage in moved {
      guard let record = records[usage] else { continue }
      recordsOfSlice[slice(of: item, at: record.time).key, default: []].append(usage)
    }
    // The first half keeps the old slice's name, so its total replaces the old one.
    return [
      total(old.key, to: boundary), total(Slice(item: item, from: boundary), to: old.end),
    ].compactMap(\.self)
  }
}
