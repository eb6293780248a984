import Glibc
import Postgres

/// What an operator can ask of a service on its command line: which lanes it has, and to go on with one that was stopped.
struct LaneCommand {
  private static let usage = """
    without arguments    runs the service
    lanes                lists its lanes
    resume LANE [GROUP]  lets a stopped lane go on, once its reason is gone; of one group of lanes, or of all
    """

  private let process: ServiceProcess

  init(_ process: ServiceProcess) {
    self.process = process
  }

  /// Does what is asked. Returns the exit status.
  func run(_ command: String, _ arguments: [String]) throws -> Int32 {
    switch (command, arguments.first.flatMap { Int64($0) }, arguments.count) {
    case ("lanes", _, 0): try list()
    case ("resume", let lane?, 1...2): return try resume(lane, of: arguments.dropFirst().first)
    default:
      Log.print(Self.usage.utf8)
      return 2
    }
    return 0
  }

  private func list() throws {
    let rows = try process.connect("lanes").query(
      """
      SELECT name, lane, read_sequence, sequence, coalesce('stopped: ' || stopped, owner, 'held by nobody') FROM lane
      ORDER BY name, lane
      """)
    for row in rows {
      print("\(row.text(0)) \(row.int(1)): read \(row.int(2)), written \(row.int(3)), \(row.text(4))")
    }
  }

  private func resume(_ lane: Int64, of group: String?) throws -> Int32 {
    let rows = try process.connect("lanes").query(
      """
      UPDATE lane SET stopped = NULL, attempts = 0, attempted = NULL
      WHERE lane = $1 AND name = coalesce($2, name) AND stopped IS NOT NULL RETURNING name
      """, [.int(lane), .optionalText(group)])
    for row in rows { print("Lane \(lane) of \(row.text(0)) goes on.") }
    if rows.isEmpty { Log.print("Lane \(lane) is not stopped.".utf8) }
    return rows.isEmpty ? 1 : 0
  }
}
