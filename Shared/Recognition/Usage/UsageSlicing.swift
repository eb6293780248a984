import Accounting
import Messages

/// How an item's time is cut into slices: days, cut where its billing period or price begins or ends.
public struct UsageSlicing: Sendable {
  /// A slice of time.
  public struct Slice: Hashable, Comparable, Sendable {
    /// Its first moment.
    public let from: Instant
    /// The first moment after it.
    public let to: Instant

    /// The time from one moment up to another.
    public init(from: Instant, to: Instant) {
      self.from = from
      self.to = to
    }

    /// In order of time.
    public static func < (left: Slice, right: Slice) -> Bool { (left.from, left.to) < (right.from, right.to) }

    /// Whether the moment lies in it.
    public func contains(_ moment: Instant) -> Bool { from <= moment && moment < to }
  }

  /// The moments at which days are cut.
  public var boundaries: Set<Instant>
  /// When days begin.
  public var calendar: Calendar

  /// Days of a calendar, cut at these moments.
  public init(boundaries: Set<Instant> = [], calendar: Calendar = .months) {
    self.boundaries = boundaries
    self.calendar = calendar
  }

  /// The slice that holds a moment.
  public func slice(at moment: Instant) -> Slice {
    let day = calendar.date(containing: moment)
    var from = max(calendar.midnight(of: day), .distantPast)
    var to = min(calendar.midnight(of: CivilDate(daysSinceEpoch: day.daysSinceEpoch + 1)), .distantFuture)
    for boundary in boundaries {
      if boundary <= moment { from = max(from, boundary) } else { to = min(to, boundary) }
    }
    return Slice(from: from, to: to)
  }

  /// The slices that have moments in common with a stretch of time, in order of time.
  public func slices(in stretch: Slice) -> [Slice] {
    var result: [Slice] = []
    var moment = stretch.from
    while moment < stretch.to {
      let slice = slice(at: moment)
      result.append(slice)
      guard slice.to > moment else { break }
      moment = slice.to
    }
    return result
  }

  /// The moments at which a fact cuts the slices of an item, or of all items of a subscription.
  public static func boundaries(of fact: BookFact) -> [(of: Owner, moment: Instant)] {
    switch fact.fact {
    case .subscriptionItemDefined(let data):
      let moments = [fact.time] + (data.currentPeriod.map { [$0.start, $0.end] } ?? [])
      return moments.map { (.item(data.subscriptionItem), $0) }
    case .subscriptionUpdated(let data):
      return (data.currentPeriod.map { [$0.start, $0.end] } ?? []).map { (.subscription(data.subscription), $0) }
    case .invoiceFinalized(let data):
      guard data.lines.contains(where: { $0.subscriptionItem != nil }) else { return [] }
      return data.lines.flatMap { line -> [(of: Owner, moment: Instant)] in
        guard let item = line.subscriptionItem else { return [] }
        // A line without a period bills up to and including its finalization.
        let moments = line.period.map { [$0.start, $0.end] } ?? [fact.time.advanced(byMicroseconds: 1)]
        return moments.map { (.item(item), $0) }
      }
    default:
      return []
    }
  }

  /// Whose slices a moment cuts.
  public enum Owner: Hashable, Sendable {
    /// An item's.
    case item(String)
    /// Those of all items of a subscription.
    case subscription(String)
  }
}
