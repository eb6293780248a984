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

  /// Whether rows wait for a reader that is moving on.
  var isHeldBack: Bool { outbox.isHeldBack(now: clock.now) }

  /// Reads what was stated before this turn, so that a log that has lost its end is noticed before it grows.
  private mutating func hearAll(of partition: KafkaPartition) throws {
    let deadline = clock.now + .seconds(5)
    let high = try partition.watermarks(timeoutMilliseconds: 2_000).high
    var next: Int64 = 0
    var found: [KafkaMessage] = []
    while next < high {
      found += try partition.poll(maximum: 1_000, timeoutMilliseconds: 100)
      next = found.last.map { $0.offset + 1 } ?? next
      guard clock.now < deadline else {
        throw LaneError.notHeard(group: group.name, lane: lane)
      }
    }
    try hear(found)
  }

  /// Sends what may be sent now.
  mutating func relay() throws {
    guard let output = group.output, let table = group.table else { return }
    try hearNew()
    while true {
      switch outbox.next(now: clock.now) {
      case .wait: return
      case .load(let sequence, let bytes):
        let rows = try table.rows(lane: lane, after: sequence, bytes: bytes, on: store.connection)
        guard rows.first?.sequence == sequence + 1 else {
          throw LaneError.defect("The log of \(output.rawValue), lane \(lane), has no message \(sequence + 1).")
        }
        outbox.loaded(rows)
      case .send(let rows):
        for row in rows {
          do {
            try process.publisher.send(
              output, lane: lane, key: Array(row.account.utf8), type: row.type, value: row.bytes)
          } catch {
            process.log.warning("not_sent", ["topic": output.rawValue, "lane": "\(lane)", "reason": "\(error)"])
            return outbox.sendingFailed(after: row.sequence - 1)
          }
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
    try hear(records)
  }

  /// Takes in the last of what each reader has stated about this lane's log.
  private mutating func hear(_ records: [KafkaMessage]) throws {
    var latest: [String: Statement] = [:]
    for record in records {
      let value: JSONValue
      do {
        value = try JSONDocument(parsing: record.value).root
      } catch {
        process.log.warning("foreign_message", ["topic": "positions", "lane": "\(lane)", "reason": "\(error)"])
        continue
      }
      guard let statement = Statement(value), statement.topic == group.output?.rawValue, statement.lane == lane,
        group.readers.contains(statement.reader)
      else { continue }
      latest[statement.reader] = statement
    }
    for reader in latest.keys.sorted() { if let statement = latest[reader] { try hear(statement) } }
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
      turn: turn, completeThrough: work.completeThrough(recordedTime: head.recordedTime))
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
