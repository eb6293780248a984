import CKafka

/// One handle of librdkafka with its threads, from making to destroying.
///
/// Sendable because every function of librdkafka may be called from any thread while the handle lives; whoever uses the
/// pointer keeps this object, so the handle outlives its uses.
final class KafkaHandle: @unchecked Sendable {
  let pointer: OpaquePointer
  let state: KafkaCallbackState
  private let type: rd_kafka_type_t

  init(
    _ type: rd_kafka_type_t, _ properties: [String: String], log: @escaping @Sendable (KafkaLogLine) -> Void
  ) throws(KafkaError) {
    guard let configuration = rd_kafka_conf_new() else {
      throw KafkaError(RD_KAFKA_RESP_ERR__FAIL, "librdkafka made no configuration")
    }
    for (name, value) in properties {
      if let reason = set(configuration, name, value) {
        rd_kafka_conf_destroy(configuration)
        throw KafkaError(RD_KAFKA_RESP_ERR__INVALID_ARG, reason)
      }
    }
    let state = KafkaCallbackState(log: log)
    let opaque = Unmanaged.passRetained(state)
    rd_kafka_conf_set_opaque(configuration, opaque.toOpaque())
    rd_kafka_conf_set_log_cb(configuration, kafkaLogged)
    rd_kafka_conf_set_background_event_cb(configuration, kafkaHappened)
    rd_kafka_conf_set_events(configuration, RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_FETCH)

    var made: OpaquePointer?
    let reason = errorText { made = rd_kafka_new(type, configuration, $0, $1) }
    guard let made else {
      rd_kafka_conf_destroy(configuration)
      opaque.release()
      throw KafkaError(RD_KAFKA_RESP_ERR__INVALID_ARG, reason)
    }
    // Errors and delivery reports arrive on the handle's main queue; the background thread serves it from here on.
    let main = rd_kafka_queue_get_main(made)
    let background = rd_kafka_queue_get_background(made)
    rd_kafka_queue_forward(main, background)
    rd_kafka_queue_destroy(background)
    rd_kafka_queue_destroy(main)
    pointer = made
    self.state = state
    self.type = type
  }

  deinit {
    // The state was retained for the callbacks; after destroying there are none.
    if type == RD_KAFKA_PRODUCER {
      _ = rd_kafka_purge(pointer, Int32(RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT))
    }
    rd_kafka_destroy_flags(pointer, type == RD_KAFKA_CONSUMER ? Int32(RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE) : 0)
    Unmanaged.passUnretained(state).release()
  }
}

/// Sets one property and says what is wrong with it, if anything.
private func set(_ configuration: OpaquePointer, _ name: String, _ value: String) -> String? {
  var result = RD_KAFKA_CONF_OK
  let reason = errorText { result = rd_kafka_conf_set(configuration, name, value, $0, $1) }
  return result == RD_KAFKA_CONF_OK ? nil : reason
}

/// Runs a call that writes its error as text into a buffer, and returns that text.
func errorText(_ body: (UnsafeMutablePointer<CChar>?, Int) -> Void) -> String {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
    buffer[0] = 0
    body(buffer.baseAddress, buffer.count)
    return buffer.baseAddress.map { String(cString: $0) } ?? ""
  }
}
