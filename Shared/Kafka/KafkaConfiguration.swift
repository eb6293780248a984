import CKafka

/// How to reach a Kafka cluster, and how large a message may be there.
public struct KafkaConfiguration: Sendable {
  /// Host and port of one or more brokers, separated by commas.
  public var bootstrapServers: String
  /// What brokers' logs and metrics call this client.
  public var clientID: String
  /// The largest message sent or received, in bytes.
  public var maximumMessageBytes: Int
  /// How long a broker may keep a consumer's question open while it has nothing new, in milliseconds.
  ///
  /// A broker answers at once when something comes, so this is no delay, except twice: a partition that was just opened waits
  /// for the question under way, and the embedded cluster does not cut the wait short. Each consumer asks an idle broker
  /// once in this time: ten times a second cost a broker a few percent of a core for five consumers.
  public var fetchWaitMilliseconds = 100
  /// Further properties of librdkafka, by its own names; they win over those set here.
  public var extra: [String: String]
  /// Receives each line that the client library logs, on one of its threads; it must return soon.
  public var log: @Sendable (KafkaLogLine) -> Void

  /// A configuration whose log lines are dropped unless `log` is given.
  public init(
    bootstrapServers: String, clientID: String = "earned", maximumMessageBytes: Int = 33_554_432,
    extra: [String: String] = [:], log: @escaping @Sendable (KafkaLogLine) -> Void = { _ in }
  ) {
    self.bootstrapServers = bootstrapServers
    self.clientID = clientID
    self.maximumMessageBytes = maximumMessageBytes
    self.extra = extra
    self.log = log
  }

  /// What producers, consumers and administration have in common: a broker that comes back is found within a second.
  var common: [String: String] {
    [
      "bootstrap.servers": bootstrapServers,
      "client.id": clientID,
      "message.max.bytes": "\(maximumMessageBytes)",
      "socket.nagle.disable": "true",
      "socket.keepalive.enable": "true",
      "reconnect.backoff.ms": "50",
      "reconnect.backoff.max.ms": "1000",
      "topic.metadata.refresh.interval.ms": "10000",
      "topic.metadata.refresh.fast.interval.ms": "100",
      // A topic that is missing for this long is reported as missing; until then it may only be new.
      "topic.metadata.propagation.max.ms": "3000",
      // Disconnections of idle connections are everyday matters.
      "log.connection.close": "false",
    ]
  }

  /// Acknowledged by every replica in sync, in order and without duplicates for as long as the producer lives.
  var producer: [String: String] {
    common.merging([
      "enable.idempotence": "true",
      "acks": "all",
      "linger.ms": "1",
      "compression.type": "lz4",
      "delivery.timeout.ms": "30000",
      "queue.buffering.max.messages": "200000",
      "queue.buffering.max.kbytes": "\(max(131_072, maximumMessageBytes / 1024 * 4))",
    ]) { $1 }.merging(extra) { $1 }
  }

  /// Partitions are opened by hand and offsets are kept by the caller.
  func consumer(groupID: String?) -> [String: String] {
    var own = [
      "enable.auto.commit": "false",
      "enable.auto.offset.store": "false",
      "auto.offset.reset": "earliest",
      "allow.auto.create.topics": "false",
      "enable.partition.eof": "false",
      "check.crcs": "true",
      "fetch.wait.max.ms": "\(fetchWaitMilliseconds)",
      "fetch.error.backoff.ms": "100",
      "fetch.message.max.bytes": "4194304",
      "fetch.max.bytes": "\(maximumMessageBytes + 16_777_216)",
      "receive.message.max.bytes": "\(maximumMessageBytes + 33_554_432)",
      "queued.min.messages": "20000",
      "queued.max.messages.kbytes": "16384",
    ]
    if let groupID { own["group.id"] = groupID }
    return common.merging(own) { $1 }.merging(extra) { $1 }
  }
}
