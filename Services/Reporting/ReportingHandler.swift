import Accounting
import Postgres
import ServiceKit

/// Takes in a lane of the journal: unpacks each batch of postings into rows and sums, in the transaction that moves the
/// lane's position on.
final class ReportingHandler: LaneHandler {
  private let calendar: Calendar
  /// What the tables hold already; right for as long as the turn lasts.
  private var known: Known?

  private struct Known {
    var books: Set<JournalBatch.Book> = []
    var openFacts: Set<JournalBatch.FactKey>
  }

  init(calendar: Calendar) {
    self.calendar = calendar
  }

  func handle(_ messages: ArraySlice<InboundMessage>, step: Int64, in transaction: LaneTransaction) throws -> Handled {
    var batch = JournalBatch()
    for message in messages { try batch.add(message.envelope, bytes: message.bytes, calendar: calendar) }
    try save(batch, in: ReportingStore(connection: transaction.connection, lane: transaction.lane))
    return Handled(messages: messages.count)
  }

  func save(_ batch: JournalBatch, in store: ReportingStore) throws {
    var known = try self.known ?? Known(openFacts: store.openFacts())
    try store.insert(batch.postings)
    try store.insert(batch.entries)
    try store.add(batch.sums)
    try store.note(batch.books.subtracting(known.books).sorted())
    let outcomes = batch.outcomes.sorted { $0.key < $1.key }
    try store.open(outcomes.compactMap { key, open in open.map { (key, $0) } })
    // Nearly every fact is booked when it arrives: only those that were open before need be looked up.
    try store.settle(outcomes.compactMap { key, open in open == nil && known.openFacts.contains(key) ? key : nil })
    known.books.formUnion(batch.books)
    for (key, open) in outcomes {
      if open == nil { known.openFacts.remove(key) } else { known.openFacts.insert(key) }
    }
    self.known = known
  }
}
