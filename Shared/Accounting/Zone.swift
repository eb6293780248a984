/// A time zone: how far its clocks are ahead of UTC, and since when.
public final class Zone: Hashable, Sendable {
  /// An offset, and the first second in which it holds.
  public struct Offset: Hashable, Sendable {
    /// Seconds since 1970 UTC.
    public let from: Int64
    /// Seconds ahead of UTC.
    public let seconds: Int64

    /// An offset from a second on.
    public init(from: Int64, seconds: Int64) {
      self.from = from
      self.seconds = seconds
    }
  }

  /// Its name in the database of the IANA.
  public let name: String
  /// By time; the first one holds before it too.
  private let offsets: [Offset]

  /// A zone of these offsets, by time; at least one.
  public init(name: String, offsets: [Offset]) {
    precondition(!offsets.isEmpty, "a zone has an offset at any time")
    self.name = name
    self.offsets = offsets
  }

  /// The day in this zone that holds the moment.
  public func date(containing moment: Instant) -> CivilDate {
    moment.advanced(byMicroseconds: offset(at: moment) * 1_000_000).date
  }

  /// The first moment of a day in this zone.
  public func midnight(of date: CivilDate) -> Instant {
    let local = Instant(date)
    // Clocks that are turned around midnight: the earlier of both offsets that leads into the day.
    let before = local.advanced(
      byMicroseconds: -offset(at: local.advanced(byMicroseconds: -86_400_000_000)) * 1_000_000)
    let after = local.advanced(byMicroseconds: -offset(at: local.advanced(byMicroseconds: 86_400_000_000)) * 1_000_000)
    let (first, second) = (min(before, after), max(before, after))
    return self.date(containing: first) >= date ? first : second
  }

  private func offset(at moment: Instant) -> Int64 {
    let second = moment.microseconds / 1_000_000
    var (low, high) = (0, offsets.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if offsets[middle].from <= second { low = middle } else { high = middle }
    }
    return offsets[low].seconds
  }

  /// Whether both have the same name.
  public static func == (left: Zone, right: Zone) -> Bool { left.name == right.name }

  /// By name.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
