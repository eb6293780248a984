import Accounting
import Crypto
import Messages

/// One message of a lane's log, exactly as it is stored and published.
public struct LogRow: Sendable {
  /// Its number in the lane.
  public let sequence: Int64
  /// The running hash through this message.
  public let chain: [UInt8]
  /// The account, by which Kafka's tools tell messages apart.
  public let account: String
  /// What it is, for the header that repeats it.
  public let type: String
  /// What is published.
  public let bytes: [UInt8]

  /// The row that puts a draft behind a head, which moves on.
  init(_ draft: Draft, lane: Int, behind head: inout LogHead) {
    let recordedTime = draft.recordedTime ?? head.recordedTime.advanced(byMicroseconds: 1)
    bytes = draft.sealed(
      at: Envelope.Place(lane: lane, sequence: head.sequence + 1, chain: head.chain, recordedTime: recordedTime))
    sequence = head.sequence + 1
    chain = SHA256.hash(head.chain, bytes)
    account = draft.account
    type = draft.type
    head = LogHead(sequence: sequence, chain: chain, recordedTime: max(recordedTime, head.recordedTime))
  }

  /// A row as it was stored.
  init(sequence: Int64, chain: [UInt8], account: String, type: String, bytes: [UInt8]) {
    self.sequence = sequence
    self.chain = chain
    self.account = account
    self.type = type
    self.bytes = bytes
  }
}
