import Synchronization

/// Lets one lane of the process at a time try again what the process may have died of, so that a lane that merely worked beside the
/// guilty one is not blamed with it again and again.
final class Trial: Sendable {
  private let isOn = Mutex(false)

  /// Begins a trial, unless another lane's is on.
  func begin() -> Bool {
    isOn.withLock { isOn in
      defer { isOn = true }
      return !isOn
    }
  }

  /// Ends the trial.
  func end() {
    isOn.withLock { $0 = false }
  }
}
