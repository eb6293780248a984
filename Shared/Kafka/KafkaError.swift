import CKafka

/// A failure of Kafka or of the way to it; never a refusal of the business.
///
/// The operator's questions are answered by `isRetriable` (the same call may succeed later) and `isFatal` (the producer
/// that said so is of no more use; make a new one).
public struct KafkaError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Kafka's own error number if positive, the client library's if negative.
  public let code: Int32
  /// The number's name, for example `UNKNOWN_TOPIC_OR_PART`.
  public let name: String
  /// What happened, in a sentence.
  public let message: String
  /// True if the same call may succeed later without anyone's help.
  public let isRetriable: Bool
  /// True if the handle that raised it must be thrown away.
  public let isFatal: Bool

  /// True if the topic or partition does not exist on the cluster: it was deleted, or the cluster is a new, empty one.
  public var isUnknownTopic: Bool {
    [
      RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION,
    ].contains { $0.rawValue == code }
  }

  /// The name, its number and the message.
  public var description: String { "\(name) (\(code)): \(message)" }

  init(_ error: rd_kafka_resp_err_t, _ message: String? = nil, isFatal: Bool = false) {
    code = error.rawValue
    let text = rd_kafka_err2name(error).map { String(cString: $0) } ?? ""
    name = text.isEmpty ? "ERR_\(error.rawValue)" : text
    self.message = message ?? (rd_kafka_err2str(error).map { String(cString: $0) } ?? "unknown error")
    self.isFatal = isFatal
    isRetriable = !isFatal && Self.passing.contains { $0 == error }
  }

  /// Takes over an error object of the library.
  init(consuming error: OpaquePointer) {
    self.init(
      rd_kafka_error_code(error), rd_kafka_error_string(error).map { String(cString: $0) },
      isFatal: rd_kafka_error_is_fatal(error) != 0)
    rd_kafka_error_destroy(error)
  }

  /// What passes by itself: brokers that are away, elections, queues that are full, topics that are still being made.
  private static let passing: [rd_kafka_resp_err_t] = [
    RD_KAFKA_RESP_ERR__QUEUE_FULL, RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN,
    RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE,
    RD_KAFKA_RESP_ERR__RESOLVE, RD_KAFKA_RESP_ERR__WAIT_COORD, RD_KAFKA_RESP_ERR__IN_PROGRESS,
    RD_KAFKA_RESP_ERR__PURGE_QUEUE, RD_KAFKA_RESP_ERR__PURGE_INFLIGHT, RD_KAFKA_RESP_ERR__RETRY,
    RD_KAFKA_RESP_ERR__DESTROY,
    RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, RD_KAFKA_RESP_ERR__UNKNOWN_BROKER,
    RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
    RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
    RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE,
    RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
    RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
    RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND,
    RD_KAFKA_RESP_ERR_NOT_CONTROLLER, RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR, RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE,
    RD_KAFKA_RESP_ERR_THROTTLING_QUOTA_EXCEEDED,
  ]
}
