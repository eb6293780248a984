/// A topic as it should be.
public struct KafkaTopic: Hashable, Sendable {
  /// Its name.
  public let name: String
  /// How many partitions it has; never changed later.
  public let partitions: Int
  /// What else is asked of it by Kafka's own names, for example `cleanup.policy` and `max.message.bytes`.
  public let config: [String: String]

  /// A topic to be made or checked.
  public init(name: String, partitions: Int, config: [String: String] = [:]) {
    self.name = name
    self.partitions = partitions
    self.config = config
  }
}
