import CKafka
import Synchronization

/// Reads partitions that its owner opens and closes by hand; takes part in no group balancing.
public final class KafkaConsumer: Sendable {
  private struct Place: Hashable {
    let topic: String
    let partition: Int32
  }

  private struct Opened {
    weak var partition: KafkaPartition?
  }

  private let handle: KafkaHandle
  private let commits: Bool
  private let opened = Mutex<[Place: Opened]>([:])

  /// Starts a consumer; brokers are connected to in the background, so that none need be there yet.
  ///
  /// With a group, `KafkaPartition.commit` records how far reading has come, for the eyes of operators only.
  public init(_ configuration: KafkaConfiguration, groupID: String? = nil) throws(KafkaError) {
    handle = try KafkaHandle(RD_KAFKA_CONSUMER, configuration.consumer(groupID: groupID), log: configuration.log)
    commits = groupID != nil
  }

  /// Begins to read a partition; the topic need not exist yet (polling then says so).
  ///
  /// Throws if this consumer has the partition open already.
  public func open(topic: String, partition: Int32, at offset: KafkaOffset) throws(KafkaError) -> KafkaPartition {
    let place = Place(topic: topic, partition: partition)
    return try opened.withLock { (opened) throws(KafkaError) -> KafkaPartition in
      if let other = opened[place]?.partition, !other.isClosed {
        throw KafkaError(RD_KAFKA_RESP_ERR__CONFLICT, "\(topic) [\(partition)] is open already in this consumer")
      }
      let made = try KafkaPartition(handle, topic: topic, partition: partition, at: offset, commits: commits)
      opened[place] = Opened(partition: made)
      return made
    }
  }

  /// Closes every partition that is still open.
  public func close() {
    let all = opened.withLock { opened in
      defer { opened = [:] }
      return opened.values.compactMap(\.partition)
    }
    for partition in all { partition.close() }
  }
}
