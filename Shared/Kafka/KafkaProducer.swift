import CKafka
import Synchronization

/// Sends records, in order and without duplicates in each partition, acknowledged by every replica in sync.
///
/// Sending only queues: a record that could not be delivered within 30 seconds shows in `failure`. From then on records may
/// be missing in between, so the owner throws the producer away, makes a new one and sends again from the last
/// position that its reader is known to have.
public final class KafkaProducer: Sendable {
  private let handle: KafkaHandle

  /// Starts a producer; brokers are connected to in the background, so that none need be there yet.
  public init(_ configuration: KafkaConfiguration) throws(KafkaError) {
    handle = try KafkaHandle(RD_KAFKA_PRODUCER, configuration.producer, log: configuration.log)
  }

  /// Queues one record for a partition; never waits.
  ///
  /// Throws a retriable error if the queue is full, and one that is not if the record is too large or the producer has failed
  /// for good.
  public func send(
    topic: String, partition: Int32, key: [UInt8]?, headers: [(String, [UInt8])] = [], value: [UInt8]
  ) throws(KafkaError) {
    precondition(partition >= 0, "the partition is always the caller's choice, so it cannot be negative")
    let list = headers.isEmpty ? nil : rd_kafka_headers_new(headers.count)
    for (name, value) in headers {
      _ = value.withUnsafeBytes { rd_kafka_header_add(list, name, -1, $0.baseAddress ?? emptyBytes, $0.count) }
    }
    let error = topic.withCString { topic in
      withBytes(key) { key in
        value.withUnsafeBytes { value in
          produce(topic, partition, key, list, value)
        }
      }
    }
    guard let error else { return }
    // The list of headers is the library's only once the record is.
    if let list { rd_kafka_headers_destroy(list) }
    throw KafkaError(consuming: error)
  }

  /// Waits until every record sent so far is delivered or has failed; false if time ran out before.
  @discardableResult
  public func flush(timeoutMilliseconds: Int32) -> Bool {
    rd_kafka_flush(handle.pointer, timeoutMilliseconds) == RD_KAFKA_RESP_ERR_NO_ERROR
  }

  /// The first error that kept a record from being delivered, or the fatal one; nil as long as all is well.
  ///
  /// Once there is one it stays: the producer is to be replaced.
  public var failure: KafkaError? {
    fatalError(of: handle.pointer) ?? handle.state.deliveries.withLock { $0.failure }
  }

  /// Records that the cluster has acknowledged since the producer was made.
  public var deliveredCount: UInt64 { handle.state.deliveries.withLock { $0.delivered } }

  /// Records that were given up since the producer was made.
  public var failedCount: UInt64 { handle.state.deliveries.withLock { $0.failed } }

  /// Records sent but neither delivered nor given up.
  public var waitingCount: Int { Int(rd_kafka_outq_len(handle.pointer)) }

  private func produce(
    _ topic: UnsafePointer<CChar>, _ partition: Int32, _ key: UnsafeRawBufferPointer?, _ headers: OpaquePointer?,
    _ value: UnsafeRawBufferPointer
  ) -> OpaquePointer? {
    withUnsafeTemporaryAllocation(of: rd_kafka_vu_t.self, capacity: 6) { arguments in
      arguments.initialize(repeating: rd_kafka_vu_t())
      arguments[0].vtype = RD_KAFKA_VTYPE_TOPIC
      arguments[0].u.cstr = topic
      arguments[1].vtype = RD_KAFKA_VTYPE_PARTITION
      arguments[1].u.i32 = partition
      arguments[2].vtype = RD_KAFKA_VTYPE_MSGFLAGS
      arguments[2].u.i = Int32(RD_KAFKA_MSG_F_COPY)
      arguments[3].vtype = RD_KAFKA_VTYPE_VALUE
      arguments[3].u.mem.ptr = UnsafeMutableRawPointer(mutating: value.baseAddress ?? emptyBytes)
      arguments[3].u.mem.size = value.count
      var count = 4
      if let key {
        arguments[count].vtype = RD_KAFKA_VTYPE_KEY
        arguments[count].u.mem.ptr = UnsafeMutableRawPointer(mutating: key.baseAddress ?? emptyBytes)
        arguments[count].u.mem.size = key.count
        count += 1
      }
      if let headers {
        arguments[count].vtype = RD_KAFKA_VTYPE_HEADERS
        arguments[count].u.headers = headers
        count += 1
      }
      return rd_kafka_produceva(handle.pointer, arguments.baseAddress, count)
    }
  }
}

/// An address for no bytes: the library takes a null pointer for an absent key or value, not for an empty one.
nonisolated(unsafe) private let emptyBytes = UnsafeRawPointer(
  UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1))

private func withBytes<R>(_ bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) -> R) -> R {
  guard let bytes else { return body(nil) }
  return bytes.withUnsafeBytes { body($0) }
}
