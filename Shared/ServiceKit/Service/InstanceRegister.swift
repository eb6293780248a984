import Postgres

/// Says every two seconds that this instance is there, and divides the lanes by how many instances are.
struct InstanceRegister {
  private let process: ServiceProcess

  init(_ process: ServiceProcess) {
    self.process = process
  }

  /// Runs until the process stops.
  func run() {
    var connection: PostgresConnection?
    while !process.stop.isGiven {
      do {
        let usable = try connection.flatMap { $0.isUsable ? $0 : nil } ?? process.connect("instance")
        connection = usable
        process.share.divide(among: try register(on: usable))
      } catch {
        process.log.warning("instance_not_registered", ["reason": "\(error)"])
      }
      process.stop.wait(milliseconds: 2_000)
    }
    do {
      try connection?.execute("DELETE FROM instance WHERE id = $1", [.text(process.configuration.instance)])
    } catch {
      process.log.info("instance_not_unregistered", ["reason": "\(error)"])
    }
  }

  /// Renews this instance's entry. Returns how many instances there are.
  private func register(on connection: PostgresConnection) throws -> Int {
    try connection.execute(
      """
      INSERT INTO instance (id, until) VALUES ($1, clock_timestamp() + interval '10 s')
      ON CONFLICT (id) DO UPDATE SET until = excluded.until
      """, [.text(process.configuration.instance)])
    try connection.execute("DELETE FROM instance WHERE until < clock_timestamp() - interval '1 min'")
    let rows = try connection.query("SELECT count(*) FROM instance WHERE until > clock_timestamp()")
    return max(1, Int(rows[0].int(0)))
  }
}
