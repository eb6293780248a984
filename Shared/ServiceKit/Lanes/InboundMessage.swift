import Messages

/// A message that is the next one of its lane.
public struct InboundMessage: Sendable {
  /// What it says.
  public let envelope: Envelope
  /// Where it stands in the lane it was read from.
  public let place: Envelope.Place
  /// Its bytes, as published.
  public let bytes: [UInt8]
  /// The running hash of the lane through this message.
  let chain: [UInt8]
  /// Where Kafka keeps it.
  let offset: Int64
}
