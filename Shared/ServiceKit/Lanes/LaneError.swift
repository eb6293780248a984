/// Why a lane's turn ends before its time.
public enum LaneError: Error, Hashable, CustomStringConvertible {
  /// Another instance holds the lane now; what was being written has been undone.
  case leaseLost(group: String, lane: Int)
  /// The schema has been set up with another number of lanes.
  case otherNumberOfLanes(group: String, found: Int, configured: Int)
  /// A message has the number that is expected, but is not chained to what was read before it.
  case brokenChain(topic: String, lane: Int, sequence: Int64)
  /// A reader has read further than this log goes, or has read something else under the same number.
  case logBehindReader(topic: String, lane: Int, reader: String, sequence: Int64)
  /// What readers have stated about the lane's log could not be read in time.
  case notHeard(group: String, lane: Int)
  /// A defect of this service, which must not go on.
  case defect(String)

  /// Whether the lane must be left alone until someone has looked.
  public var stopsLane: Bool {
    switch self {
    case .brokenChain, .logBehindReader, .defect: true
    case .leaseLost, .otherNumberOfLanes, .notHeard: false
    }
  }

  /// The code by which logs and documentation name it.
  public var code: String {
    switch self {
    case .leaseLost: "lease_lost"
    case .otherNumberOfLanes: "other_number_of_lanes"
    case .brokenChain: "broken_chain"
    case .notHeard: "not_heard"
    case .logBehindReader: "log_behind_reader"
    case .defect: "defect"
    }
  }

  /// A sentence for the operator.
  public var description: String {
    switch self {
    case .leaseLost(let group, let lane): "Another instance holds lane \(lane) of \(group) now."
    case .otherNumberOfLanes(let group, let found, let configured):
      "\(group) has been set up with \(found) lanes, and EARNED_LANES says \(configured); lanes are never changed in place."
    case .brokenChain(let topic, let lane, let sequence):
      "Message \(sequence) of \(topic), lane \(lane), is not chained to the message before it."
    case .logBehindReader(let topic, let lane, let reader, let sequence):
      "\(reader) has read \(topic), lane \(lane), through \(sequence), which this log does not have."
    case .notHeard(let group, let lane):
      "What readers have stated about lane \(lane) of \(group) could not be read within five seconds."
    case .defect(let sentence): sentence
    }
  }
}
