/// What metrics say of a lane that this instance holds.
struct LaneStatus: Sendable {
  /// The number of the last message read.
  var position: Int64?
  /// How many messages are known of that have not been read.
  var lag: Int64?
  /// The number of the last message of the log.
  var logSequence: Int64?
  /// How long the last transaction took.
  var batchSeconds: Double = 0
}
