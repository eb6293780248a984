import Accounting
import Kafka
import Messages

/// What a service does with the messages of a lane: a pure function between loading and storing.
public protocol LaneHandler: AnyObject {
  /// Handles some of the messages, the first ones in order, in the transaction that is open.
  func handle(_ messages: ArraySlice<InboundMessage>, step: Int64, in transaction: LaneTransaction) throws -> Handled

  /// What was handled last has been committed.
  func committed()
}

extension LaneHandler {
  /// Nothing to do.
  public func committed() {}
}

/// How much a handler did.
public struct Handled: Sendable {
  /// So many of the messages are done.
  public var messages: Int
  /// So many steps of the message after those are done; 0 where it has not been begun.
  public var step: Int64

  /// A handler that did so much.
  public init(messages: Int, step: Int64 = 0) {
    self.messages = messages
    self.step = step
  }
}

/// The work of a lane that reads a topic: takes its messages in order, each once, and hands them to the service's handler.
public final class ReaderWork: LaneWork {
  /// The most that one transaction takes in, and the most that is kept waiting for the next, give or take a message.
  private static let maximumBytes = 8 << 20

  private let reader: String
  private let topic: Topic
  private let turn: LaneGroup.Turn
  private let handler: any LaneHandler
  private var partition: KafkaPartition
  private var inbox: Inbox
  private let clock = ContinuousClock()
  private var pending: [InboundMessage] = []
  private var pendingBytes = 0
  private var singleMessages: Int
  private var committedPosition: ReaderPosition
  private var handled: (position: ReaderPosition, count: Int)?
  private var beat: Beat?
  /// The offset that Kafka's tools were last told.
  private var toldOffset: Int64?

  /// Reads a lane of a topic from the turn's position.
  /// - Parameter reader: the name under which positions are stated.
  public init(reader: String, topic: Topic, turn: LaneGroup.Turn, handler: any LaneHandler) throws {
    self.reader = reader
    self.topic = topic
    self.turn = turn
    self.handler = handler
    inbox = Inbox(topic: topic.rawValue, lane: turn.lane, position: turn.position)
    singleMessages = turn.singleMessages
    committedPosition = turn.position
    partition = try turn.process.open(topic, lane: turn.lane, at: .at(turn.position.offset))
  }

  /// Takes in what has arrived; duplicates and what comes too early are dropped here.
  public func wait(milliseconds: Int32) throws -> Bool {
    guard pending.count < turn.maximumMessages, pendingBytes < Self.maximumBytes else { return true }
    let records: [KafkaMessage]
    do throws(KafkaError) {
      records = try partition.poll(
        maximum: turn.maximumMessages, maximumBytes: Self.maximumBytes - pendingBytes,
        timeoutMilliseconds: pending.isEmpty ? milliseconds : 0)
    } catch {
      try recover(from: error)
      return !pending.isEmpty
    }
    let now = clock.now
    for record in records { try take(record, now) }
    return !pending.isEmpty
  }

  private func take(_ record: KafkaMessage, _ now: ContinuousClock.Instant) throws {
    switch try inbox.read(record, now: now) {
    case .next(let message):
      pending.append(message)
      pendingBytes += message.bytes.count
    case .beat(let beat): self.beat = beat
    case .duplicate, .ahead: break
    case .unchained: warn("unchained_message", record, "It has the next number, but another history.")
    case .foreign(let reason): warn("foreign_message", record, reason)
    }
  }

  private func warn(_ event: String, _ record: KafkaMessage, _ reason: String) {
    turn.process.log.warning(
      event, ["topic": topic.rawValue, "lane": "\(turn.lane)", "offset": "\(record.offset)", "reason": reason])
  }

  /// A topic that is gone is made anew, and read from its beginning: numbers tell what is a duplicate.
  private func recover(from error: KafkaError) throws {
    guard error.isUnknownTopic else {
      guard error.isRetriable else { throw error }
      turn.process.log.warning("kafka", ["topic": topic.rawValue, "reason": error.description])
      turn.process.stop.wait(milliseconds: 100)
      return
    }
    turn.process.ensureTopics()
    partition.close()
    partition = try turn.process.open(topic, lane: turn.lane, at: .beginning)
    turn.process.stop.wait(milliseconds: 200)
  }

  /// Hands the handler as much as one transaction may hold.
  public func perform(in transaction: LaneTransaction) throws {
    var bytes = 0
    var count = 0
    for message in pending.prefix(singleMessages > 0 ? 1 : turn.maximumMessages) {
      bytes += message.bytes.count
      guard count == 0 || bytes <= Self.maximumBytes else { break }
      count += 1
    }
    var position = transaction.position
    let done = try handler.handle(pending[..<count], step: position.step, in: transaction)
    precondition(done.messages > 0 || done.step > position.step, "a handler must get on with its first message")
    if let last = pending[..<done.messages].last {
      position.sequence = last.place.sequence
      position.chain = last.chain
      position.offset = last.offset + 1
      // The next message may come from the same fact.
      position.completeThrough = max(
        position.completeThrough, last.place.recordedTime.advanced(byMicroseconds: -1))
    }
    position.step = done.step
    transaction.position = position
    handled = (position, done.messages)
  }

  /// Lets go of what was handled.
  public func committed() {
    guard let handled else { return }
    pendingBytes -= pending[..<handled.count].reduce(0) { $0 + $1.bytes.count }
    pending.removeFirst(handled.count)
    singleMessages = max(0, singleMessages - handled.count)
    committedPosition = handled.position
    self.handled = nil
    handler.committed()
  }

  /// Tells Kafka's tools how far reading has come.
  public func everySecond() {
    guard toldOffset != committedPosition.offset else { return }
    toldOffset = committedPosition.offset
    partition.commit(committedPosition.offset)
  }

  /// The next message by topic, number, type and id.
  public var nextMessage: String? {
    pending.first.map { "\(topic.rawValue) \($0.place.sequence) (\($0.envelope.type) \($0.envelope.id))" }
  }

  /// Complete through the writer's beat once all that it counts has been read; until then, through the last message read.
  public func completeThrough(recordedTime: Instant) -> Instant {
    guard let beat, isCaughtUp else { return committedPosition.completeThrough }
    return max(beat.completeThrough, committedPosition.completeThrough)
  }

  /// Whether the writer's last beat counts no message that has not been read.
  private var isCaughtUp: Bool {
    guard let beat else { return false }
    return beat.sequence <= committedPosition.sequence && committedPosition.step == 0
  }

  /// How many messages the writer has told of that have not been read.
  public var lag: Int64? { max(0, (beat?.sequence ?? 0) - committedPosition.sequence) }

  /// What has been committed.
  public var statement: Statement? {
    Statement(
      reader: reader, topic: topic.rawValue, lane: turn.lane, sequence: committedPosition.sequence,
      chain: committedPosition.chain)
  }

  /// Stops reading.
  public func ended(_ error: (any Error)?) {
    partition.close()
  }
}
