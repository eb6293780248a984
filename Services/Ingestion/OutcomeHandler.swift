import Accounting
import Messages
import ServiceKit

/// Reads outcomes back from `earned.journal`, keeps those that callers ask for, and tells the callers that wait.
final class OutcomeHandler: LaneHandler {
  /// The facts whose calls answer with what has become of them.
  private static let awaited: Set<String> = [
    FactType.obligationFulfilled.rawValue, FactType.obligationReversed.rawValue,
  ]

  private let board: OutcomeBoard
  private var posted: [(ledger: LedgerID, outcome: Outcome)] = []

  init(board: OutcomeBoard) {
    self.board = board
  }

  func handle(
    _ messages: ArraySlice<InboundMessage>, step: Int64, in transaction: LaneTransaction
  ) throws -> Handled {
    posted = try messages.flatMap { message in
      try Posting.outcomes(message.envelope.data).filter { Self.awaited.contains($0.type) }.map {
        (message.envelope.ledger, $0)
      }
    }
    try IngestionStore(connection: transaction.connection).setOutcomes(posted)
    return Handled(messages: messages.count)
  }

  func committed() {
    for (ledger, outcome) in posted {
      board.post(FactIdentity(ledger: ledger, source: outcome.source, id: outcome.id), outcome)
    }
    posted = []
  }
}
