import HTTP
import Messages
import ServiceKit

/// Hands facts to the lane of their books.
final class SubmissionDesk: Sendable {
  /// How many bytes of facts may wait for one lane.
  private static let waitingBytes = 64 << 20

  private let queues: [LaneQueue<Submission>]

  init(lanes: Int) {
    queues = (0..<lanes).map { _ in LaneQueue(limitBytes: Self.waitingBytes) }
  }

  func queue(of lane: Int) -> LaneQueue<Submission> { queues[lane] }

  /// Submits facts of one account's books, which are committed together, and replies once they are.
  func submit(_ facts: [IncomingFact], reply: @escaping @Sendable (Result<[Submission.Result], HTTPProblem>) -> Void) {
    guard let ledger = facts.first?.ledger else { return reply(.success([])) }
    let submission = Submission(facts: facts, reply: reply)
    switch queues[ledger.lane(of: queues.count)].offer(submission, bytes: submission.bytes) {
    case .taken: break
    case .full: reply(.failure(.laneFull))
    case .notHeld: reply(.failure(.laneNotHeld))
    }
  }

  /// Lets a lane look for totals of usage to tell of.
  func wake(_ lane: Int) {
    queues[lane].wake()
  }
}
