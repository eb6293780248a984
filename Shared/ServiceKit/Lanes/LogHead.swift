import Accounting

/// The end of a lane's log: what the next message is chained to.
public struct LogHead: Hashable, Sendable {
  /// The number of the last message, 0 for an empty log.
  public var sequence: Int64
  /// The running hash through that message: SHA-256 of the hash before it followed by its bytes; 32 zeros for an empty log.
  public var chain: [UInt8]
  /// The recorded time of that message, or a later time up to which nothing else will be recorded.
  public var recordedTime: Instant

  /// A head that stands there.
  public init(sequence: Int64, chain: [UInt8], recordedTime: Instant) {
    self.sequence = sequence
    self.chain = chain
    self.recordedTime = recordedTime
  }

  /// The hash of a log without messages.
  public static let emptyChain = [UInt8](repeating: 0, count: 32)
}
