import Dispatch
import Synchronization

/// What the requests of one server have in common: its routes and limits, and which of them are open.
final class Traffic: Sendable {
  let configuration: HTTPConfiguration
  let router: Router

  private struct Open {
    var exchanges: [ObjectIdentifier: Exchange] = [:]
    var isAbandoned = false
  }

  private let open = Mutex(Open())
  private let bodyBytes = Atomic(0)
  private let connections = Atomic(0)
  private let stopping = Atomic(false)
  private let receiving = DispatchGroup()
  private let handling = DispatchGroup()

  init(configuration: HTTPConfiguration, router: Router) {
    self.configuration = configuration
    self.router = router
  }

  /// Whether the server no longer accepts connections.
  var isStopping: Bool { stopping.load(ordering: .relaxed) }

  /// Whether no further connection can be served now. Only the accepting queue opens connections, so that a "no" stays true for it.
  var isFull: Bool { connections.load(ordering: .relaxed) >= configuration.connectionLimit }

  func connectionOpened() {
    connections.add(1, ordering: .relaxed)
  }

  func connectionClosed() {
    connections.subtract(1, ordering: .relaxed)
  }

  /// A request has begun to come in.
  func enter(_ exchange: Exchange) {
    receiving.enter()
    let isAbandoned = open.withLock { open in
      open.exchanges[ObjectIdentifier(exchange)] = exchange
      return open.isAbandoned
    }
    if isAbandoned { exchange.answer(HTTPProblem.stopping.response) }
  }

  /// It is there, and is handled from now on.
  func beginHandling() {
    handling.enter()
    receiving.leave()
  }

  /// It is over, answered or not.
  func leave(_ exchange: Exchange, wasHandled: Bool) {
    _ = open.withLock { $0.exchanges.removeValue(forKey: ObjectIdentifier(exchange)) }
    if wasHandled { handling.leave() } else { receiving.leave() }
  }

  /// Counts bytes of a body; false, and not counted, if all bodies together would be too many.
  func take(bytes: Int) -> Bool {
    let (_, total) = bodyBytes.add(bytes, ordering: .relaxed)
    guard total > configuration.totalBodyLimitBytes else { return true }
    release(bytes: bytes)
    return false
  }

  func release(bytes: Int) {
    bodyBytes.subtract(bytes, ordering: .relaxed)
  }

  func beginStopping() {
    stopping.store(true, ordering: .relaxed)
  }

  /// Waits until no request is open; false if the time runs out before. One that has not come in whole is given a second at most: it
  /// has had no effect yet, and its client may have gone.
  func waitUntilQuiet(seconds: Int) -> Bool {
    let end = DispatchTime.now() + .seconds(seconds)
    let isReceived = receiving.wait(timeout: min(end, .now() + .seconds(1))) == .success
    return handling.wait(timeout: end) == .success && isReceived
  }

  /// Answers what is still open, and what may yet come, by saying that the server stops.
  func abandon() {
    let exchanges = open.withLock { open in
      open.isAbandoned = true
      return Array(open.exchanges.values)
    }
    for exchange in exchanges { exchange.answer(HTTPProblem.stopping.response) }
  }
}
