import Kafka
import Messages

extension Topic {
  /// The most bytes that a message of the pipeline may have; checked at start.
  public static let maximumMessageBytes = 32 << 20

  /// The topic as the broker is asked for it. Every topic that is ordered by lane has a partition for each.
  func required(prefix: String, lanes: Int) -> RequiredTopic {
    var config = ["max.message.bytes": "\(Self.maximumMessageBytes)"]
    if self == .positions {
      // Only the last statement of each reader counts, so the topic is kept small enough to be read whole at start.
      config["cleanup.policy"] = "compact"
      config["segment.ms"] = "600000"
      config["min.cleanable.dirty.ratio"] = "0.1"
    }
    // Usage is the producers' topic: where they have made it, its partitions and settings are theirs to choose.
    if self == .usage { config = [:] }
    return RequiredTopic(
      topic: KafkaTopic(name: name(prefix: prefix), partitions: lanes, config: config), isForeign: self == .usage)
  }
}
