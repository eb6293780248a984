import Accounting
import Messages

/// What can be booked so far. Anything that would change the books in a way not known yet is refused by name, so that no
/// figure is silently wrong.
enum Support {
  /// Refuses settings that cannot be kept.
  static func check(_ change: SettingsChanged) throws(Refusal) {
    if let zone = change.timeZone, ZoneTable.zone(named: zone.value) == nil { throw .unknownTimeZone(zone.value) }
  }
}
