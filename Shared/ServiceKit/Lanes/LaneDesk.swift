import Accounting
import JSON
import Kafka
import Messages

/// What a lane's owner sends and hears beside its work: the log's rows, beats, statements.
struct LaneDesk {
  let turn: Int64
  private(set) var head: LogHead
  private let group: LaneGroup
  private let lane: Int
  private let process: ServiceProcess
  private let store: LaneStore
  private let clock = ContinuousClock()
  private var positions: KafkaPartition?
  private var outbox: Relay
  private var secondBegan: ContinuousClock.Instant
  /// A reader that is ahead of this log, with the hash it has there: until the log has come that far, nothing is compared.
  private var ahead: [String: Statement] = [:]

  init(
    group: LaneGroup, lane: Int, process: ServiceProcess, store: LaneStore, head: LogHead, turn: Int64
  ) throws {
    self.group = group
    self.lane = lane
    self.process = process
    self.store = store
    self.head = head
    self.turn = turn
    let now = clock.now
    secondBegan = now - .seconds(1)
    outbox = Relay(readers: group.readers, last: head.sequence, now: now)
    guard group.output != nil, !group.readers.isEmpty else { return }
    let partition = try process.open(.positions, lane: lane, at: .beginning)
    positions = partition
    try hearAll(of: partition)
  }

  /// Whether rows wait for a reader to move on.
  var isHeldBack: Bool { outbox.isHeldBack }

  /// Reads what was stated before this turn, so that a log that has lost its end is noticed before it grows.
  private mutating func hearAll(of partition: KafkaPartition) throws {
    let deadline = clock.now + .seconds(3)
    let high = try partition.watermarks(timeoutMilliseconds: 2_000).high
    var next: Int64 = 0
    while next < high, clock.now < deadline {
      for record in try partition.poll(maximum: 1_000, timeoutMilliseconds: 100) {
        next = record.offset + 1
        try hear(record)
      }
    }
  }

  /// Sends what may be sent now.
  mutating func relay() throws {
    guard let output = group.output, let table = group.table else { return }
    try hearNew()
    while true {
      switch outbox.next(now: clock.now) {
      case .wait: return
      case .load(let sequence, let bytes):
        outbox.loaded(try table.rows(lane: lane, after: sequence, bytes: bytes, on: store.connection))
      case .send(let rows):
        do {
          for row in rows {
            try process.publisher.send(
              output, lane: lane, key: Array(row.account.utf8), type: row.type, value: row.bytes)
          }
        } catch {
          process.log.warning("not_sent", ["topic": output.rawValue, "lane": "\(lane)", "reason": "\(error)"])
          outbox.sendingFailed()
          return
        }
      }
    }
  }

  private mutating func hearNew() throws {
    guard let positions else { return }
    let records: [KafkaMessage]
    do throws(KafkaError) {
      records = try positions.poll(maximum: 1_000, timeoutMilliseconds: 0)
    } catch {
      guard error.isUnknownTopic else {
        guard error.isRetriable else { throw error }
        return
      }
      process.ensureTopics()
      positions.close()
      self.positions = try process.open(.positions, lane: lane, at: .beginning)
      return
    }
    for record in records { try hear(record) }
  }

  /// Takes in what a reader has stated, if it is about this lane's log.
  private mutating func hear(_ record: KafkaMessage) throws {
    let value: JSONValue
    do {
      value = try JSONDocument(parsing: record.value).root
    } catch {
      process.log.warning("foreign_message", ["topic": "positions", "lane": "\(lane)", "reason": "\(error)"])
      return
    }
    guard let statement = Statement(value), statement.topic == group.output?.rawValue, statement.lane == lane,
      group.readers.contains(statement.reader)
    else { return }
    try hear(statement)
  }

  private mutating func hear(_ statement: Statement) throws {
    if statement.sequence > head.sequence {
      // A log that is made from an input is made again, to the same bytes. One that takes in facts cannot know them.
      guard group.isDerived else { throw behind(statement) }
      ahead[statement.reader] = statement
      return
    }
    guard try chain(through: statement.sequence) == statement.chain else { throw behind(statement) }
    ahead[statement.reader] = nil
    outbox.heard(statement.reader, at: statement.sequence, now: clock.now)
  }

  private func chain(through sequence: Int64) throws -> [UInt8]? {
    if sequence == head.sequence { return head.chain }
    if let known = outbox.chain(through: sequence) { return known }
    return try group.table?.chain(lane: lane, through: sequence, on: store.connection)
  }

  private func behind(_ statement: Statement) -> LaneError {
    .logBehindReader(topic: statement.topic, lane: lane, reader: statement.reader, sequence: statement.sequence)
  }

  /// A transaction of this lane has been committed.
  mutating func committed(_ transaction: LaneTransaction) throws {
    head = transaction.head
    outbox.appended(transaction.rows)
    for statement in ahead.values where statement.sequence <= head.sequence { try hear(statement) }
  }

  /// States how far the input has been read.
  func state(_ work: any LaneWork) {
    guard let statement = work.statement else { return }
    send(.positions, key: statement.key, type: MessageType.statement, value: statement.bytes)
  }

  /// Once a second: renews the lease, and says how far the log goes and how far the input has been read.
  mutating func isSecondOver(_ work: any LaneWork) throws -> Bool {
    let now = clock.now
    guard now - secondBegan >= .seconds(1) else { return false }
    secondBegan = now
    let recordedTime = try store.renew(
      turn: turn, completeThrough: work.completeThrough(recordedTime: head.recordedTime), isCaughtUp: work.isCaughtUp)
    head.recordedTime = max(head.recordedTime, recordedTime)
    state(work)
    guard let output = group.output else { return true }
    let beat = Beat(
      lane: lane, sequence: head.sequence, chain: head.chain,
      completeThrough: work.completeThrough(recordedTime: recordedTime))
    send(output, key: Array("beat".utf8), type: MessageType.beat, value: beat.bytes)
    return true
  }

  /// Sends what the next second will say again; if it cannot be sent now, nothing is lost.
  private func send(_ topic: Topic, key: [UInt8], type: String, value: [UInt8]) {
    do {
      try process.publisher.send(topic, lane: lane, key: key, type: type, value: value)
    } catch {
      process.log.warning("not_sent", ["topic": topic.rawValue, "lane": "\(lane)", "reason": "\(error)"])
    }
  }

  /// Stops hearing.
  func close() {
    positions?.close()
  }
}
