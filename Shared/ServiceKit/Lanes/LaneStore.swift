import Accounting
import Postgres

/// The SQL of one lane's row: its lease, the end of its log, its position in the input.
struct LaneStore {
  /// How long a claim or a renewal holds a lane.
  static let leaseSeconds = 10

  let connection: PostgresConnection
  let group: String
  let lane: Int

  private var key: [PostgresValue] { [.text(group), .int(Int64(lane))] }

  /// Makes the rows of a group's lanes. Throws if the group has been set up with another number of lanes.
  static func prepare(group: String, lanes: Int, on connection: PostgresConnection) throws {
    let found = try connection.query("SELECT count(*) FROM lane WHERE name = $1", [.text(group)])[0].int(0)
    guard found == 0 || found == lanes else {
      throw LaneError.otherNumberOfLanes(group: group, found: Int(found), configured: lanes)
    }
    try connection.execute(
      """
      INSERT INTO lane (name, lane) SELECT $1, number FROM generate_series(0, $2::bigint - 1) AS number
      ON CONFLICT DO NOTHING
      """, [.text(group), .int(Int64(lanes))])
  }

  /// What a lane's row says of itself when it may be claimed: nobody has stopped it, and its lease has run out or the session
  /// that held it has ended, with which its owner has lost it.
  static let isFree = """
    stopped IS NULL AND (until < clock_timestamp() OR NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = backend))
    """

  /// Takes the lane if nobody holds it and it is not stopped; nil otherwise.
  func claim(owner: String) throws -> LaneState? {
    try endPausedOwner()
    let rows = try connection.query(
      """
      UPDATE lane SET turn = turn + 1, owner = $3, backend = pg_backend_pid(),
        until = clock_timestamp() + interval '\(Self.leaseSeconds) s'
      WHERE (name, lane) = (
        SELECT name, lane FROM lane WHERE name = $1 AND lane = $2 AND \(Self.isFree) FOR UPDATE OF lane SKIP LOCKED)
      RETURNING turn, attempts, attempted, sequence, chain, recorded_time, read_sequence, read_chain, read_step,
        read_offset, complete_through
      """, key + [.text(owner)])
    return rows.first.map(state)
  }

  /// An owner that was paused within a transaction still locks the row when its lease has run out: its session is ended.
  private func endPausedOwner() throws {
    try connection.execute(
      """
      SELECT pg_terminate_backend(pid) FROM lane JOIN pg_stat_activity ON pid = backend AND backend_start < until
      WHERE name = $1 AND lane = $2 AND until < clock_timestamp() - interval '1 s' AND state <> 'idle'
        AND usename = current_user AND pid <> pg_backend_pid()
      """, key)
  }

  /// Locks the lane's row for the transaction that is running. Throws if the lane has gone to someone else meanwhile.
  func lock(turn: Int64) throws -> LaneState {
    let rows = try connection.query(
      """
      SELECT turn, attempts, attempted, sequence, chain, greatest(clock_timestamp(), recorded_time), read_sequence,
        read_chain, read_step, read_offset, complete_through
      FROM lane WHERE name = $1 AND lane = $2 AND turn = $3 FOR UPDATE
      """, key + [.int(turn)])
    guard let row = rows.first else { throw lost }
    return state(row)
  }

  /// Saves what a transaction did, and renews the lease with it.
  func save(_ head: LogHead, _ position: ReaderPosition) throws {
    try connection.execute(
      """
      UPDATE lane SET until = clock_timestamp() + interval '\(Self.leaseSeconds) s', attempts = 0, attempted = NULL,
        sequence = $3, chain = $4, recorded_time = $5, read_sequence = $6, read_chain = $7, read_step = $8,
        read_offset = $9, complete_through = $10
      WHERE name = $1 AND lane = $2
      """,
      key + [
        .int(head.sequence), .bytes(head.chain), .instant(head.recordedTime.microseconds), .int(position.sequence),
        .bytes(position.chain), .int(position.step), .int(position.offset),
        .instant(position.completeThrough.microseconds),
      ])
  }

  /// Renews the lease between batches. Returns a time up to which nothing else will be recorded in this lane's log.
  func renew(turn: Int64, completeThrough: Instant) throws -> Instant {
    let rows = try connection.query(
      """
      UPDATE lane SET until = clock_timestamp() + interval '\(Self.leaseSeconds) s',
        recorded_time = greatest(clock_timestamp(), recorded_time), complete_through = greatest($4, complete_through)
      WHERE name = $1 AND lane = $2 AND turn = $3 RETURNING recorded_time
      """, key + [.int(turn), .instant(completeThrough.microseconds)])
    guard let row = rows.first else { throw lost }
    return Instant(microseconds: row.instant(0))
  }

  /// Notes, in a transaction of its own, that handling a message is about to begin: if the process ends over it, the next owner
  /// knows. Returns how often that has been so since the input last moved on, this time included.
  func attempt(_ message: String, turn: Int64) throws -> Int {
    let rows = try connection.query(
      """
      UPDATE lane SET attempts = attempts + 1, attempted = $4 WHERE name = $1 AND lane = $2 AND turn = $3
      RETURNING attempts
      """, key + [.int(turn), .text(message)])
    guard let row = rows.first else { throw lost }
    return Int(row.int(0))
  }

  /// Gives the lane back, so that the next owner need not wait for the lease to run out.
  /// - Parameter forgetsAttempt: that the turn did not end over the message it had begun, so that the attempt does not count.
  func release(turn: Int64, forgetsAttempt: Bool) throws {
    try connection.execute(
      """
      UPDATE lane SET until = 'epoch', owner = NULL, backend = NULL,
        attempts = CASE WHEN $4 THEN greatest(attempts - 1, 0) ELSE attempts END
      WHERE name = $1 AND lane = $2 AND turn = $3
      """, key + [.int(turn), .bool(forgetsAttempt)])
  }

  /// Marks the lane so that no owner works on it until an operator clears the mark. Throws if it has gone to someone else.
  func stop(turn: Int64, reason: String) throws {
    let rows = try connection.execute(
      """
      UPDATE lane SET stopped = $4, until = 'epoch', owner = NULL, backend = NULL
      WHERE name = $1 AND lane = $2 AND turn = $3
      """, key + [.int(turn), .text(reason)])
    guard rows > 0 else { throw lost }
  }

  private var lost: LaneError { .leaseLost(group: group, lane: lane) }

  private func state(_ row: PostgresRow) -> LaneState {
    LaneState(
      turn: row.int(0), attempts: Int(row.int(1)), attempted: row.optionalText(2),
      head: LogHead(sequence: row.int(3), chain: row.bytes(4), recordedTime: Instant(microseconds: row.instant(5))),
      position: ReaderPosition(
        sequence: row.int(6), chain: row.bytes(7), step: row.int(8), offset: row.int(9),
        completeThrough: Instant(microseconds: row.instant(10))))
  }
}
