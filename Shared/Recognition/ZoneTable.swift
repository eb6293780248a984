import Accounting
import Foundation
import Synchronization

/// The time zones of the IANA, as the system's library knows them.
enum ZoneTable {
  private static let known = Mutex<[String: Zone]>([:])
  /// Between these years clocks are looked at; before and after, they stay as they are at the ends.
  private static let (firstSecond, lastSecond) = (Int64(-2_208_988_800), Int64(7_258_118_400))
  /// No clock is turned and turned back within a week.
  private static let step: Int64 = 7 * 86_400

  /// The zone of this name; nil if there is none.
  static func zone(named name: String) -> Zone? {
    if let zone = known.withLock({ $0[name] }) { return zone }
    guard let source = TimeZone(identifier: name) else { return nil }
    let zone = Zone(name: name, offsets: offsets(of: source))
    known.withLock { $0[name] = zone }
    return zone
  }

  private static func offsets(of source: TimeZone) -> [Zone.Offset] {
    func offset(_ second: Int64) -> Int64 {
      Int64(source.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(second))))
    }
    var result = [Zone.Offset(from: firstSecond, seconds: offset(firstSecond))]
    for start in stride(from: firstSecond, to: lastSecond, by: Int(step)) {
      let end = start + step
      let later = offset(end)
      guard later != result[result.count - 1].seconds else { continue }
      // The first second with the new offset.
      var (low, high) = (start, end)
      while high - low > 1 {
        let middle = (low + high) / 2
        if offset(middle) == later { high = middle } else { low = middle }
      }
      result.append(Zone.Offset(from: high, seconds: later))
    }
    return result
  }
}

extension Accounting.Calendar {
  /// Days that begin at the midnights of zones, each from a day on. The zones are known: a setting has named them.
  public static func days(in zones: [(name: String, from: CivilDate)]) -> Accounting.Calendar {
    zones.reduce(.months) { calendar, entry in
      guard let zone = ZoneTable.zone(named: entry.name) else {
        preconditionFailure("\(entry.name) was known when it was set, and is no time zone here")
      }
      return calendar.adding(zone, from: Instant(entry.from))
    }
  }
}
