import Foundation
import Installation

/// Runs something while facts are being sent, and waits for both.
func underLoad(
  _ stories: [Story], on installation: Installation, _ disturb: @escaping @Sendable () throws -> Void
) async throws {
  async let sent: Void = onOwnThread { for story in stories { try installation.send(story, batch: 100) } }
  try await onOwnThread(disturb)
  try await sent
}

/// Blocking calls have a thread of their own, so that they do not keep other tests from theirs.
func onOwnThread(_ body: @escaping @Sendable () throws -> Void) async throws {
  try await withCheckedThrowingContinuation { continuation in
    Thread { continuation.resume(with: Result { try body() }) }.start()
  }
}
