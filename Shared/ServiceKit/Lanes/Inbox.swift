import Accounting
import Crypto
import JSON
import Kafka
import Messages

/// Reads a lane of a topic as a numbered, chained log: decides of each record whether it is the next message.
struct Inbox {
  /// What a record turned out to be.
  enum Reading {
    /// The next message of the lane.
    case next(InboundMessage)
    /// What the writer says of its log.
    case beat(Beat)
    /// A message that has been read before.
    case duplicate
    /// A message after one that is missing; the writer will send both again.
    case ahead
    /// Something that no service of ours has written.
    case foreign(String)
  }

  let topic: String
  let lane: Int
  /// The number and the running hash of the last message taken.
  private(set) var sequence: Int64
  private(set) var chain: [UInt8]

  init(topic: String, lane: Int, position: ReaderPosition) {
    self.topic = topic
    self.lane = lane
    sequence = position.sequence
    chain = position.chain
  }

  mutating func read(_ record: KafkaMessage) throws -> Reading {
    let value: JSONValue
    do {
      value = try JSONDocument(parsing: record.value).root
    } catch {
      return .foreign("not JSON: \(error.message)")
    }
    if let beat = Beat(value) { return .beat(beat) }
    let envelope: Envelope
    do {
      envelope = try Envelope(value)
    } catch {
      return .foreign(error.description)
    }
    guard let place = envelope.place, place.lane == lane else { return .foreign("no place in lane \(lane)") }
    if place.sequence <= sequence { return .duplicate }
    if place.sequence > sequence + 1 { return .ahead }
    guard place.chain == chain else { throw LaneError.brokenChain(topic: topic, lane: lane, sequence: place.sequence) }
    sequence = place.sequence
    chain = SHA256.hash(chain, record.value)
    return .next(
      InboundMessage(envelope: envelope, place: place, bytes: record.value, chain: chain, offset: record.offset))
  }
}
