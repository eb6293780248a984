import Accounting
import HTTP
import Messages
import Postgres
import Recognition
import ServiceKit

// Stands in until usage is counted here: every record is refused, so that none is taken and forgotten.

struct UsageEvent {
  init(_ fact: IncomingFact) {}
}

enum UsageDesk {
  static func cut(_ facts: [(LedgerID, BookFact)], lanes: Int, on connection: PostgresConnection) throws {}

  static func record(
    _ events: [UsageEvent], lanes: Int, on connection: PostgresConnection
  ) throws -> [Submission.Result] {
    events.map { _ in
      .refused(HTTPProblem(code: "unsupported_type", "Usage is not counted by this version.", param: "type"))
    }
  }

  static func tell(lane: Int, on connection: PostgresConnection) throws -> [Draft] { [] }
}

extension Submission.Result {
  init(_ result: Submission.Result, of fact: IncomingFact) {
    self = result
  }
}

final class UsageWork: LaneWork {
  private let process: ServiceProcess

  init(turn: LaneGroup.Turn, wake: @escaping @Sendable (Int) -> Void) throws {
    process = turn.process
  }

  func wait(milliseconds: Int32) throws -> Bool {
    process.stop.wait(milliseconds: Int(milliseconds))
    return false
  }

  func perform(in transaction: LaneTransaction) throws {}
  func completeThrough(recordedTime: Instant) -> Instant { recordedTime }
  var isCaughtUp: Bool { true }
  var statement: Statement? { nil }
}
