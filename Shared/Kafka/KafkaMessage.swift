import CKafka

/// One record as a topic's partition holds it.
public struct KafkaMessage: Sendable {
  /// The topic it was read from.
  public let topic: String
  /// The partition it was read from.
  public let partition: Int32
  /// Its place in the partition; gaps between the offsets of neighbors are normal.
  public let offset: Int64
  /// The key's bytes, or nil if the record has none.
  public let key: [UInt8]?
  /// The value's bytes; a record without a value (a tombstone) has none here.
  public let value: [UInt8]
  /// Names and values in the order the producer gave them; names may repeat.
  public let headers: [(String, [UInt8])]
  /// When the record was made or appended, in milliseconds since 1970; 0 if unknown.
  public let timestampMilliseconds: Int64

  /// The value of the first header of that name.
  public func header(_ name: String) -> [UInt8]? { headers.first { $0.0 == name }?.1 }

  init(copying message: UnsafePointer<rd_kafka_message_t>, topic: String) {
    self.topic = topic
    partition = message.pointee.partition
    offset = message.pointee.offset
    key = message.pointee.key.map { bytes($0, message.pointee.key_len) }
    value = message.pointee.payload.map { bytes($0, message.pointee.len) } ?? []
    headers = Self.headers(of: message)
    var kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
    timestampMilliseconds = max(0, rd_kafka_message_timestamp(message, &kind))
  }

  private static func headers(of message: UnsafePointer<rd_kafka_message_t>) -> [(String, [UInt8])] {
    var list: OpaquePointer?
    guard rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list else { return [] }
    var headers: [(String, [UInt8])] = []
    var name: UnsafePointer<CChar>?
    var value: UnsafeRawPointer?
    var count = 0
    while rd_kafka_header_get_all(list, headers.count, &name, &value, &count) == RD_KAFKA_RESP_ERR_NO_ERROR {
      headers.append((name.map { String(cString: $0) } ?? "", value.map { bytes($0, count) } ?? []))
    }
    return headers
  }
}

private func bytes(_ start: UnsafeRawPointer, _ count: Int) -> [UInt8] {
  Array(UnsafeRawBufferPointer(start: start, count: count))
}
