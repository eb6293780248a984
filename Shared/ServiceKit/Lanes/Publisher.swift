import Kafka
import Messages
import Synchronization

/// The process's one producer, replaced when it has failed. What was lost with it is sent again by the relays.
public final class Publisher: Sendable {
  /// After how long without any delivery the cluster counts as away.
  private static let silence: Swift.Duration = .seconds(5)

  /// What was seen of deliveries when last looked.
  private struct Sight {
    var delivered: UInt64 = 0
    /// The last time that something was delivered, or that nothing waited for it.
    var wellAt = ContinuousClock.now
    var isAway = false
  }

  private let configuration: KafkaConfiguration
  private let topicPrefix: String
  private let current: Mutex<KafkaProducer>
  private let sight = Mutex(Sight())
  private let log: Log

  /// A publisher to that cluster.
  public init(_ configuration: KafkaConfiguration, topicPrefix: String, log: Log) throws {
    self.configuration = configuration
    self.topicPrefix = topicPrefix
    self.log = log
    current = Mutex(try KafkaProducer(configuration))
  }

  /// Queues one message for a lane. Throws if it cannot be queued now; the caller tries again later.
  public func send(
    _ topic: Topic, lane: Int, key: [UInt8], type: String, traceparent: String? = nil, value: [UInt8]
  ) throws {
    var headers = [("ce_type", Array(type.utf8))]
    if let traceparent { headers.append(("traceparent", Array(traceparent.utf8))) }
    try working().send(
      topic: topic.name(prefix: topicPrefix), partition: Int32(lane), key: key, headers: headers, value: value)
  }

  /// Waits until what was sent is delivered, at most that long.
  public func flush(milliseconds: Int32) {
    current.withLock { $0 }.flush(timeoutMilliseconds: milliseconds)
  }

  /// Whether the cluster takes nothing of what waits for it; every lane has something to say each second.
  var isClusterAway: Bool { sight.withLock { $0.isAway } }

  /// Sees whether anything has been delivered lately; called about twice a second.
  func look() {
    let producer = current.withLock { $0 }
    let delivered = producer.deliveredCount
    let isIdle = producer.waitingCount == 0
    let now = ContinuousClock.now
    sight.withLock { sight in
      if delivered > sight.delivered || (isIdle && !sight.isAway) { sight.wellAt = now }
      sight.delivered = delivered
      sight.isAway = now - sight.wellAt > Self.silence
    }
  }

  private func working() throws -> KafkaProducer {
    try current.withLock { producer in
      guard let failure = producer.failure else { return producer }
      log.warning("producer_replaced", ["reason": failure.description])
      producer = try KafkaProducer(configuration)
      return producer
    }
  }
}
