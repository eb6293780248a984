import Accounting
import JSON
import Messages
import Reports

@testable import Reporting

/// Postings as the journal carries them, numbered in one lane.
struct JournalStory {
  /// The lane of `acct_demo`. The stories put other accounts there too, which makes no difference to the tables.
  static let lane = LedgerID(account: "acct_demo", livemode: false).lane(of: 8)
  private(set) var messages: [(envelope: Envelope, bytes: [UInt8])] = []
  /// When the next message is recorded; each is a second after the one before.
  var recordedTime = Instant(seconds: 1_656_633_600)

  /// Appends a posting of this fact.
  mutating func post(
    _ fact: String, type: String = "invoice.finalized", entries: [PostedEntry] = [], outcomes: [Outcome] = [],
    transaction: BookedTransaction? = nil, told: String? = nil, treated: [Messages.Posting.TreatedVersion] = [],
    standings: [UInt8]? = nil, source: String = "test", time: String = "2022-06-01T00:00:00Z",
    account: String = "acct_demo", livemode: Bool = false
  ) throws {
    let posting = Messages.Posting(
      fact: .init(type: type, source: source, id: fact, sequence: Int64(messages.count + 1)),
      entries: entries, outcomes: outcomes, transaction: transaction, told: told.map { Array($0.utf8) },
      treated: treated, standings: standings)
    let data = String(decoding: posting.data(calendar: .months), as: UTF8.self)
    let text = """
      {"specversion":"1.0","id":"\(fact)","source":"\(source)","type":"earned.posting","time":"\(time)",\
      "account":"\(account)","livemode":\(livemode),"lane":\(Self.lane),"sequence":\(messages.count + 1),\
      "chain":"\(String(repeating: "00", count: 32))","recordedtime":"\(recordedTime.rfc3339)","data":\(data)}
      """
    recordedTime = recordedTime.advanced(byMicroseconds: 1_000_000)
    messages.append((try Self.envelope(text), Array(text.utf8)))
  }

  /// The story as far as its first messages.
  func first(_ count: Int) -> JournalStory {
    var story = self
    story.messages = Array(messages.prefix(count))
    return story
  }

  /// A message read from its text.
  static func envelope(_ text: String) throws -> Envelope {
    try Envelope(JSONDocument(parsing: Array(text.utf8)).root)
  }

  /// What some of the messages add to the tables.
  func batch(_ range: Range<Int>) throws -> JournalBatch {
    var batch = JournalBatch()
    for message in messages[range] { try batch.add(message.envelope, bytes: message.bytes, calendar: .months) }
    return batch
  }

  /// All the entries of an account, one by one, as the command would have them.
  func rows(of account: String = "acct_demo", livemode: Bool = false) throws -> [LedgerRow] {
    try messages.filter { $0.envelope.account == account && $0.envelope.livemode == livemode }.flatMap { message in
      let posting = try Messages.Posting(message.envelope.data, calendar: .months)
      return posting.entries.flatMap { entry in
        entry.amounts.enumerated().filter { $0.element != 0 }.map { offset, amount in
          LedgerRow(
            period: entry.from.advanced(by: offset), originalPeriod: entry.originalPeriod, booked: entry.booked,
            currency: entry.currency, debit: entry.debit, credit: entry.credit, amount: Int128(amount),
            transaction: entry.transaction, line: entry.line, customer: entry.customer, product: entry.product,
            price: entry.price, event: entry.event, cause: entry.cause, fact: posting.fact.id)
        }
      }
    }
  }
}

extension PostedEntry {
  /// An entry of one line, booked in its first period unless said otherwise.
  static func run(
    _ debit: Account, _ credit: Account, _ amounts: [Int64], from month: Int = 6, year: Int = 2022,
    transaction: String = "in_1", line: String? = "il_1", customer: String? = "cus_1", currency: Currency = .usd,
    product: String? = nil, originalPeriod: AccountingPeriod? = nil, event: String = "invoice.finalized"
  ) -> PostedEntry {
    let from = AccountingPeriod(year: year, month: month)
    return PostedEntry(
      transaction: transaction, line: line, customer: customer, product: product, price: nil, currency: currency,
      booked: originalPeriod ?? from, debit: debit, credit: credit, from: from, amounts: amounts,
      originalPeriod: originalPeriod, event: event, cause: transaction)
  }
}

/// A sequence of numbers that a seed determines.
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
