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
    // Committing by itself is switched off a second time here: this older way of reading has a switch of its own.
    let settings = rd_kafka_default_topic_conf_dup(handle.pointer)
    _ = rd_kafka_topic_conf_set(settings, "auto.commit.enable", "false", nil, 0)
    guard let topicHandle = rd_kafka_topic_new(handle.pointer, topic, settings) else {
      rd_kafka_topic_conf_destroy(settings)
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
  /// Takes at most `maximum` messages, and no further one once their values together reach `maximumBytes`. Throws an error
  /// with `isUnknownTopic` while the topic does not exist, about once a second; reading goes on by itself when it does.
  public func poll(
    maximum: Int, maximumBytes: Int = .max, timeoutMilliseconds: Int32
  ) throws(KafkaError) -> [KafkaMessage] {
    precondition(maximum > 0, "a poll must be allowed to return something")
    let pending = state.withLock { state in
      defer { state.pending = nil }
      return state.isClosed ? KafkaError(RD_KAFKA_RESP_ERR__STATE, "\(topic) [\(partition)] is closed") : state.pending
    }
    if let pending { throw pending }

    // Taken one by one: the library's batch calls wait until the batch is full, and keep errors to themselves.
    var messages: [KafkaMessage] = []
    var wait = timeoutMilliseconds
    var byteCount = 0
    while messages.count < maximum, byteCount < maximumBytes, let event = rd_kafka_queue_poll(queue, wait) {
      defer { rd_kafka_event_destroy(event) }
      wait = 0
      guard let error = take(event, into: &messages) else {
        byteCount += messages.last?.value.count ?? 0
        continue
      }
      guard !messages.isEmpty else { throw error }
      state.withLock { $0.pending = error }
      break
    }
    return messages
  }

  /// Lets a poll that is waiting return now, or the next one if none is.
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

  /// Copies what an event brings; returns the error if it brings one instead.
  private func take(_ event: OpaquePointer, into messages: inout [KafkaMessage]) -> KafkaError? {
    switch rd_kafka_event_type(event) {
    case RD_KAFKA_EVENT_FETCH:
      while let message = rd_kafka_event_message_next(event) {
        guard message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
          return failure(message.pointee.err, rd_kafka_message_errstr(message))
        }
        messages.append(KafkaMessage(copying: message, topic: topic))
      }
      return nil
    case RD_KAFKA_EVENT_ERROR:
      return failure(rd_kafka_event_error(event), rd_kafka_event_error_string(event))
    default:
      return nil
    }
  }

  private func failure(_ error: rd_kafka_resp_err_t, _ text: UnsafePointer<CChar>?) -> KafkaError {
    let place = "\(topic) [\(partition)]: "
    let reason = text.map { String(cString: $0) } ?? ""
    return KafkaError(error, reason.hasPrefix(place) ? reason : place + reason)
  }
}
