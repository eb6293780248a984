import Accounting

/// How far the books that a report was made from have come, and what is not in them.
public struct Completeness: Hashable, Sendable {
  /// How far one lane has been read.
  public struct Position: Hashable, Sendable {
    /// The lane's number.
    public var lane: Int
    /// The number of the last message read.
    public var sequence: Int64

    /// The position `sequence` in `lane`.
    public init(lane: Int, sequence: Int64) {
      self.lane = lane
      self.sequence = sequence
    }
  }

  /// All that was committed up to this instant is in the report; nil where facts come from a file and have no such time.
  public var through: Instant?
  /// The positions read, a lane each; empty where facts come from a file.
  public var positions: [Position]
  /// Facts that wait for something not told yet.
  public var waiting: Int
  /// Facts that the books refuse.
  public var refused: Int

  /// A statement of completeness.
  public init(through: Instant? = nil, positions: [Position] = [], waiting: Int = 0, refused: Int = 0) {
    self.through = through
    self.positions = positions
    self.waiting = waiting
    self.refused = refused
  }
}
