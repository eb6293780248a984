import Messages
import Postgres

/// The table that holds the logs of a service's lanes, with the service's own columns beside the common ones.
///
/// The common columns are `lane`, `sequence`, `chain`, `account`, `livemode`, `type` and `bytes`.
public struct LogTable: Sendable {
  /// A column that a service adds: its name and, as one array, its value for each draft.
  public typealias Column = (name: String, values: PostgresValue)

  let name: String
  private let ownColumns: @Sendable ([Draft]) -> [Column]

  /// The table of that name; `ownColumns` gives the service's columns for the drafts that are being appended.
  public init(name: String, ownColumns: @escaping @Sendable ([Draft]) -> [Column] = { _ in [] }) {
    self.name = name
    self.ownColumns = ownColumns
  }

  /// Appends drafts behind a head, which moves on, as one statement. The caller holds the lock on the lane's row.
  ///
  /// Arrays rather than COPY: a statement whose parameters have not all arrived holds no lock that a paused owner would keep.
  func append(
    _ drafts: [Draft], lane: Int, behind head: inout LogHead, on connection: PostgresConnection
  ) throws -> [LogRow] {
    guard !drafts.isEmpty else { return [] }
    var rows: [LogRow] = []
    rows.reserveCapacity(drafts.count)
    for draft in drafts { rows.append(LogRow(draft, lane: lane, behind: &head)) }
    var columns: [Column] = [
      ("sequence", .ints(rows.map(\.sequence))), ("chain", .bytesArray(rows.map(\.chain))),
      ("account", .texts(rows.map(\.account))), ("livemode", .bools(drafts.map(\.livemode))),
      ("type", .texts(rows.map(\.type))), ("bytes", .bytesArray(rows.map(\.bytes))),
    ]
    columns += ownColumns(drafts)
    let names = columns.map(\.name).joined(separator: ", ")
    let parameters = columns.indices.map { "$\($0 + 2)" }.joined(separator: ", ")
    try connection.execute(
      "INSERT INTO \(name) (lane, \(names)) SELECT $1, given.* FROM unnest(\(parameters)) AS given",
      [.int(Int64(lane))] + columns.map(\.values))
    return rows
  }

  /// Rows after a number, in order: as many as fit into the given bytes, but at least one if there is any.
  func rows(
    lane: Int, after sequence: Int64, bytes: Int, on connection: PostgresConnection
  ) throws -> [LogRow] {
    let found = try connection.query(
      """
      SELECT sequence, chain, account, type, bytes FROM (
        SELECT *, sum(length(bytes)) OVER (ORDER BY sequence) - length(bytes) AS before
        FROM (SELECT * FROM \(name) WHERE lane = $1 AND sequence > $2 ORDER BY sequence LIMIT 4096) AS next
      ) AS sized WHERE before < $3 ORDER BY sequence
      """, [.int(Int64(lane)), .int(sequence), .int(Int64(bytes))])
    return found.map {
      LogRow(sequence: $0.int(0), chain: $0.bytes(1), account: $0.text(2), type: $0.text(3), bytes: $0.bytes(4))
    }
  }

  /// The running hash through a row; nil where the log has no such row.
  func chain(lane: Int, through sequence: Int64, on connection: PostgresConnection) throws -> [UInt8]? {
    guard sequence > 0 else { return LogHead.emptyChain }
    return try connection.query(
      "SELECT chain FROM \(name) WHERE lane = $1 AND sequence = $2", [.int(Int64(lane)), .int(sequence)]
    ).first?.bytes(0)
  }
}
