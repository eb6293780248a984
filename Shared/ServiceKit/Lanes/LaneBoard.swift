import Postgres
import Synchronization

/// Looks twice a second which lanes nobody holds, and says every two seconds that this instance is there, so that lanes that
/// are held elsewhere cost one connection for all of them.
final class LaneBoard: Sendable {
  private struct Place: Hashable {
    let group: String
    let lane: Int
  }

  private static let lookMilliseconds = 500
  private static let looksPerRegistration = 4

  private let free = Mutex<Set<Place>>([])

  init() {}

  /// Takes a lane that was free when last looked; the next look decides again.
  func takeFree(_ group: String, _ lane: Int) -> Bool {
    free.withLock { $0.remove(Place(group: group, lane: lane)) != nil }
  }

  /// Runs until the process stops.
  func run(_ process: ServiceProcess) {
    var connection: PostgresConnection?
    var looks = 0
    while !process.stop.isGiven {
      do {
        let usable = try connection.flatMap { $0.isUsable ? $0 : nil } ?? process.connect("lanes")
        if connection !== usable { looks = 0 }
        connection = usable
        if looks.isMultiple(of: Self.looksPerRegistration) {
          process.share.divide(among: try register(process.configuration.instance, on: usable))
        }
        looks += 1
        try look(on: usable)
      } catch {
        process.log.warning("lanes_not_seen", ["reason": "\(error)"])
        process.stop.wait(milliseconds: Self.lookMilliseconds)
      }
      process.publisher.look()
      process.stop.wait(milliseconds: Self.lookMilliseconds)
    }
    do {
      try connection?.execute("DELETE FROM instance WHERE id = $1", [.text(process.configuration.instance)])
    } catch {
      process.log.info("instance_not_unregistered", ["reason": "\(error)"])
    }
  }

  private func look(on connection: PostgresConnection) throws {
    let rows = try connection.query("SELECT name, lane FROM lane WHERE \(LaneStore.isFree)")
    let found = Set(rows.map { Place(group: $0.text(0), lane: Int($0.int(1))) })
    free.withLock { $0 = found }
  }

  /// Renews this instance's entry. Returns how many instances there are: those that have been heard of lately, and whose
  /// sessions last.
  private func register(_ instance: String, on connection: PostgresConnection) throws -> Int {
    try connection.execute(
      """
      INSERT INTO instance (id, backend, until) VALUES ($1, pg_backend_pid(), clock_timestamp() + interval '10 s')
      ON CONFLICT (id) DO UPDATE SET backend = excluded.backend, until = excluded.until
      """, [.text(instance)])
    try connection.execute("DELETE FROM instance WHERE until < clock_timestamp() - interval '1 min'")
    let rows = try connection.query(
      """
      SELECT count(*) FROM instance
      WHERE until > clock_timestamp() AND EXISTS (SELECT FROM pg_stat_activity WHERE pid = backend)
      """)
    return max(1, Int(rows[0].int(0)))
  }
}
