import Dispatch
import Synchronization

/// Hands an answer from the thread that gets it to the one that waits for it.
final class AnswerBox: Sendable {
  private let answer = Mutex<HTTPExchange.Answer?>(nil)
  private let isThere = DispatchSemaphore(value: 0)

  /// Puts the answer in, once.
  func put(_ found: HTTPExchange.Answer) {
    answer.withLock { $0 = found }
    isThere.signal()
  }

  /// Waits for the answer.
  func take() -> HTTPExchange.Answer {
    isThere.wait()
    return answer.withLock { $0 } ?? .failed("no answer")
  }
}
