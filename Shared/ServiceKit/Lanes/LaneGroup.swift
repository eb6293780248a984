import Kafka
import Messages
import Postgres

/// A group of lanes of one service: the same work on each lane, each by itself.
public struct LaneGroup: Sendable {
  /// What a turn's work is made from.
  public struct Turn: Sendable {
    /// The lane.
    public let lane: Int
    /// Where its input stands.
    public let position: ReaderPosition
    /// At most so many messages may be taken in one transaction.
    public let maximumMessages: Int
    /// So many messages, from the first on, are to be taken one by one, because one of them keeps failing.
    public let singleMessages: Int
    /// What the process shares.
    public let process: ServiceProcess
  }

  let name: String
  let lanes: Int?
  let table: LogTable?
  let output: Topic?
  let readers: [String]
  let isDurable: Bool
  let isDerived: Bool
  let makeWork: @Sendable (Turn) throws -> any LaneWork

  /// A group that reads, and writes a log if it has one.
  /// - Parameters:
  ///   - name: names the group in the service's `lane` table.
  ///   - lanes: how many there are; nil where the group has one for each lane of the installation.
  ///   - table: the table of its log, with the topic that the log is published on and the readers that state positions in it.
  ///   - isDurable: whether an acknowledged transaction must survive a crash of Postgres. Where the input can be read again, it need not.
  ///   - isDerived: whether the log is a function of an input that can be read again, so that a lost end of it is made anew.
  public init(
    name: String, lanes: Int? = nil, log table: LogTable? = nil, output: Topic? = nil, readers: [String] = [],
    isDurable: Bool = false, isDerived: Bool = true,
    makeWork: @escaping @Sendable (Turn) throws -> any LaneWork
  ) {
    self.name = name
    self.lanes = lanes
    self.table = table
    self.output = output
    self.readers = readers
    self.isDurable = isDurable
    self.isDerived = isDerived
    self.makeWork = makeWork
  }
}
