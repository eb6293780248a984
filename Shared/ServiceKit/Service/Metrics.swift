import Synchronization

/// The process's figures in Prometheus's text form.
public final class Metrics: Sendable {
  private struct LaneKey: Hashable, Comparable {
    let group: String
    let lane: Int

    static func < (left: LaneKey, right: LaneKey) -> Bool {
      (left.group, left.lane) < (right.group, right.lane)
    }
  }

  private struct RouteKey: Hashable, Comparable {
    let method: String
    let route: String
    let status: Int

    static func < (left: RouteKey, right: RouteKey) -> Bool {
      (left.route, left.method, left.status) < (right.route, right.method, right.status)
    }
  }

  private struct State {
    var lanes: [LaneKey: LaneStatus] = [:]
    var requests: [RouteKey: (count: Int, seconds: Double)] = [:]
    var gauges: [String: (help: String, value: Double)] = [:]
    var counters: [String: (help: String, value: Double)] = [:]
  }

  private let state = Mutex(State())

  init() {}

  func report(_ status: LaneStatus, lane: Int, group: String) {
    state.withLock { $0.lanes[LaneKey(group: group, lane: lane)] = status }
  }

  func forget(lane: Int, group: String) {
    _ = state.withLock { $0.lanes.removeValue(forKey: LaneKey(group: group, lane: lane)) }
  }

  /// Counts an answered request.
  public func count(method: String, route: String, status: Int, seconds: Double) {
    state.withLock {
      let key = RouteKey(method: method, route: route, status: status)
      let before = $0.requests[key] ?? (0, 0)
      $0.requests[key] = (before.count + 1, before.seconds + seconds)
    }
  }

  /// Sets a figure that goes up and down.
  public func set(_ name: String, help: String, to value: Double) {
    state.withLock { $0.gauges[name] = (help, value) }
  }

  /// Adds to a figure that only grows.
  public func add(_ name: String, help: String, _ value: Double = 1) {
    state.withLock { $0.counters[name] = (help, ($0.counters[name]?.value ?? 0) + value) }
  }

  /// All figures, as `GET /metrics` answers them.
  public var text: String {
    state.withLock { state in
      var lines: [String] = []
      func family(_ name: String, _ kind: String, _ help: String, _ samples: [String]) {
        guard !samples.isEmpty else { return }
        lines += ["# HELP \(name) \(help)", "# TYPE \(name) \(kind)"] + samples
      }
      let lanes = state.lanes.sorted { $0.key < $1.key }
      func laneSamples(_ name: String, _ value: (LaneStatus) -> String?) -> [String] {
        lanes.compactMap { key, status in
          value(status).map { "\(name){group=\"\(key.group)\",lane=\"\(key.lane)\"} \($0)" }
        }
      }
      family(
        "earned_lane_position", "counter", "Number of the last message read.",
        laneSamples("earned_lane_position") { $0.position.map { "\($0)" } })
      family(
        "earned_lane_lag", "gauge", "Messages written to the lane and not read yet.",
        laneSamples("earned_lane_lag") { $0.lag.map { "\($0)" } })
      family(
        "earned_lane_log_sequence", "counter", "Number of the last message of the lane's log.",
        laneSamples("earned_lane_log_sequence") { $0.logSequence.map { "\($0)" } })
      family(
        "earned_lane_batch_seconds", "gauge", "Duration of the lane's last transaction.",
        laneSamples("earned_lane_batch_seconds") { "\($0.batchSeconds)" })
      let requests = state.requests.sorted { $0.key < $1.key }
      func requestSamples(_ name: String, _ value: ((count: Int, seconds: Double)) -> String) -> [String] {
        requests.map { key, figures in
          "\(name){method=\"\(key.method)\",route=\"\(key.route)\",status=\"\(key.status)\"} \(value(figures))"
        }
      }
      family(
        "earned_http_requests_total", "counter", "Requests answered.",
        requestSamples("earned_http_requests_total") { "\($0.count)" })
      family(
        "earned_http_request_seconds_total", "counter", "Time spent on requests.",
        requestSamples("earned_http_request_seconds_total") { "\($0.seconds)" })
      for (name, figure) in state.gauges.sorted(by: { $0.key < $1.key }) {
        family(name, "gauge", figure.help, ["\(name) \(figure.value)"])
      }
      for (name, figure) in state.counters.sorted(by: { $0.key < $1.key }) {
        family(name, "counter", figure.help, ["\(name) \(figure.value)"])
      }
      return lines.joined(separator: "\n") + "\n"
    }
  }
}
