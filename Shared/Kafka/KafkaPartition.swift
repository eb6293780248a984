import CKafka
import Synchronization

/// One partition being read, with a queue of its own.
///
/// What has been polled is not polled again unless its reader seeks back. If the offset to read is not there any more, because
/// the topic was emptied, recreated or has dropped old records, reading goes on with the oldest record there is: offsets may
/// jump, forward and back.
///
/// Sendable because librdkafka's functions may be called from any thread; queue and topic are released when nobody can call.
public final class KafkaPartition: @unchecked Sendable {
  /// The topic's name.
  public let topic: String
  /// The partition's number.
  public let partition: Int32

  private struct State {
    var isClosed = false
    /// An error that came after messages of the same poll: the next poll throws it.
    var pending: KafkaError?
  }

  private let handle: KafkaHandle
  private let queue: OpaquePointer
  private let topicHandle: OpaquePointer
  private let commits: Bool
  private let state = Mutex(State())

  init(
    _ handle: KafkaHandle, topic: String, partition: Int32, at offset: KafkaOffset, commits: Bool
  ) throws(KafkaError) {
    guard let topicHandle = rd_kafka_topic_new(handle.pointer, topic, nil) else {
      throw KafkaError(rd_kafka_last_error())
    }
    guard let queue = rd_kafka_queue_new(handle.pointer) else {
      rd_kafka_topic_destroy(topicHandle)
      throw KafkaError(RD_KAFKA_RESP_ERR__FAIL, "librdkafka made no queue")
    }
    guard rd_kafka_consume_start_queue(topicHandle, partition, offset.number, queue) == 0 else {
      let error = KafkaError(rd_kafka_last_error())
      rd_kafka_queue_destroy(queue)
      rd_kafka_topic_destroy(topicHandle)
      throw error
    }
    self.handle = handle
    self.queue = queue
    self.topicHandle = topicHandle
    self.topic = topic
    self.partition = partition
    self.commits = commits
  }

  deinit {
    close()
    rd_kafka_queue_destroy(queue)
    rd_kafka_topic_destroy(topicHandle)
  }

  /// True once closed; polling then throws.
  public var isClosed: Bool { state.withLock { $0.isClosed } }

  /// The next messages: at once if there are any, else as soon as the first arrives, else none when time has run out.
  ///
  /// Throws an error with `isUnknownTopic` while the topic does not exist; reading goes on by itself when it does.
  public func poll(maximum: Int, timeoutMilliseconds: Int32) throws(KafkaError) -> [KafkaMessage] {
    precondition(maximum > 0, "a poll must be allowed to return something")
    let pending = state.withLock { state in
      defer { state.pending = nil }
      return state.isClosed ? KafkaError(RD_KAFKA_RESP_ERR__STATE, "\(topic) [\(partition)] is closed") : state.pending
    }
    if let pending { throw pending }

    // The library's batch call waits until the batch is full or time is up; so the first message is awaited alone.
    guard let first = rd_kafka_consume_queue(queue, timeoutMilliseconds) else { return [] }
    var messages: [KafkaMessage] = []
    if let error = take(first, into: &messages) { throw error }
    while messages.count < maximum {
      let error = takeReady(min(maximum - messages.count, 512), into: &messages)
      if let error {
        guard error.code != RD_KAFKA_RESP_ERR__TIMED_OUT.rawValue else { break }
        state.withLock { $0.pending = error }
        break
      }
    }
    return messages
  }

  /// Lets a poll that is waiting return now, with what there is.
  public func wake() {
    rd_kafka_queue_yield(queue)
  }

  /// Reads on from another offset; messages already fetched are dropped.
  public func seek(to offset: KafkaOffset) throws(KafkaError) {
    state.withLock { $0.pending = nil }
    let error = rd_kafka_seek(topicHandle, partition, offset.number, 5_000)
    guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(error) }
  }

  /// Asks the broker for the oldest offset it has and for the one that the next record will get.
  public func watermarks(timeoutMilliseconds: Int32) throws(KafkaError) -> (low: Int64, high: Int64) {
    var low: Int64 = 0
    var high: Int64 = 0
    let error = rd_kafka_query_watermark_offsets(handle.pointer, topic, partition, &low, &high, timeoutMilliseconds)
    guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(error) }
    return (low, high)
  }

  /// Records, for the eyes of operators, the offset that will be read next; does not wait, and does nothing without a group.
  public func commit(_ nextOffset: Int64) {
    guard commits, let list = rd_kafka_topic_partition_list_new(1) else { return }
    defer { rd_kafka_topic_partition_list_destroy(list) }
    if let entry = rd_kafka_topic_partition_list_add(list, topic, partition) { entry.pointee.offset = nextOffset }
    // A commit that is lost only makes the shown lag too high until the next one.
    _ = rd_kafka_commit(handle.pointer, list, 1)
  }

  /// Stops reading; a poll that is waiting returns.
  public func close() {
    let first = state.withLock { state in
      defer { state.isClosed = true }
      return !state.isClosed
    }
    guard first else { return }
    _ = rd_kafka_consume_stop(topicHandle, partition)
    rd_kafka_queue_yield(queue)
  }

  /// Takes messages that have been fetched already; the error that ended it, or `_TIMED_OUT` if there were no more.
  private func takeReady(_ limit: Int, into messages: inout [KafkaMessage]) -> KafkaError? {
    withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<rd_kafka_message_t>?.self, capacity: limit) { buffer in
      buffer.initialize(repeating: nil)
      let count = rd_kafka_consume_batch_queue(queue, 0, buffer.baseAddress, limit)
      guard count > 0 else { return KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT) }
      var failure: KafkaError?
      for message in buffer.prefix(count).compactMap({ $0 }) {
        failure = take(message, into: &messages) ?? failure
      }
      return failure
    }
  }

  /// Copies a message and gives its memory back; returns the error if it is one instead.
  private func take(
    _ message: UnsafeMutablePointer<rd_kafka_message_t>, into messages: inout [KafkaMessage]
  ) -> KafkaError? {
    defer { rd_kafka_message_destroy(message) }
    switch message.pointee.err {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      messages.append(KafkaMessage(copying: message, topic: topic))
      return nil
    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
      return nil
    default:
      let text = rd_kafka_message_errstr(message).map { String(cString: $0) } ?? ""
      return KafkaError(message.pointee.err, "\(topic) [\(partition)]: \(text)")
    }
  }
}
