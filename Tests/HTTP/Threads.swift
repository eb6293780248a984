import Dispatch
import Foundation

/// Runs a function on a thread of its own; the result is signaled when it is done. (A test must not block the threads of the global
/// queue, on which servers under test answer.)
@discardableResult
func onThread(_ body: @escaping @Sendable () -> Void) -> DispatchSemaphore {
  let done = DispatchSemaphore(value: 0)
  Thread.detachNewThread {
    body()
    done.signal()
  }
  return done
}

/// Runs a function so many times at once, and waits for all.
func atOnce(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
  for done in (0..<count).map({ index in onThread { body(index) } }) { done.wait() }
}
