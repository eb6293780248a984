import Accounting
import Postgres
import ServiceKit

/// Takes in a lane of the journal: unpacks each batch of postings into rows and sums, in the transaction that moves the
/// lane's position on.
final class ReportingHandler: LaneHandler {
  private let calendar: Calendar
  /// The facts that are not in the books; right for as long as the turn lasts.
  private var openFacts: Set<JournalBatch.FactKey>?

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
    var openFacts = try self.openFacts ?? store.openFacts()
    try store.insert(batch.postings)
    try store.insert(batch.entries)
    try store.insert(batch.told)
    try store.insert(batch.transactions)
    for ledger in batch.renamed { try store.rename(ledger) }
    try store.insert(batch.treated)
    try store.insert(batch.obligations, into: "obligation_standing", id: "line")
    try store.insert(batch.contracts, into: "contract_standing", id: "contract")
    try store.insert(ofContracts: batch.ofContracts)
    try store.count(batch, openFacts)
    try store.add(batch.sums)
    let outcomes = batch.outcomes.sorted { $0.key < $1.key }
    try store.open(outcomes.compactMap { key, open in open.map { (key, $0) } })
    // Nearly every fact is booked when it arrives: only those that were open before need be looked up.
    try store.settle(outcomes.compactMap { key, open in open == nil && openFacts.contains(key) ? key : nil })
    for (key, open) in outcomes {
      if open == nil { openFacts.remove(key) } else { openFacts.insert(key) }
    }
    self.openFacts = openFacts
  }
}
