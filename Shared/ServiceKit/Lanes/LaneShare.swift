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

  /// Counts one more lane as held, if the instance may hold another.
  func takeOne(of group: String, lanes: Int) -> Bool {
    state.withLock { state in
      guard state.held[group, default: 0] < state.share(of: lanes) else { return false }
      state.held[group, default: 0] += 1
      return true
    }
  }

  /// Counts one lane less, if the instance holds more than its share: the caller then lets go of its lane. Each lane that asks is
  /// counted, so that not all of them let go at once.
  func giveUpOne(of group: String, lanes: Int) -> Bool {
    state.withLock { state in
      guard state.held[group, default: 0] > state.share(of: lanes) else { return false }
      state.held[group, default: 0] -= 1
      return true
    }
  }

  /// Counts one lane less.
  func giveBackOne(of group: String) {
    state.withLock { $0.held[group, default: 0] -= 1 }
  }

  /// How many lanes this instance holds.
  public func held(of group: String) -> Int {
    state.withLock { $0.held[group] ?? 0 }
  }
}
