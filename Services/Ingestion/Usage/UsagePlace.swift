import Crypto
import Kafka
import ServiceKit

/// A place in a partition of `earned.usage`: an offset, and the record that must stand before it if this is still the topic
/// that was read.
struct UsagePlace: Hashable, Sendable {
  /// The offset of the next record.
  var offset: Int64
  /// The hash of the record before it.
  var checksum: [UInt8]
  /// How many records have been read up to here.
  var count: Int64

  /// The beginning of the partition, before which nothing stands.
  static let beginning = UsagePlace(offset: 0, checksum: LogHead.emptyChain, count: 0)

  /// The place that a lane's row names.
  init(_ position: ReaderPosition) {
    self.init(offset: position.offset, checksum: position.chain, count: position.sequence)
  }

  init(offset: Int64, checksum: [UInt8], count: Int64) {
    self.offset = offset
    self.checksum = checksum
    self.count = count
  }

  /// The place behind a record.
  func behind(_ record: KafkaMessage) -> UsagePlace {
    UsagePlace(offset: record.offset + 1, checksum: SHA256.hash(record.value), count: count + 1)
  }

  /// Writes the place into a lane's position.
  func write(to position: inout ReaderPosition) {
    position.offset = offset
    position.chain = checksum
    position.sequence = count
  }
}
