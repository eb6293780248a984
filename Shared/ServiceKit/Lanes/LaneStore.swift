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
    try connection.execute(
      "INSERT INTO lane (name, lane) SELECT $1, number FROM generate_series(0, $2::bigint - 1) AS number ON CONFLICT DO NOTHING",
      [.text(group), .int(Int64(lanes))])
    let found = try connection.query("SELECT count(*) FROM lane WHERE name = $1", [.text(group)])[0].int(0)
    guard found == lanes else { throw LaneError.otherNumberOfLanes(group: group, found: Int(found), configured: lanes) }
  }

  /// Takes the lane if nobody holds it and it is not stopped; nil otherwise.
  func claim(owner: String) throws -> LaneState? {
    try endPausedOwner()
    let rows = try connection.query(
      """
      UPDATE lane SET turn = turn + 1, owner = $3, backend = pg_backend_pid(), claims = claims + 1,
        until = clock_timestamp() + interval '\(Self.leaseSeconds) s'
      WHERE (name, lane) = (
        SELECT name, lane FROM lane WHERE name = $1 AND lane = $2 AND until < clock_timestamp() AND stopped IS NULL
        FOR UPDATE SKIP LOCKED)
      RETURNING turn, claims, sequence, chain, recorded_time, read_sequence, read_chain, read_step, read_offset,
        complete_through
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
      SELECT turn, claims, sequence, chain, greatest(clock_timestamp(), recorded_time), read_sequence, read_chain,
        read_step, read_offset, complete_through
      FROM lane WHERE name = $1 AND lane = $2 AND turn = $3 FOR UPDATE
      """, key + [.int(turn)])
    guard let row = rows.first else { throw LaneError.leaseLost(group: group, lane: lane) }
    return state(row)
  }

  /// Saves what a transaction did, and renews the lease with it.
  func save(_ head: LogHead, _ position: ReaderPosition) throws {
    try connection.execute(
      """
      UPDATE lane SET until = clock_timestamp() + interval '\(Self.leaseSeconds) s', claims = 0, sequence = $3,
        chain = $4, recorded_time = $5, read_sequence = $6, read_chain = $7, read_step = $8, read_offset = $9,
        complete_through = $10
      WHERE name = $1 AND lane = $2
      """,
      key + [
        .int(head.sequence), .bytes(head.chain), .instant(head.recordedTime.microseconds), .int(position.sequence),
        .bytes(position.chain), .int(position.step), .int(position.offset),
        .instant(position.completeThrough.microseconds),
      ])
  }

  /// Renews the lease between batches. Returns a time up to which nothing else will be recorded in this lane's log.
  /// - Parameter isCaughtUp: that the input's end has been reached, so that the lane is known to work.
  func renew(turn: Int64, completeThrough: Instant, isCaughtUp: Bool) throws -> Instant {
    let rows = try connection.query(
      """
      UPDATE lane SET until = clock_timestamp() + interval '\(Self.leaseSeconds) s',
        recorded_time = greatest(clock_timestamp(), recorded_time),
        complete_through = greatest($4, complete_through), claims = CASE WHEN $5 THEN 0 ELSE claims END
      WHERE name = $1 AND lane = $2 AND turn = $3 RETURNING recorded_time
      """, key + [.int(turn), .instant(completeThrough.microseconds), .bool(isCaughtUp)])
    guard let row = rows.first else { throw LaneError.leaseLost(group: group, lane: lane) }
    return Instant(microseconds: row.instant(0))
  }

  /// Gives the lane back, so that the next owner need not wait for the lease to run out.
  func release(turn: Int64, inOrder: Bool) throws {
    try connection.execute(
      """
      UPDATE lane SET until = 'epoch', owner = NULL, claims = CASE WHEN $4 THEN 0 ELSE claims END
      WHERE name = $1 AND lane = $2 AND turn = $3
      """, key + [.int(turn), .bool(inOrder)])
  }

  /// Marks the lane so that no owner works on it until an operator clears the mark.
  func stop(turn: Int64, reason: String) throws {
    try connection.execute(
      "UPDATE lane SET stopped = $4, until = 'epoch', owner = NULL WHERE name = $1 AND lane = $2 AND turn = $3",
      key + [.int(turn), .text(reason)])
  }

  private func state(_ row: PostgresRow) -> LaneState {
    LaneState(
      turn: row.int(0), claims: Int(row.int(1)),
      head: LogHead(sequence: row.int(2), chain: row.bytes(3), recordedTime: Instant(microseconds: row.instant(4))),
      position: ReaderPosition(
        sequence: row.int(5), chain: row.bytes(6), step: row.int(7), offset: row.int(8),
        completeThrough: Instant(microseconds: row.instant(9))))
  }
}
