import CKafka

/// Where in a partition reading begins.
public enum KafkaOffset: Hashable, Sendable {
  /// With the oldest record the partition still has.
  case beginning
  /// With the next record that will be written.
  case end
  /// With the record of this offset, or the next after it; with the oldest if the partition has no such offset.
  case at(Int64)

  var number: Int64 {
    switch self {
    case .beginning: Int64(RD_KAFKA_OFFSET_BEGINNING)
    case .end: Int64(RD_KAFKA_OFFSET_END)
    case .at(let offset): max(0, offset)
    }
  }
}
