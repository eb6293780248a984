import CKafka

/// A Kafka cluster of one broker in this process's memory: librdkafka's own stand-in, for machines without Kafka and for tests.
///
/// Promised, and checked by the same tests as a real cluster: records of a partition keep their order, offsets, keys and
/// headers; the idempotent producer; reading from any offset; an offset out of range is taken for the oldest; watermarks.
///
/// Not promised:
/// - It keeps about 5 MB a partition and drops older records, and everything when the process ends.
/// - A record that is larger than 2.5 MB after compression may be lost although it was acknowledged, and again when sent again.
/// - A waiting consumer hears of a new record only when its question's time is up (`fetchWaitMilliseconds`).
/// - Topics cannot be created, described or deleted by clients. A client that names an unknown topic makes it, with 4 partitions.
/// - A producer's duplicates are not looked for: one that sends again after a lost acknowledgement writes twice.
public final class EmbeddedCluster: Sendable {
  private let handle: KafkaHandle
  private let cluster: Cluster

  /// Sendable because the cluster's functions hand their work to the cluster's own thread or take its lock.
  private struct Cluster: @unchecked Sendable { let pointer: OpaquePointer }

  /// Starts the cluster on a free port of the loopback interface.
  public init(log: @escaping @Sendable (KafkaLogLine) -> Void = { _ in }) throws(KafkaError) {
    handle = try KafkaHandle(RD_KAFKA_PRODUCER, ["client.id": "embedded-broker"], log: log)
    guard let pointer = rd_kafka_mock_cluster_new(handle.pointer, 1) else {
      throw KafkaError(RD_KAFKA_RESP_ERR__FAIL, "the embedded cluster could not open a port on 127.0.0.1")
    }
    cluster = Cluster(pointer: pointer)
  }

  deinit { rd_kafka_mock_cluster_destroy(cluster.pointer) }

  /// Where clients reach it.
  public var bootstrapServers: String {
    rd_kafka_mock_cluster_bootstraps(cluster.pointer).map { String(cString: $0) } ?? ""
  }

  /// Makes a topic; an existing one is left as it is, and an error says so.
  public func createTopic(_ name: String, partitions: Int) throws(KafkaError) {
    let error = rd_kafka_mock_topic_create(cluster.pointer, name, Int32(partitions), 1)
    guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(error, "Topic \(name) was not made") }
  }
}
