import Accounting
import JSON

/// What a writer says of its lane each second: how far the log goes, and through when it is complete.
///
/// A beat has no number: a lost one is replaced by the next.
public struct Beat: Hashable, Sendable {
  /// The lane it speaks of.
  public var lane: Int
  /// The number of the log's last message, 0 for an empty log.
  public var sequence: Int64
  /// The running hash through that message.
  public var chain: [UInt8]
  /// Every fact recorded up to then is in the log through `sequence`.
  public var completeThrough: Instant

  /// A beat that says this.
  public init(lane: Int, sequence: Int64, chain: [UInt8], completeThrough: Instant) {
    self.lane = lane
    self.sequence = sequence
    self.chain = chain
    self.completeThrough = completeThrough
  }

  /// The bytes that are published.
  public var bytes: [UInt8] {
    var writer = JSONWriter()
    writer.object {
      $0.member("type", MessageType.beat)
      $0.member("lane", lane)
      $0.member("sequence", sequence)
      $0.member("chain", chain.hexadecimalText)
      $0.member("completethrough", completeThrough.rfc3339)
    }
    return writer.bytes
  }

  /// Reads a beat; nil where the value is none.
  public init?(_ value: JSONValue) {
    guard value["type"]?.string == MessageType.beat, let lane = value["lane"]?.integer,
      let sequence = value["sequence"]?.integer, let chain = value["chain"]?.string,
      let chain = [UInt8](hexadecimalText: chain), let through = value["completethrough"]?.string,
      let through = Instant(rfc3339: through)
    else { return nil }
    self.init(lane: Int(lane), sequence: sequence, chain: chain, completeThrough: through)
  }
}
