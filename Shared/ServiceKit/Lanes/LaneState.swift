import Accounting

/// What a lane's row says: the end of the log and the position in the input.
public struct LaneState: Hashable, Sendable {
  /// The turn in which the lane is held.
  public var turn: Int64
  /// How often handling the next message has been begun since the input last moved on.
  public var attempts: Int
  /// Which message that was; nil where none has been begun.
  public var attempted: String?
  /// The end of the log.
  public var head: LogHead
  /// The position in the input.
  public var position: ReaderPosition
}

/// How far a lane's input has been read: exactly once is a position, not a memory of ids.
public struct ReaderPosition: Hashable, Sendable {
  /// The number of the last message whose effects are committed, 0 for none.
  public var sequence: Int64
  /// The running hash through that message.
  public var chain: [UInt8]
  /// How many steps of the next message are committed already.
  public var step: Int64
  /// The offset at which to look for the next message first.
  public var offset: Int64
  /// Everything recorded up to then has been read.
  public var completeThrough: Instant
}
