import Dispatch
import Synchronization

/// Tells everything in the process that it is to end, and lets those that wait be woken by it.
public final class StopSignal: Sendable {
  private let isSet = Atomic(false)
  private let group = DispatchGroup()

  /// A signal that has not been given.
  public init() {
    group.enter()
  }

  /// Whether work is to end.
  public var isGiven: Bool { isSet.load(ordering: .acquiring) }

  /// Says that work is to end.
  public func give() {
    if !isSet.exchange(true, ordering: .acquiringAndReleasing) { group.leave() }
  }

  /// Waits that long, or less if the signal is given meanwhile. Returns whether it is given.
  @discardableResult
  public func wait(milliseconds: Int) -> Bool {
    group.wait(timeout: .now() + .milliseconds(milliseconds)) == .success
  }

  /// Waits until the signal is given.
  public func wait() {
    group.wait()
  }
}
