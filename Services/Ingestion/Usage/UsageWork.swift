import Accounting
import Foundation
import JSON
import Kafka
import Messages
import ServiceKit

/// Reads a partition of `earned.usage`, where producers tell of usage, and counts what it says.
///
/// Exactly once is a matter of identity: what is told again is known by its name. So the place that is kept may lie behind
/// what has been counted, and it does: it moves on once a look at the topic has shown that it is still the one that was read.
/// If it is not, it is read from its beginning.
final class UsageWork: LaneWork {
  /// How long after one look at the topic the next begins.
  private static let lookEvery = Swift.Duration.seconds(2)
  private static let maximumBytes = 8 << 20

  private let turn: LaneGroup.Turn
  private let wake: (Int) -> Void
  private let lanes: Int
  private let watch: UsageWatch
  private let clock = ContinuousClock()
  /// Nil until it is known that the topic is the one that was read before.
  private var partition: KafkaPartition?
  /// How far the partition has been read, and counted.
  private var reached: UsagePlace
  /// How far that was known to be the same topic at the last look, and is kept.
  private var kept: UsagePlace
  private var isKeptSaved = true
  /// How far had been read when the present look began; nil between two looks.
  private var looking: UsagePlace?
  private var lookDue: ContinuousClock.Instant
  private var batch: Batch?

  /// Records that are taken together.
  private struct Batch {
    var records: [KafkaMessage] = []
    var events: [(position: Int, event: UsageEvent)] = []
    var rejections: [UsageRejection] = []
    /// The place behind the first record, and behind the last.
    var first: UsagePlace
    var end: UsagePlace
    /// The lanes whose totals have changed.
    var touched: Set<Int> = []
  }

  /// Reads the turn's partition from the place that was kept.
  /// - Parameter wake: lets a lane of facts tell of totals that have changed.
  init(turn: LaneGroup.Turn, wake: @escaping (Int) -> Void) throws {
    self.turn = turn
    self.wake = wake
    lanes = turn.process.configuration.lanes
    watch = UsageWatch(turn.process, lane: turn.lane)
    kept = UsagePlace(turn.position)
    reached = kept
    lookDue = clock.now
  }

  /// Takes in what has arrived.
  func wait(milliseconds: Int32) throws -> Bool {
    if batch != nil { return true }
    try look(milliseconds: partition == nil ? milliseconds : 0)
    guard let partition else { return !isKeptSaved }
    do throws(KafkaError) {
      let records = try partition.poll(
        maximum: turn.maximumMessages, maximumBytes: Self.maximumBytes,
        timeoutMilliseconds: isKeptSaved ? milliseconds : 0)
      if !records.isEmpty { batch = read(records) }
    } catch {
      guard error.isRetriable else { throw error }
      turn.process.log.warning("kafka", ["topic": Topic.usage.rawValue, "reason": error.description])
      if error.isUnknownTopic {
        turn.process.ensureTopics()
        try begin(at: .beginning)
      }
      turn.process.stop.wait(milliseconds: 100)
    }
    return batch != nil || !isKeptSaved
  }

  // MARK: - Looking

  /// Looks every now and then whether the topic is still the one that is read, and begins with it.
  private func look(milliseconds: Int32) throws {
    if looking == nil {
      guard clock.now >= lookDue else { return }
      looking = reached
    }
    guard let reachedThen = looking else { return }
    switch try watch.find(kept, milliseconds: milliseconds) {
    case .open: return
    case .unchanged:
      // What has been read until the look began is of the same topic.
      if partition == nil { try begin(at: kept) } else { keep(reachedThen) }
    case .changed:
      turn.process.log.warning(
        "usage_read_again",
        ["partition": "\(turn.lane)", "reason": "The record before offset \(kept.offset) is not there any more."])
      try begin(at: .beginning)
    }
    looking = nil
    lookDue = clock.now + Self.lookEvery
  }

  private func keep(_ place: UsagePlace) {
    guard place != kept else { return }
    kept = place
    isKeptSaved = false
  }

  private func begin(at place: UsagePlace) throws(KafkaError) {
    partition?.close()
    partition = nil
    watch.close()
    looking = nil
    partition = try turn.process.open(.usage, lane: turn.lane, at: place.offset == 0 ? .beginning : .at(place.offset))
    reached = place
    keep(place)
  }

  // MARK: - Reading

  private func read(_ records: [KafkaMessage]) -> Batch {
    var batch = Batch(first: reached.behind(records[0]), end: reached)
    batch.records = records
    batch.events.reserveCapacity(records.count)
    for (position, record) in records.enumerated() {
      switch UsageReading(record.value) {
      case .event(let event): batch.events.append((position, event))
      case .invalid(let code, let param, let message):
        batch.rejections.append(rejection(of: record, code, param, message))
      }
    }
    batch.end = reached.behind(records[records.count - 1])
    batch.end.count = reached.count + Int64(records.count)
    return batch
  }

  private func rejection(
    of record: KafkaMessage, _ code: String, _ param: String?, _ message: String
  ) -> UsageRejection {
    UsageRejection(
      partition: record.partition, offset: record.offset, digest: reached.behind(record).checksum, code: code,
      param: param, message: message, record: record.value)
  }

  /// Counts what has been read in one transaction.
  func perform(in transaction: LaneTransaction) throws {
    if var batch {
      let results = try UsageDesk.record(batch.events.map(\.event), lanes: lanes, on: transaction.connection)
      for ((position, event), result) in zip(batch.events, results) {
        switch result {
        case .accepted: batch.touched.insert(event.ledger.lane(of: lanes))
        case .duplicate: break
        case .refused(let code, let param, let message):
          batch.rejections.append(rejection(of: batch.records[position], code, param, message))
        }
      }
      batch.rejections.sort { $0.offset < $1.offset }
      let new = try UsageStore(connection: transaction.connection, lanes: lanes).reject(batch.rejections)
      batch.rejections = batch.rejections.filter { new.contains($0.offset) }
      self.batch = batch
      // The first record of all is what the next look looks for.
      if kept.offset == 0 { kept = batch.first }
    }
    kept.write(to: &transaction.position)
  }

  /// Wakes the lanes whose totals have changed, and says what was rejected.
  func committed() {
    isKeptSaved = true
    guard let batch else { return }
    self.batch = nil
    reached = batch.end
    for lane in batch.touched.sorted() { wake(lane) }
    for rejection in batch.rejections { publish(rejection) }
    let metrics = turn.process.metrics
    metrics.add("earned_usage_records_total", help: "Records of usage read.", Double(batch.records.count))
    metrics.add("earned_usage_rejected_total", help: "Records of usage rejected.", Double(batch.rejections.count))
  }

  private func publish(_ rejection: UsageRejection) {
    do {
      try turn.process.publisher.send(
        .rejected, lane: turn.lane % lanes, key: Array("\(rejection.partition)".utf8), type: "earned.rejection",
        value: rejection.message(topic: Topic.usage.name(prefix: turn.process.configuration.topicPrefix)))
    } catch {
      // The row is there, so the record is not lost; only those who listen do not hear of it.
      turn.process.log.warning("not_sent", ["topic": Topic.rejected.rawValue, "reason": "\(error)"])
    }
  }

  // MARK: - The lane

  /// Shows operators' tools how far the partition has been read.
  func everySecond() {
    partition?.commit(reached.offset)
  }

  /// Counting has no log of its own.
  func completeThrough(recordedTime: Instant) -> Instant { recordedTime }

  /// Nobody waits for this lane to catch up.
  var isCaughtUp: Bool { true }

  /// Producers are told nothing of how far their topic has been read.
  var statement: Statement? { nil }

  /// Stops reading.
  func ended(_ error: (any Error)?) {
    watch.close()
    partition?.close()
  }
}
