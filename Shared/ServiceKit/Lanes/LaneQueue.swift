import Dispatch
import Synchronization

/// Requests that wait for a lane: bounded, and closed while this instance does not hold the lane.
public final class LaneQueue<Request: Sendable>: Sendable {
  /// What became of a request that was offered.
  public enum Offer: Sendable {
    /// It will be answered.
    case taken
    /// Too much is waiting already.
    case full
    /// Another instance holds the lane, or none does.
    case notHeld
  }

  private struct State {
    var isOpen = false
    var requests: [(request: Request, bytes: Int)] = []
    var bytes = 0
    /// Set when the lane is to look for other work than requests.
    var isWoken = false
    /// Set while a signal is on its way to the lane, so that signals do not add up.
    var isSignaled = false
  }

  private let state = Mutex(State())
  private let signal = DispatchSemaphore(value: 0)
  private let limitBytes: Int

  /// An empty queue that takes so many bytes of requests.
  public init(limitBytes: Int) {
    self.limitBytes = limitBytes
  }

  /// Offers a request of a size; from any thread.
  public func offer(_ request: Request, bytes: Int) -> Offer {
    let offer = state.withLock { state -> Offer in
      guard state.isOpen else { return .notHeld }
      guard state.requests.isEmpty || state.bytes + bytes <= limitBytes else { return .full }
      state.requests.append((request, bytes))
      state.bytes += bytes
      return .taken
    }
    if case .taken = offer { signalOnce() }
    return offer
  }

  /// Lets the lane look for other work than requests now.
  public func wake() {
    state.withLock { $0.isWoken = true }
    signalOnce()
  }

  private func signalOnce() {
    let isFirst = state.withLock { state in
      defer { state.isSignaled = true }
      return !state.isSignaled
    }
    if isFirst { signal.signal() }
  }

  /// The requests at hand, first come first, up to so many bytes but at least one; waits for the first.
  func take(upToBytes limit: Int, milliseconds: Int32) -> [Request] {
    if isIdle { _ = signal.wait(timeout: .now() + .milliseconds(Int(milliseconds))) }
    return state.withLock { state in
      // Whatever is offered from here on signals again; a signal that was not waited for is taken back.
      if state.isSignaled { _ = signal.wait(timeout: .now()) }
      state.isSignaled = false
      var taken = 0
      var count = 0
      while count < state.requests.count, count == 0 || taken + state.requests[count].bytes <= limit {
        taken += state.requests[count].bytes
        count += 1
      }
      let requests = state.requests.prefix(count).map(\.request)
      state.requests.removeFirst(count)
      state.bytes -= taken
      return requests
    }
  }

  private var isIdle: Bool {
    state.withLock { $0.requests.isEmpty && !$0.isWoken }
  }

  /// Whether the lane was woken since this was last asked.
  func takeWake() -> Bool {
    state.withLock { state in
      defer { state.isWoken = false }
      return state.isWoken
    }
  }

  func open() {
    state.withLock { $0.isOpen = true }
  }

  /// Closes the queue and returns what was waiting.
  func close() -> [Request] {
    state.withLock { state in
      let waiting = state.requests.map(\.request)
      state.isOpen = false
      state.requests = []
      state.bytes = 0
      return waiting
    }
  }
}
