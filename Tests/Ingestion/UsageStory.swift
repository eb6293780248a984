import Accounting
import Crypto
import JSON
import Messages
import Recognition

@testable import Ingestion

/// Numbers that are random, and the same for the same seed.
struct Seeded: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) {
    state = seed &+ 0x9e37_79b9_7f4a_7c15
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

func instant(_ text: String) -> Instant {
  guard let instant = Instant(rfc3339: text) else { preconditionFailure("\(text) is no time") }
  return instant
}

func decode(_ type: String, _ data: String) throws -> Fact {
  try Fact.decode(type: type, data: JSONDocument(parsing: Array(data.utf8)).root)
}

let books = LedgerID(account: "acct_1", livemode: true)

/// A record of usage, as a producer tells it.
func recorded(
  _ usage: String, of item: String = "si_1", _ quantity: String, at time: Instant, id: String? = nil,
  in ledger: LedgerID = books
) throws -> UsageEvent {
  try event(
    "usage.recorded", "{\"usage\":\"\(usage)\",\"subscription_item\":\"\(item)\",\"quantity\":\"\(quantity)\"}",
    at: time,
    id: id ?? "r-\(usage)", in: ledger)
}

/// The cancellation of a record.
func cancelled(_ usage: String, at time: Instant, id: String? = nil, in ledger: LedgerID = books) throws -> UsageEvent {
  try event("usage.cancelled", "{\"usage\":\"\(usage)\"}", at: time, id: id ?? "c-\(usage)", in: ledger)
}

func event(_ type: String, _ data: String, at time: Instant, id: String, in ledger: LedgerID) throws -> UsageEvent {
  let envelope = """
    {"id":"\(id)","source":"test","type":"\(type)","time":"\(time.rfc3339)","account":"\(ledger.account)",
    "livemode":\(ledger.livemode),"data":\(data)}
    """
  return try UsageEvent(Envelope(JSONDocument(parsing: Array(envelope.utf8)).root))
}

/// A price by usage, whose billing period cuts slices.
func defined(_ item: String, at time: Instant, period: (Instant, Instant)? = nil) throws -> BookFact {
  let period = period.map {
    ",\"current_period\":{\"start\":\"\($0.rfc3339)\",\"end\":\"\($1.rfc3339)\"}"
  }
  return BookFact(
    id: "d-\(item)-\(time.microseconds)", source: "test", time: time,
    fact: try decode(
      "subscription_item.defined",
      """
      {"subscription_item":"\(item)","subscription":"sub_1","customer":"cus_1","currency":"usd","unit_amount":"1",
      "aggregate":"sum"\(period ?? "")}
      """))
}

/// What the pure function and the desk have told last of each slice.
struct Told: Equatable {
  private struct Slice: Hashable {
    let ledger: LedgerID
    let item: String
    let from: Instant
  }

  private var totals: [Slice: UsageTotaled] = [:]

  mutating func tell(_ total: UsageTotaled, in ledger: LedgerID) {
    totals[Slice(ledger: ledger, item: total.subscriptionItem, from: total.from)] = total
  }

  mutating func tell(_ drafts: [Draft]) throws {
    for draft in drafts {
      let data = try JSONDocument(parsing: draft.data)
      guard case .usageTotaled(let total) = try Fact.decode(type: draft.type, data: data.root) else { continue }
      tell(total, in: LedgerID(account: draft.account, livemode: draft.livemode))
    }
  }

  /// The totals of slices in which something was used, one a line; those without say nothing.
  var lines: [String] {
    totals.filter { $0.value.events > 0 }.map { slice, total in
      var writer = JSONWriter()
      Fact.usageTotaled(total).encode(into: &writer)
      return "\(slice.ledger.account) \(slice.ledger.livemode) \(writer.text)"
    }.sorted()
  }
}

/// The pure function over several books.
struct PureCounting {
  private var countings: [LedgerID: UsageCounting] = [:]
  private(set) var told = Told()

  mutating func apply(_ event: UsageEvent) -> UsageCounting.Result {
    let fact: Fact =
      switch event.told {
      case .recorded(let data): .usageRecorded(data)
      case .cancelled(let data): .usageCancelled(data)
      }
    return apply(BookFact(id: event.id, source: event.source, time: event.time, fact: fact), in: event.ledger)
  }

  @discardableResult
  mutating func apply(_ fact: BookFact, in ledger: LedgerID) -> UsageCounting.Result {
    let result = countings[ledger, default: UsageCounting()].apply(fact)
    if case .totals(let totals) = result {
      for total in totals { told.tell(total, in: ledger) }
    }
    return result
  }
}
