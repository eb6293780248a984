import Accounting
import JSON
import Messages
import Recognition

/// What a batch of journal messages adds to the tables: a pure function of the messages, and all there is to write.
struct JournalBatch {
  /// A message, as it was published.
  struct Posting {
    let sequence: Int64
    let ledger: LedgerID
    let recordedTime: Instant
    let type: String
    let bytes: [UInt8]
  }

  /// A run of entries of one of them.
  struct Entry {
    let sequence: Int64
    let run: Int
    let ledger: LedgerID
    let recordedTime: Instant
    let fact: String
    let posted: PostedEntry
  }

  /// What a sum is kept for.
  struct SumKey: Hashable, Comparable {
    let ledger: LedgerID
    let period: Int32
    let booked: Int32
    let originalPeriod: Int32
    let currency: Currency
    let debit: Account
    let credit: Account
    /// Days since 1970, UTC.
    let recordedOn: Int32

    static func < (left: SumKey, right: SumKey) -> Bool {
      if left.ledger != right.ledger { return left.ledger < right.ledger }
      if left.period != right.period { return left.period < right.period }
      if left.booked != right.booked { return left.booked < right.booked }
      if left.originalPeriod != right.originalPeriod { return left.originalPeriod < right.originalPeriod }
      if left.currency != right.currency { return left.currency.code < right.currency.code }
      if left.debit != right.debit { return left.debit.rawValue < right.debit.rawValue }
      if left.credit != right.credit { return left.credit.rawValue < right.credit.rawValue }
      return left.recordedOn < right.recordedOn
    }
  }

  /// A fact by its identity.
  struct FactKey: Hashable, Comparable {
    let ledger: LedgerID
    let source: String
    let id: String

    static func < (left: FactKey, right: FactKey) -> Bool {
      left.ledger != right.ledger ? left.ledger < right.ledger : (left.source, left.id) < (right.source, right.id)
    }
  }

  /// A fact that is not in the books.
  struct Open {
    let sequence: Int64
    let outcome: Messages.Outcome
    /// When it happened, where the message says so.
    let time: Instant?
  }

  /// What a message tells of the fact that it comes from.
  struct Told {
    let sequence: Int64
    let ledger: LedgerID
    let fact: Messages.Posting.FactReference
    let time: Instant
    let data: [UInt8]
  }

  /// A transaction that a message tells of.
  struct Transaction {
    let sequence: Int64
    let ledger: LedgerID
    let transaction: BookedTransaction
  }

  /// A version of a rule, and what it treats.
  struct Treated {
    let sequence: Int64
    let ledger: LedgerID
    let version: Messages.Posting.TreatedVersion
  }

  /// Where something stands: a line that waits for fulfillment, or a contract.
  struct Standing {
    let sequence: Int64
    let ledger: LedgerID
    let id: String
    /// As JSON; nil where there is nothing of the kind any more.
    let data: [UInt8]?
  }

  /// A fact as it is counted.
  struct Counted {
    let key: FactKey
    /// Its number in its lane of facts.
    let sequence: Int64
  }

  private(set) var postings: [Posting] = []
  private(set) var entries: [Entry] = []
  private(set) var told: [Told] = []
  private(set) var transactions: [Transaction] = []
  private(set) var treated: [Treated] = []
  private(set) var obligations: [Standing] = []
  private(set) var contracts: [Standing] = []
  /// The transactions that are contracts, or bill one.
  private(set) var ofContracts: [LedgerID: Set<String>] = [:]
  /// The facts that postings are of, in order.
  private(set) var counted: [Counted] = []
  private(set) var sums: [SumKey: Int128] = [:]
  /// What each fact's last outcome leaves: an open fact, or nil where it is settled.
  private(set) var outcomes: [FactKey: Open?] = [:]

  /// Takes in the next message. What cannot be read is a defect of its writer, and must stop the lane.
  mutating func add(_ envelope: Envelope, bytes: [UInt8], calendar: Calendar) throws {
    guard envelope.type == MessageType.posting, let place = envelope.place else {
      throw UnreadableMessage(type: envelope.type, id: envelope.id, reason: "the journal holds numbered postings only")
    }
    let posting: Messages.Posting
    var standings: BookStandings?
    do {
      posting = try Messages.Posting(envelope.data, calendar: calendar)
      // Reports read it later, when there is no lane to stop.
      if let data = posting.told {
        _ = try Fact.decode(type: posting.fact.type, data: JSONDocument(parsing: data).root)
      }
      standings = try posting.standings.map { try BookStandings(JSONDocument(parsing: $0).root) }
    } catch {
      throw UnreadableMessage(type: envelope.type, id: envelope.id, reason: "\(error)")
    }
    let ledger = envelope.ledger
    postings.append(
      Posting(
        sequence: place.sequence, ledger: ledger, recordedTime: place.recordedTime, type: envelope.type, bytes: bytes))
    if let data = posting.told {
      told.append(
        Told(sequence: place.sequence, ledger: ledger, fact: posting.fact, time: envelope.time, data: data))
    }
    if let transaction = posting.transaction {
      transactions.append(Transaction(sequence: place.sequence, ledger: ledger, transaction: transaction))
    }
    treated += posting.treated.map { Treated(sequence: place.sequence, ledger: ledger, version: $0) }
    if let standings { take(standings, ledger, place.sequence) }
    if counted.last?.sequence != posting.fact.sequence {
      counted.append(
        Counted(
          key: FactKey(ledger: ledger, source: posting.fact.source, id: posting.fact.id),
          sequence: posting.fact.sequence))
    }
    let day = Int32(place.recordedTime.daysSinceEpoch)
    for (run, entry) in posting.entries.enumerated() {
      entries.append(
        Entry(
          sequence: place.sequence, run: run, ledger: ledger, recordedTime: place.recordedTime, fact: posting.fact.id,
          posted: entry))
      sum(entry, of: ledger, recordedOn: day)
    }
    for outcome in posting.outcomes {
      let key = FactKey(ledger: ledger, source: outcome.source, id: outcome.id)
      switch outcome.status {
      case .applied: outcomes[key] = .some(nil)
      case .waiting, .refused:
        let isOwn = outcome.source == posting.fact.source && outcome.id == posting.fact.id
        outcomes[key] = Open(sequence: place.sequence, outcome: outcome, time: isOwn ? envelope.time : nil)
      // What is told a second time leaves the first telling as it is.
      case .duplicate: break
      }
    }
  }

  private mutating func take(_ standings: BookStandings, _ ledger: LedgerID, _ sequence: Int64) {
    func standing(_ id: String, _ write: ((inout JSONWriter) -> Void)?) -> Standing {
      let data = write.map { write in
        var writer = JSONWriter()
        write(&writer)
        return writer.bytes
      }
      return Standing(sequence: sequence, ledger: ledger, id: id, data: data)
    }
    // A line of several parts has a standing for each.
    for (line, parts) in Dictionary(grouping: standings.obligations, by: \.line).sorted(by: { $0.key < $1.key }) {
      obligations.append(standing(line) { $0.array { list in for part in parts { part.write(to: &list) } } })
    }
    obligations += standings.withoutObligation.map { standing($0, nil) }
    contracts += standings.contracts.map { contract in standing(contract.contract) { contract.write(to: &$0) } }
    if !standings.ofContracts.isEmpty { ofContracts[ledger, default: []].formUnion(standings.ofContracts) }
  }

  private mutating func sum(_ entry: PostedEntry, of ledger: LedgerID, recordedOn day: Int32) {
    for (offset, amount) in entry.amounts.enumerated() where amount != 0 {
      let period = entry.from.advanced(by: offset).ordinal
      let key = SumKey(
        ledger: ledger, period: period, booked: entry.booked.ordinal,
        originalPeriod: entry.originalPeriod?.ordinal ?? period, currency: entry.currency,
        // What moved one way and what moved back are told apart, as they are in the journal.
        debit: amount < 0 ? entry.credit : entry.debit, credit: amount < 0 ? entry.debit : entry.credit,
        recordedOn: day)
      sums[key, default: 0] += Int128(amount.magnitude)
    }
  }
}

/// A message of the journal that this version cannot read: its writer is newer, or wrong.
struct UnreadableMessage: Error, CustomStringConvertible {
  let type: String
  let id: String
  let reason: String

  var description: String { "\(type) \(id) cannot be read: \(reason)" }
}
