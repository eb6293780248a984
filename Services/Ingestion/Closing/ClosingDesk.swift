import Accounting
import JSON
import Messages
import Recognition
import ServiceKit

/// The accounts of a lane whose periods close by themselves, and when the next of them does.
struct ClosingDesk {
  private var closings: [LedgerID: AutomaticClosing] = [:]
  private var isLoaded = false
  /// When the next period closes; nil: none does.
  private var due: Instant?

  /// Whether a period is to be closed by now.
  func isDue(at now: Instant) -> Bool { !isLoaded || due.map { $0 <= now } ?? false }

  /// Reads the settings that were told before this turn.
  mutating func load(_ store: IngestionStore, lane: Int) throws {
    guard !isLoaded else { return }
    isLoaded = true
    for bytes in try store.settings(ofLane: lane) {
      let envelope = try Envelope(JSONDocument(parsing: bytes).root)
      take(try BookFact(envelope), of: envelope.ledger)
    }
    due = .distantPast
  }

  /// Takes note of a setting.
  mutating func take(_ fact: BookFact, of ledger: LedgerID) {
    guard case .settingsChanged = fact.fact else { return }
    closings[ledger, default: AutomaticClosing(of: ledger)].apply(fact)
    due = .distantPast
  }

  /// How an account divides time, by the settings it has told.
  func calendar(of ledger: LedgerID) -> Calendar { closings[ledger]?.calendar ?? .months }

  /// The closings whose time has come, each account's last; those told before are known by their ids.
  mutating func closings(at now: Instant) throws -> [IncomingFact] {
    guard isDue(at: now) else { return [] }
    let inOrder = closings.values.sorted { $0.ledger < $1.ledger }
    due = inOrder.compactMap { $0.next(after: now) }.min()
    return try inOrder.compactMap { try $0.fact(at: now) }
  }
}
