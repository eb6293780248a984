/// A zone whose midnights begin the days from one day on.
public struct ZoneFrom: Hashable, Sendable {
  /// The first day.
  public let from: CivilDate
  /// The zone.
  public let zone: Zone
}

// Days: they begin at midnight in UTC, or in a zone from its first day on.
extension Calendar {
  /// The day that holds the moment.
  public func date(containing moment: Instant) -> CivilDate {
    guard !zones.isEmpty else { return moment.date }
    for (index, entry) in zones.enumerated().reversed() {
      let date = entry.zone.date(containing: moment)
      guard date < entry.from else { return date }
      // What lies before the first midnight of the new zone belongs to the days before.
      let earlier = index == 0 ? moment.date : zones[index - 1].zone.date(containing: moment)
      if earlier >= entry.from { return CivilDate(daysSinceEpoch: entry.from.daysSinceEpoch - 1) }
    }
    return moment.date
  }

  /// The first moment of the day.
  public func midnight(of date: CivilDate) -> Instant {
    zones.last { $0.from <= date }?.zone.midnight(of: date) ?? Instant(date)
  }

  /// How many whole days the day of the moment lies after 1 January 1970.
  public func daysSinceEpoch(_ moment: Instant) -> Int {
    zones.isEmpty ? moment.daysSinceEpoch : date(containing: moment).daysSinceEpoch
  }

  /// The same calendar, whose days begin at the zone's midnights from a day on. A moment that is no midnight in UTC names the
  /// day that it lies in there.
  public func adding(_ zone: Zone, from moment: Instant) -> Calendar {
    let isMidnight = moment == Instant(moment.date)
    let from = isMidnight ? moment.date : zone.date(containing: moment)
    let others = zones.filter { $0.from != from }
    return keeping((others + [ZoneFrom(from: from, zone: zone)]).sorted { $0.from < $1.from })
  }

  /// The same calendar in these zones.
  public func keeping(_ zones: [ZoneFrom]) -> Calendar {
    Calendar(kind: kind, start: start, week53: week53, zones: zones)
  }
}
