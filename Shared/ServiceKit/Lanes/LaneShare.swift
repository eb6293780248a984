import Synchronization

/// How many lanes of each group this instance may hold, so that instances divide the lanes among them.
public final class LaneShare: Sendable {
  private struct State {
    var instances = 1
    var held: [String: Int] = [:]

    func share(of lanes: Int) -> Int { (lanes + instances - 1) / instances }
  }

  private let state = Mutex(State())

  init() {}

  /// So many instances divide the lanes, this one included; until this is first said, it is taken to be alone.
  func divide(among instances: Int) {
    state.withLock { $0.instances = max(1, instances) }
  }

  func mayHoldAnother(of group: String, lanes: Int) -> Bool {
    state.withLock { ($0.held[group] ?? 0) < $0.share(of: lanes) }
  }

  func mustLetGo(of group: String, lanes: Int) -> Bool {
    state.withLock { ($0.held[group] ?? 0) > $0.share(of: lanes) }
  }

  func hold(_ group: String) {
    state.withLock { $0.held[group, default: 0] += 1 }
  }

  func letGo(_ group: String) {
    state.withLock { $0.held[group, default: 0] -= 1 }
  }

  /// How many lanes this instance holds.
  public func held(of group: String) -> Int {
    state.withLock { $0.held[group] ?? 0 }
  }
}
