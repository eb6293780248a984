import CKafka
import Foundation

/// Makes and checks topics.
public final class KafkaAdmin: Sendable {
  private let handle: KafkaHandle
  /// How long each question to the cluster may take.
  private let timeoutMilliseconds: Int32

  /// Starts a handle for administration; each call waits for the cluster for at most `timeoutMilliseconds`.
  public init(_ configuration: KafkaConfiguration, timeoutMilliseconds: Int32 = 10_000) throws(KafkaError) {
    handle = try KafkaHandle(
      RD_KAFKA_PRODUCER, configuration.common.merging(configuration.extra) { $1 }, log: configuration.log)
    self.timeoutMilliseconds = timeoutMilliseconds
  }

  /// Makes the topics that are missing and checks the others, then waits until each can be written to.
  ///
  /// Throws if a topic has another number of partitions than asked for, or a smaller `max.message.bytes`. A broker that cannot
  /// tell its settings (the embedded one) is asked for the number of partitions only.
  public func ensureTopics(_ topics: [KafkaTopic]) throws(KafkaError) {
    let existing = try partitionCounts()
    let missing = topics.filter { existing[$0.name] == nil }
    let isEmbedded = isEmbedded
    if isEmbedded {
      // It makes topics only when they are asked for, with a number of partitions of its own choice: the check below
      // tells whether that will do.
      for topic in missing { _ = try metadata(of: topic.name) }
    } else if !missing.isEmpty {
      try create(missing)
    }
    for topic in topics {
      let count = try readyPartitionCount(topic.name, expected: topic.partitions)
      guard count == topic.partitions else {
        throw KafkaError(
          RD_KAFKA_RESP_ERR_INVALID_PARTITIONS,
          "Topic \(topic.name) has \(count) partitions where \(topic.partitions) are needed; they cannot be changed in place"
        )
      }
    }
    if !isEmbedded { try checkMessageSizes(topics) }
  }

  /// How many partitions a topic has, or nil if there is no such topic.
  public func partitionCount(_ topic: String) throws(KafkaError) -> Int? { try partitionCounts()[topic] }

  /// Deletes topics with all their records; a topic that does not exist is deleted already. The embedded broker cannot.
  public func deleteTopics(_ names: [String]) throws(KafkaError) {
    guard !names.isEmpty else { return }
    guard !isEmbedded else {
      throw KafkaError(RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE, "The embedded broker cannot delete topics")
    }
    var requests = names.map { rd_kafka_DeleteTopic_new($0) }
    defer { for request in requests { rd_kafka_DeleteTopic_destroy(request) } }
    let event = try ask(RD_KAFKA_ADMIN_OP_DELETETOPICS) { options, queue in
      rd_kafka_DeleteTopics(handle.pointer, &requests, requests.count, options, queue)
    }
    defer { rd_kafka_event_destroy(event) }
    var count = 0
    let results = rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), &count)
    try throwFirst(results, count, but: RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
  }

  /// Whether the cluster is the library's own stand-in (`EmbeddedCluster`), which can be asked for less than a real one.
  ///
  /// Waits for an answer from the cluster as every call does; false if none came.
  public var isEmbedded: Bool {
    // A stand-in has no controller: administrative requests would wait for one in vain. Its name is its own.
    guard let name = rd_kafka_clusterid(handle.pointer, timeoutMilliseconds) else { return false }
    defer { rd_kafka_mem_free(handle.pointer, name) }
    return String(cString: name).hasPrefix("mockCluster")
  }

  // MARK: Making

  private func create(_ topics: [KafkaTopic]) throws(KafkaError) {
    var requests: [OpaquePointer?] = []
    defer { for request in requests { rd_kafka_NewTopic_destroy(request) } }
    for topic in topics {
      var made: OpaquePointer?
      // Replication factor -1 is the cluster's own default.
      let reason = errorText { made = rd_kafka_NewTopic_new(topic.name, Int32(topic.partitions), -1, $0, $1) }
      guard let made else { throw KafkaError(RD_KAFKA_RESP_ERR__INVALID_ARG, "\(topic.name): \(reason)") }
      requests.append(made)
      for (name, value) in topic.config { rd_kafka_NewTopic_set_config(made, name, value) }
    }
    let event = try ask(RD_KAFKA_ADMIN_OP_CREATETOPICS) { options, queue in
      rd_kafka_CreateTopics(handle.pointer, &requests, requests.count, options, queue)
    }
    defer { rd_kafka_event_destroy(event) }
    var count = 0
    let results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count)
    try throwFirst(results, count, but: RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
  }

  private func throwFirst(
    _ results: UnsafeMutablePointer<OpaquePointer?>?, _ count: Int, but harmless: rd_kafka_resp_err_t
  ) throws(KafkaError) {
    for index in 0..<count {
      guard let result = results?[index] else { continue }
      let error = rd_kafka_topic_result_error(result)
      guard error != RD_KAFKA_RESP_ERR_NO_ERROR, error != harmless else { continue }
      let name = rd_kafka_topic_result_name(result).map { String(cString: $0) } ?? "?"
      let reason = rd_kafka_topic_result_error_string(result) ?? rd_kafka_err2str(error)
      throw KafkaError(error, "\(name): \(reason.map { String(cString: $0) } ?? "")")
    }
  }

  // MARK: Checking

  private func partitionCounts() throws(KafkaError) -> [String: Int] {
    try metadata(of: nil)
  }

  /// The number of partitions of each topic that has all its leaders; of one topic, or of all.
  ///
  /// Asking for one topic makes it on brokers that make topics by themselves, so existence is found out from all.
  private func metadata(of topic: String?) throws(KafkaError) -> [String: Int] {
    let topicHandle = topic.flatMap { rd_kafka_topic_new(handle.pointer, $0, nil) }
    defer { if let topicHandle { rd_kafka_topic_destroy(topicHandle) } }
    var answer: UnsafePointer<rd_kafka_metadata>?
    let error = rd_kafka_metadata(handle.pointer, topic == nil ? 1 : 0, topicHandle, &answer, timeoutMilliseconds)
    guard error == RD_KAFKA_RESP_ERR_NO_ERROR, let answer else { throw KafkaError(error) }
    defer { rd_kafka_metadata_destroy(answer) }
    var counts: [String: Int] = [:]
    for topic in UnsafeBufferPointer(start: answer.pointee.topics, count: Int(answer.pointee.topic_cnt)) {
      guard topic.err == RD_KAFKA_RESP_ERR_NO_ERROR, let name = topic.topic else { continue }
      let partitions = UnsafeBufferPointer(start: topic.partitions, count: Int(topic.partition_cnt))
      guard partitions.allSatisfy({ $0.leader >= 0 }) else { continue }
      counts[String(cString: name)] = partitions.count
    }
    return counts
  }

  /// Asks until the topic is there with a leader for each partition: a new topic takes a moment to be known everywhere.
  private func readyPartitionCount(_ topic: String, expected: Int) throws(KafkaError) -> Int {
    let deadline = ContinuousClock.now.advanced(by: .milliseconds(Int(timeoutMilliseconds)))
    while true {
      if let count = try partitionCounts()[topic] { return count }
      guard ContinuousClock.now < deadline else {
        throw KafkaError(RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, "Topic \(topic) has partitions without a leader")
      }
      Thread.sleep(forTimeInterval: 0.02)
    }
  }

  private func checkMessageSizes(_ topics: [KafkaTopic]) throws(KafkaError) {
    let wanted = topics.reduce(into: [String: Int]()) {
      $0[$1.name] = $1.config["max.message.bytes"].flatMap { Int($0) }
    }
    guard !wanted.isEmpty else { return }
    var requests = wanted.keys.map { rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, $0) }
    defer { for request in requests { rd_kafka_ConfigResource_destroy(request) } }
    let event = try ask(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS) { options, queue in
      rd_kafka_DescribeConfigs(handle.pointer, &requests, requests.count, options, queue)
    }
    defer { rd_kafka_event_destroy(event) }
    var count = 0
    let result = rd_kafka_event_DescribeConfigs_result(event)
    let resources = rd_kafka_DescribeConfigs_result_resources(result, &count)
    for index in 0..<count {
      guard let resource = resources?[index], let name = rd_kafka_ConfigResource_name(resource) else { continue }
      let topic = String(cString: name)
      let error = rd_kafka_ConfigResource_error(resource)
      guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
        throw KafkaError(error, "\(topic): its settings cannot be read")
      }
      guard let asked = wanted[topic], let has = value("max.message.bytes", of: resource).flatMap({ Int($0) }) else {
        continue
      }
      guard has >= asked else {
        throw KafkaError(
          RD_KAFKA_RESP_ERR_INVALID_CONFIG,
          "Topic \(topic) takes messages of up to \(has) bytes where \(asked) are needed; set its max.message.bytes")
      }
    }
  }

  private func value(_ setting: String, of resource: OpaquePointer) -> String? {
    var count = 0
    let entries = rd_kafka_ConfigResource_configs(resource, &count)
    for index in 0..<count {
      guard let entry = entries?[index], let name = rd_kafka_ConfigEntry_name(entry), String(cString: name) == setting
      else { continue }
      return rd_kafka_ConfigEntry_value(entry).map { String(cString: $0) }
    }
    return nil
  }

  /// Sends one administrative request and waits for its answer, which the caller destroys.
  private func ask(
    _ operation: rd_kafka_admin_op_t, _ send: (_ options: OpaquePointer?, _ queue: OpaquePointer?) -> Void
  ) throws(KafkaError) -> OpaquePointer {
    let queue = rd_kafka_queue_new(handle.pointer)
    defer { rd_kafka_queue_destroy(queue) }
    let options = rd_kafka_AdminOptions_new(handle.pointer, operation)
    defer { rd_kafka_AdminOptions_destroy(options) }
    let reason = errorText {
      _ = rd_kafka_AdminOptions_set_request_timeout(options, timeoutMilliseconds, $0, $1)
    }
    precondition(reason.isEmpty, "librdkafka takes any time limit up to an hour: \(reason)")
    send(options, queue)
    // The library itself answers when the request's time has run out; a little more is for its way here.
    guard let event = rd_kafka_queue_poll(queue, timeoutMilliseconds + 1_000) else {
      throw KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT)
    }
    let error = rd_kafka_event_error(event)
    guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
      defer { rd_kafka_event_destroy(event) }
      throw KafkaError(error, rd_kafka_event_error_string(event).map { String(cString: $0) })
    }
    return event
  }
}
