import CKafka
import Synchronization

/// What the library's threads may touch of a handle: where its log goes, and how its messages have fared.
final class KafkaCallbackState: Sendable {
  struct Deliveries {
    var delivered: UInt64 = 0
    var failed: UInt64 = 0
    var failure: KafkaError?
  }

  let log: @Sendable (KafkaLogLine) -> Void
  let deliveries = Mutex(Deliveries())

  init(log: @escaping @Sendable (KafkaLogLine) -> Void) { self.log = log }

  func fail(_ error: KafkaError) {
    deliveries.withLock { $0.failure = $0.failure ?? error }
  }
}

/// Called on any of the library's threads with a line for the log.
func kafkaLogged(
  _ handle: OpaquePointer?, _ level: Int32, _ facility: UnsafePointer<CChar>?, _ text: UnsafePointer<CChar>?
) {
  guard let handle, let opaque = rd_kafka_opaque(handle) else { return }
  let state = Unmanaged<KafkaCallbackState>.fromOpaque(opaque).takeUnretainedValue()
  let facility = facility.map { String(cString: $0) } ?? ""
  // Said again and again by consumers of the embedded cluster, whose topics are made at start-up anyway.
  guard facility != "AUTOCREATE" else { return }
  state.log(
    KafkaLogLine(
      level: level, facility: facility,
      message: text.map { String(cString: $0) } ?? ""))
}

/// Called on the library's background thread with delivery reports and with errors of the handle.
func kafkaHappened(_ handle: OpaquePointer?, _ event: OpaquePointer?, _ opaque: UnsafeMutableRawPointer?) {
  guard let event else { return }
  defer { rd_kafka_event_destroy(event) }
  guard let handle, let opaque = opaque ?? rd_kafka_opaque(handle) else { return }
  let state = Unmanaged<KafkaCallbackState>.fromOpaque(opaque).takeUnretainedValue()
  switch rd_kafka_event_type(event) {
  case RD_KAFKA_EVENT_DR:
    var delivered: UInt64 = 0
    var failed: UInt64 = 0
    var failure: KafkaError?
    while let message = rd_kafka_event_message_next(event) {
      if message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR {
        delivered += 1
      } else {
        failed += 1
        if failure == nil { failure = deliveryFailure(message.pointee) }
      }
    }
    state.deliveries.withLock {
      $0.delivered += delivered
      $0.failed += failed
      $0.failure = $0.failure ?? failure
    }
  case RD_KAFKA_EVENT_ERROR:
    let error = rd_kafka_event_error(event)
    if error == RD_KAFKA_RESP_ERR__FATAL, let fatal = fatalError(of: handle) {
      state.fail(fatal)
    } else if error != RD_KAFKA_RESP_ERR__TRANSPORT {
      // A single broker's trouble is a line of the log already.
      let text = rd_kafka_event_error_string(event).map { String(cString: $0) }
      state.log(KafkaLogLine(level: 4, facility: "ERROR", message: KafkaError(error, text).description))
    }
  default:
    break
  }
}

private func deliveryFailure(_ message: rd_kafka_message_t) -> KafkaError {
  let topic = message.rkt.flatMap { rd_kafka_topic_name($0) }.map { String(cString: $0) } ?? "?"
  let reason = rd_kafka_err2str(message.err).map { String(cString: $0) } ?? "unknown error"
  return KafkaError(
    message.err, "A message for \(topic) [\(message.partition)] was not delivered: \(reason)",
    isFatal: message.err == RD_KAFKA_RESP_ERR__FATAL)
}

/// The error after which a producer handle does nothing any more, if it has had one.
func fatalError(of handle: OpaquePointer) -> KafkaError? {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
    let error = rd_kafka_fatal_error(handle, buffer.baseAddress, buffer.count)
    guard error != RD_KAFKA_RESP_ERR_NO_ERROR, let text = buffer.baseAddress else { return nil }
    return KafkaError(error, String(cString: text), isFatal: true)
  }
}
