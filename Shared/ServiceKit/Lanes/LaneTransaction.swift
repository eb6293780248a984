import Messages
import Postgres

/// One transaction of a lane: its row is locked, and what is appended and read is saved with it.
public final class LaneTransaction {
  /// The lane's own connection, with the transaction open on it.
  public let connection: PostgresConnection
  /// The lane.
  public let lane: Int
  /// Where the log ends, with what has been appended so far.
  public private(set) var head: LogHead
  /// Where the input stands; the work moves it on.
  public var position: ReaderPosition
  private(set) var rows: [LogRow] = []
  private let table: LogTable?

  init(connection: PostgresConnection, lane: Int, state: LaneState, table: LogTable?) {
    self.connection = connection
    self.lane = lane
    self.table = table
    head = state.head
    position = state.position
  }

  /// Appends messages to the lane's log. They are published once the transaction is committed.
  /// - Returns: the rows, with the bytes as they will be published.
  @discardableResult
  public func append(_ drafts: [Draft]) throws -> [LogRow] {
    guard let table else { throw LaneError.defect("A lane without a log was given messages to append.") }
    let appended = try table.append(drafts, lane: lane, behind: &head, on: connection)
    rows += appended
    return appended
  }
}
