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
    /// A message with the number that is next, chained to something else: the first of that number since the lane moved on.
    case unchained
    /// Something that no service of ours has written.
    case foreign(String)
  }

  /// For how long a number may come with nothing but other histories. A stale record is followed by the right one within
  /// the writer's patience; what comes later than this is what the writer means.
  static let doubt: Swift.Duration = .seconds(10)

  let topic: String
  let lane: Int
  /// The number and the running hash of the last message taken.
  private(set) var sequence: Int64
  private(set) var chain: [UInt8]
  /// Since when the next number has come with another history.
  private var inDoubtSince: ContinuousClock.Instant?

  init(topic: String, lane: Int, position: ReaderPosition) {
    self.topic = topic
    self.lane = lane
    sequence = position.sequence
    chain = position.chain
  }

  /// Reads a record. Throws if the writer insists on a history that this lane does not have.
  mutating func read(_ record: KafkaMessage, now: ContinuousClock.Instant) throws -> Reading {
    let value: JSONValue
    do {
      value = try JSONDocument(parsing: record.value).root
    } catch {
      return .foreign("not JSON: \(error.message)")
    }
    if let beat = Beat(value) {
      return beat.lane == lane ? .beat(beat) : .foreign("a beat of lane \(beat.lane)")
    }
    let envelope: Envelope
    do {
      envelope = try Envelope(value)
    } catch {
      return .foreign(error.description)
    }
    guard let place = envelope.place, place.lane == lane else { return .foreign("no place in lane \(lane)") }
    if place.sequence <= sequence { return .duplicate }
    if place.sequence > sequence + 1 { return .ahead }
    guard place.chain == chain else { return try doubt(place, now: now) }
    inDoubtSince = nil
    sequence = place.sequence
    chain = SHA256.hash(chain, record.value)
    return .next(
      InboundMessage(envelope: envelope, place: place, bytes: record.value, chain: chain, offset: record.offset))
  }

  /// What a log said before it was restored, or what someone else wrote, must not stop a lane whose writer says the right thing.
  private mutating func doubt(_ place: Envelope.Place, now: ContinuousClock.Instant) throws -> Reading {
    guard let since = inDoubtSince else {
      inDoubtSince = now
      return .unchained
    }
    guard now - since < Self.doubt else {
      throw LaneError.brokenChain(topic: topic, lane: lane, sequence: place.sequence)
    }
    return .duplicate
  }
}
