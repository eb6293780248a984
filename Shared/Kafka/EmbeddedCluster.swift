import CKafka

/// A Kafka cluster of one broker in this process's memory: librdkafka's own stand-in, for machines without Kafka and for tests.
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
