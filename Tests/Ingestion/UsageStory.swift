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

/// A record of usage, as a producer tells it: of an item, or of a meter and the customer `cus_1`.
func recorded(
  _ usage: String, of item: String = "si_1", meter: String? = nil, _ quantity: String, unitAmount: String? = nil,
  at time: Instant, id: String? = nil, in ledger: LedgerID = books
) throws -> UsageEvent {
  let source = meter.map { #""meter":"\#($0)","customer":"cus_1""# } ?? #""subscription_item":"\#(item)""#
  let price = unitAmount.map { #","unit_amount":"\#($0)""# } ?? ""
  return try event(
    "usage.recorded", #"{"usage":"\#(usage)",\#(source),"quantity":"\#(quantity)"\#(price)}"#, at: time,
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
func defined(
  _ item: String, at time: Instant, period: (Instant, Instant)? = nil, meter: String? = nil,
  subscription: String = "sub_1"
) throws -> BookFact {
  BookFact(
    id: "d-\(item)-\(time.microseconds)", source: "test", time: time,
    fact: try decode(
      "subscription_item.defined",
      """
      {"subscription_item":"\(item)","subscription":"\(subscription)","customer":"cus_1","currency":"usd",
      "unit_amount":"1","aggregate":"sum"\(meter.map { ",\"meter\":\"\($0)\"" } ?? "")\(currentPeriod(period))}
      """))
}

/// A subscription, whose billing period cuts the slices of its items.
func updated(_ subscription: String, at time: Instant, period: (Instant, Instant)) throws -> BookFact {
  BookFact(
    id: "s-\(subscription)-\(time.microseconds)", source: "test", time: time,
    fact: try decode(
      "subscription.updated",
      "{\"subscription\":\"\(subscription)\",\"customer\":\"cus_1\"\(currentPeriod(period))}"))
}

private func currentPeriod(_ period: (Instant, Instant)?) -> String {
  period.map { ",\"current_period\":{\"start\":\"\($0.rfc3339)\",\"end\":\"\($1.rfc3339)\"}" } ?? ""
}

/// A zone whose midnights begin the days.
func zone(_ name: String, from day: Instant, at time: Instant) throws -> BookFact {
  BookFact(
    id: "z-\(name)-\(time.microseconds)", source: "test", time: time,
    fact: try decode("settings.changed", "{\"time_zone\":{\"name\":\"\(name)\",\"from\":\"\(day.rfc3339)\"}}"))
}

/// What the pure function and the desk have told last of each slice.
struct Told: Equatable {
  private struct Slice: Hashable {
    let ledger: LedgerID
    let item: String
    let from: Instant
    let price: UsagePrice
  }

  private var totals: [Slice: UsageTotaled] = [:]

  mutating func tell(_ total: UsageTotaled, in ledger: LedgerID) {
    let slice = Slice(
      ledger: ledger, item: total.subscriptionItem, from: total.from, price: UsagePrice(total.unitAmount))
    totals[slice] = total
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
  private var configurations: [LedgerID: Configuration] = [:]
  private(set) var told = Told()

  mutating func apply(_ event: UsageEvent) -> UsageCounting.Result {
    let fact: Fact =
      switch event.told {
      case .recorded(let data): .usageRecorded(data)
      case .cancelled(let data): .usageCancelled(data)
      }
    return apply(BookFact(id: event.id, source: event.source, time: event.time, fact: fact), in: event.ledger)
  }

  /// How an account divides time by now.
  func calendar(of ledger: LedgerID) -> Calendar { configurations[ledger]?.calendar ?? .months }

  /// Takes a fact in that the books have as well.
  mutating func take(_ fact: BookFact, in ledger: LedgerID) throws {
    guard case .settingsChanged = fact.fact else {
      apply(fact, in: ledger)
      return
    }
    _ = try configurations[ledger, default: Configuration()].apply(fact)
    for total in countings[ledger, default: UsageCounting()].count(in: calendar(of: ledger)) {
      told.tell(total, in: ledger)
    }
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
