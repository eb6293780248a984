import Kafka
import Messages
import Postgres
import Synchronization

/// What all parts of a running service share: configuration, log, metrics, the producer, the consumer, the stop signal.
public final class ServiceProcess: Sendable {
  /// What the environment says.
  public let configuration: ServiceConfiguration
  /// Where it is told what happens.
  public let log: Log
  /// The process's figures.
  public let metrics = Metrics()
  /// Given when the process is to end.
  public let stop = StopSignal()
  /// The process's producer.
  public let publisher: Publisher
  /// How many lanes this instance may hold.
  public let share = LaneShare()
  /// Which lane tries again what the process may have died of.
  let trial = Trial()
  /// Which lanes nobody holds.
  let board = LaneBoard()
  private let kafka: KafkaConfiguration
  private let consumer = Mutex<KafkaConsumer?>(nil)
  private let consumerBeside = Mutex<KafkaConsumer?>(nil)
  private let topics: TopicKeeper

  /// Prepares a process; nothing is connected to yet.
  init(_ configuration: ServiceConfiguration, topics: [RequiredTopic]) throws {
    self.configuration = configuration
    let log = Log(service: configuration.service, minimum: configuration.logLevel)
    self.log = log
    let kafka = KafkaConfiguration(
      bootstrapServers: configuration.kafka, clientID: "earned-\(configuration.instance)",
      log: { line in log.write(line.level <= 4 ? .warning : .debug, "kafka", ["reason": line.message]) })
    self.kafka = kafka
    publisher = try Publisher(kafka, topicPrefix: configuration.topicPrefix, log: log)
    self.topics = TopicKeeper(kafka, topics: topics, log: log)
  }

  /// Opens a lane of a topic for reading.
  public func open(_ topic: Topic, lane: Int, at offset: KafkaOffset) throws(KafkaError) -> KafkaPartition {
    try reader().open(
      topic: topic.name(prefix: configuration.topicPrefix), partition: Int32(lane), at: offset)
  }

  /// Opens a lane of a topic for a look at its records, beside whoever reads it.
  public func openBeside(_ topic: Topic, lane: Int, at offset: KafkaOffset) throws(KafkaError) -> KafkaPartition {
    try made(consumerBeside, groupID: nil).open(
      topic: topic.name(prefix: configuration.topicPrefix), partition: Int32(lane), at: offset)
  }

  /// The process's consumer for its lanes.
  private func reader() throws(KafkaError) -> KafkaConsumer {
    try made(consumer, groupID: "\(configuration.topicPrefix).\(configuration.schema)")
  }

  /// A consumer, made when it is first needed: by then it is known what kind of cluster this is.
  private func made(
    _ consumer: borrowing Mutex<KafkaConsumer?>, groupID: String?
  ) throws(KafkaError) -> KafkaConsumer {
    try consumer.withLock { (consumer) throws(KafkaError) -> KafkaConsumer in
      if let consumer { return consumer }
      var kafka = kafka
      // The embedded broker answers when the time is up, not when something comes.
      if topics.isEmbedded { kafka.fetchWaitMilliseconds = 10 }
      let made = try KafkaConsumer(kafka, groupID: groupID)
      consumer = made
      return made
    }
  }

  /// Makes the topics that are missing; does nothing if that has just been tried.
  public func ensureTopics() {
    topics.ensureIfDue()
  }

  /// Makes the topics that are missing, and throws if that cannot be done or if one is not as it must be.
  func requireTopics() throws {
    try topics.ensure()
  }

  /// How many partitions a topic of the cluster has; nil if there is none.
  public func partitionCount(of topic: Topic) throws -> Int? {
    try topics.partitionCount(topic.name(prefix: configuration.topicPrefix))
  }

  /// Connects to this service's schema.
  /// - Parameter purpose: what the connection is for, as `pg_stat_activity` shows it.
  public func connect(_ purpose: String, options: [String: String] = [:]) throws(PostgresError) -> PostgresConnection {
    let log = log
    return try PostgresConnection(
      configuration.postgres, applicationName: "\(configuration.service) \(purpose)", schema: configuration.schema,
      options: options, onNotice: { log.debug("postgres", ["reason": $0]) })
  }
}
