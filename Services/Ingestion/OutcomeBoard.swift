import Dispatch
import Messages
import Postgres
import ServiceKit
import Synchronization

/// Where calls wait for what becomes of their facts.
final class OutcomeBoard: Sendable {
  /// How long a call waits for its outcome.
  static let patienceMilliseconds = 2_000

  private struct Waiting {
    let number: Int
    let tell: @Sendable (Outcome?) -> Void
  }

  private struct State {
    var waiting: [FactIdentity: [Waiting]] = [:]
    var next = 0
  }

  private let process: ServiceProcess
  private let state = Mutex(State())
  /// Lookups block, so they have a thread of their own, and a connection.
  private let lookups = DispatchQueue(label: "earned.outcomes")
  private let connection = Mutex<PostgresConnection?>(nil)

  init(_ process: ServiceProcess) {
    self.process = process
  }

  /// Tells, once, what has become of a fact: at once if it is known, else when it is, and nil when patience has run out.
  func await(_ identity: FactIdentity, _ tell: @escaping @Sendable (Outcome?) -> Void) {
    let number = state.withLock { state in
      state.next += 1
      state.waiting[identity, default: []].append(Waiting(number: state.next, tell: tell))
      return state.next
    }
    lookups.async { [self] in
      if let known = lookUp(identity) { answer(identity, number, known) }
    }
    lookups.asyncAfter(deadline: .now() + .milliseconds(Self.patienceMilliseconds)) { [self] in
      // Another instance may have read the outcome.
      guard isWaiting(identity, number) else { return }
      answer(identity, number, lookUp(identity))
    }
  }

  /// An outcome has been committed.
  func post(_ identity: FactIdentity, _ outcome: Outcome) {
    let waiting = state.withLock { $0.waiting.removeValue(forKey: identity) } ?? []
    for one in waiting { one.tell(outcome) }
  }

  private func isWaiting(_ identity: FactIdentity, _ number: Int) -> Bool {
    state.withLock { $0.waiting[identity]?.contains { $0.number == number } ?? false }
  }

  private func answer(_ identity: FactIdentity, _ number: Int, _ outcome: Outcome?) {
    let found = state.withLock { state -> Waiting? in
      guard let index = state.waiting[identity]?.firstIndex(where: { $0.number == number }) else { return nil }
      let waiting = state.waiting[identity]?.remove(at: index)
      if state.waiting[identity]?.isEmpty == true { state.waiting[identity] = nil }
      return waiting
    }
    found?.tell(outcome)
  }

  private func lookUp(_ identity: FactIdentity) -> Outcome? {
    do {
      return try read { try $0.outcome(of: identity) }
    } catch {
      // The call is then answered as pending, which is true.
      process.log.warning("outcome_not_read", ["reason": "\(error)"])
      return nil
    }
  }

  /// Asks the store something, outside any lane.
  func read<Answer>(_ ask: (IngestionStore) throws -> Answer) throws -> Answer {
    try connection.withLock { connection in
      let usable = try connection.flatMap { $0.isUsable ? $0 : nil } ?? process.connect("lookups")
      connection = usable
      return try ask(IngestionStore(connection: usable))
    }
  }
}
