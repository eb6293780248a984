import Postgres
import ServiceKit

/// Counts, every few seconds, the facts that are not in the books, for whoever watches the service's figures.
struct OpenFactGauge {
  let process: ServiceProcess

  /// Runs until the process stops.
  func run() {
    var connection: PostgresConnection?
    while !process.stop.isGiven {
      do throws(PostgresError) {
        let usable: PostgresConnection
        if let connection, connection.isUsable { usable = connection } else { usable = try process.connect("figures") }
        connection = usable
        try count(on: usable)
      } catch {
        process.log.warning("open_facts_not_counted", ["reason": "\(error)"])
      }
      process.stop.wait(milliseconds: 5_000)
    }
  }

  private func count(on connection: PostgresConnection) throws(PostgresError) {
    let counts = try connection.query(
      """
      SELECT count(*) FILTER (WHERE state = 'waiting'), count(*) FILTER (WHERE state = 'refused') FROM open_fact
      """)[0]
    process.metrics.set(
      "earned_facts_waiting", help: "Facts that wait for something not told yet.", to: Double(counts.int(0)))
    process.metrics.set("earned_facts_refused", help: "Facts that the books refuse.", to: Double(counts.int(1)))
  }
}
