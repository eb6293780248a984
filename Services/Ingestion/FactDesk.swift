import Messages
import Postgres
import Recognition
import ServiceKit

/// Takes facts into a lane: those that are new go to the lane's log, records of usage are counted, and what has been told before
/// is answered as before.
final class FactDesk: OriginHandler {
  private let lane: Int
  private let lanes: Int
  /// The lane's connection, once the turn has had a transaction.
  private var connection: PostgresConnection?
  private var closing = ClosingDesk()

  init(lane: Int, lanes: Int) {
    self.lane = lane
    self.lanes = lanes
  }

  func handle(_ requests: [Submission], in transaction: LaneTransaction) throws -> [@Sendable () -> Void] {
    connection = transaction.connection
    let store = IngestionStore(connection: transaction.connection)
    try closing.load(store, lane: lane)
    let incoming = requests.flatMap(\.facts)
    var results = [Submission.Result](repeating: .accepted, count: incoming.count)
    var first = 0
    for (index, fact) in incoming.enumerated() where fact.movesClosing {
      // What happened before a period is closed or reopened is told before it, its usage as well.
      try take(first..<index, of: incoming, &results, store, transaction)
      try transaction.append(try UsageDesk.tell(lane: lane, atOnce: true, on: transaction.connection))
      try append([index], of: incoming, &results, store, transaction)
      first = index + 1
    }
    try take(first..<incoming.count, of: incoming, &results, store, transaction)
    try tellTotals(transaction)
    try closePeriods(store, transaction)

    var next = 0
    return requests.map { request in
      let own = Array(results[next..<next + request.facts.count])
      next += request.facts.count
      return { request.reply(.success(own)) }
    }
  }

  /// Appends the facts of a range that are new, then counts its records of usage.
  private func take(
    _ range: Range<Int>, of incoming: [IncomingFact], _ results: inout [Submission.Result], _ store: IngestionStore,
    _ transaction: LaneTransaction
  ) throws {
    try append(range.filter { !incoming[$0].isUsage }, of: incoming, &results, store, transaction)
    try count(range.filter { incoming[$0].isUsage }, of: incoming, &results, transaction)
  }

  /// Appends the facts that are new.
  private func append(
    _ indexes: [Int], of incoming: [IncomingFact], _ results: inout [Submission.Result], _ store: IngestionStore,
    _ transaction: LaneTransaction
  ) throws {
    guard !indexes.isEmpty else { return }
    let facts = indexes.map { incoming[$0] }
    var known = try store.digests(of: facts)
    var new: [IncomingFact] = []
    for (index, fact) in zip(indexes, facts) {
      switch known[fact.identity] {
      case nil:
        known[fact.identity] = fact.digest
        new.append(fact)
      case fact.digest: results[index] = .duplicate
      default: results[index] = .refused(.conflict(id: fact.draft.id, source: fact.draft.source))
      }
    }
    try transaction.append(new.map(\.draft))
    for fact in new { closing.take(fact.bookFact, of: fact.ledger) }
    try UsageDesk.cut(
      new.map { ($0.ledger, $0.bookFact) }, calendar: closing.calendar(of:), lanes: lanes,
      on: transaction.connection)
  }

  /// Counts records of usage.
  private func count(
    _ indexes: [Int], of incoming: [IncomingFact], _ results: inout [Submission.Result], _ transaction: LaneTransaction
  ) throws {
    guard !indexes.isEmpty else { return }
    let events = indexes.map { UsageEvent(incoming[$0]) }
    let counted = try UsageDesk.record(events, lanes: lanes, on: transaction.connection)
    for (index, result) in zip(indexes, counted) { results[index] = Submission.Result(result) }
  }

  /// Tells of totals that have changed, each at most once a second.
  private func tellTotals(_ transaction: LaneTransaction) throws {
    try transaction.append(try UsageDesk.tell(lane: lane, on: transaction.connection))
  }

  /// Closes the periods whose time has come, each once.
  private func closePeriods(_ store: IngestionStore, _ transaction: LaneTransaction) throws {
    let facts = try closing.closings(at: .now)
    guard !facts.isEmpty else { return }
    var results = [Submission.Result](repeating: .accepted, count: facts.count)
    try append(Array(facts.indices), of: facts, &results, store, transaction)
  }

  /// Whether totals wait to be told or periods to be closed; what an earlier turn has left is looked for in the turn's first transaction.
  func isWorkDue() throws -> Bool {
    guard let connection, !closing.isDue(at: .now) else { return true }
    return try UsageDesk.isDue(lane: lane, on: connection)
  }

  func fail(_ request: Submission) {
    request.reply(.failure(.laneNotHeld))
  }
}

/// A delivery's name: unique in its books.
struct FactIdentity: Hashable {
  let ledger: LedgerID
  let source: String
  let id: String
}

extension IncomingFact {
  var identity: FactIdentity { FactIdentity(ledger: ledger, source: draft.source, id: draft.id) }

  var isUsage: Bool {
    switch fact {
    case .usageRecorded, .usageCancelled: true
    default: false
    }
  }

  var movesClosing: Bool {
    switch fact {
    case .periodClosed, .periodReopened: true
    default: false
    }
  }

  var bookFact: BookFact { BookFact(id: draft.id, source: draft.source, time: draft.time, fact: fact) }
}
