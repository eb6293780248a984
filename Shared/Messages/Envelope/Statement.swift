import JSON

/// What a reader says on `earned.positions`: how far it has come in one lane of one topic.
public struct Statement: Hashable, Sendable {
  /// Who reads.
  public var reader: String
  /// The topic that it reads.
  public var topic: String
  /// The lane of that topic.
  public var lane: Int
  /// The number of the last message whose effects it has committed, 0 for none.
  public var sequence: Int64
  /// The running hash through that message.
  public var chain: [UInt8]

  /// A statement that says this.
  public init(reader: String, topic: String, lane: Int, sequence: Int64, chain: [UInt8]) {
    self.reader = reader
    self.topic = topic
    self.lane = lane
    self.sequence = sequence
    self.chain = chain
  }

  /// The Kafka key, by which compaction keeps the last statement only.
  public var key: [UInt8] { Array("\(topic)/\(lane)/\(reader)".utf8) }

  /// The bytes that are published.
  public var bytes: [UInt8] {
    var writer = JSONWriter()
    writer.object {
      $0.member("type", MessageType.statement)
      $0.member("reader", reader)
      $0.member("topic", topic)
      $0.member("lane", lane)
      $0.member("sequence", sequence)
      $0.member("chain", chain.hexadecimalText)
    }
    return writer.bytes
  }

  /// Reads a statement; nil where the value is none.
  public init?(_ value: JSONValue) {
    guard value["type"]?.string == MessageType.statement, let reader = value["reader"]?.string,
      let topic = value["topic"]?.string, let lane = value["lane"]?.integer, let sequence = value["sequence"]?.integer,
      let chain = value["chain"]?.string, let chain = [UInt8](hexadecimalText: chain)
    else { return nil }
    self.init(reader: reader, topic: topic, lane: Int(lane), sequence: sequence, chain: chain)
  }
}
