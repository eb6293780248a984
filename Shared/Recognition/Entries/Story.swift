import Accounting
import Messages

/// The facts of a book in the order in which they act: by time; at one instant definitions, contracts and pending items,
/// usage, invoices, payments, then as the list of types has them; ties by envelope id.
///
/// What happens once counts once: told again the same it is a duplicate, told differently it is refused. What an item's
/// slice of usage totals is its latest version only.
struct Story {
  /// A fact at its place.
  struct Event {
    /// The fact's place in the book, by arrival.
    let index: Int
    /// When it acts.
    let time: Instant
    let rank: Int
  }

  /// The facts, by arrival; what was told once is completed by what was told again.
  private(set) var facts: [BookFact]
  private(set) var events: [Event] = []
  private(set) var refusals: [(fact: String, refusal: Refusal)] = []
  private(set) var duplicates: [String] = []

  init(_ facts: [BookFact]) {
    self.facts = facts
    events.reserveCapacity(facts.count)
    for (index, fact) in facts.enumerated() {
      events.append(Event(index: index, time: Self.actsAt(fact), rank: Self.rank(fact.fact.type)))
    }
    if events.count > 1 {
      events.sort { left, right in
        if left.time != right.time { return left.time < right.time }
        if left.rank != right.rank { return left.rank < right.rank }
        return facts[left.index].id < facts[right.index].id
      }
    }
    if mayRepeat { countOnce() }
  }

  /// Whether two facts are of one type, so that one may repeat the other. In most books none is.
  private var mayRepeat: Bool {
    var seen: UInt128 = 0
    return facts.contains { fact in
      let bit = UInt128(1) << UInt128(fact.fact.type.place)
      defer { seen |= bit }
      return seen & bit != 0
    }
  }

  /// A fulfillment acts when it happened, however late it was reported, and so does what happens to a contract, and what an
  /// earlier system had booked.
  private static func actsAt(_ fact: BookFact) -> Instant {
    switch fact.fact {
    case .obligationFulfilled(let data): data.start
    case .contractAdjusted(let data): data.adjustedAt ?? fact.time
    case .contractVoided(let data): data.voidedAt ?? fact.time
    case .openingBalanceRecorded(let data): data.on
    default: fact.time
    }
  }

  private mutating func countOnce() {
    var first = Lookup<Identity, Int>()
    var totals: [Slice: Int] = [:]
    var gone: Set<Int> = []
    for (place, event) in events.enumerated() {
      let fact = facts[event.index]
      if case .usageTotaled(let data) = fact.fact {
        let slice = Slice(item: data.subscriptionItem, unitAmount: data.unitAmount, from: data.from)
        guard let known = totals[slice] else {
          totals[slice] = place
          continue
        }
        // Totals come from one counter, so the one that arrived last is the latest.
        let isLater = event.index > events[known].index
        gone.insert(isLater ? known : place)
        if isLater { totals[slice] = place }
        continue
      }
      guard let id = fact.fact.businessID else { continue }
      let identity = Identity(type: fact.fact.type, id: id)
      guard let known = first[identity] else {
        first[identity] = place
        continue
      }
      gone.insert(place)
      let original = facts[events[known].index]
      guard let completed = Completion.complete(original.fact, with: fact.fact) else {
        refusals.append((fact.id, .conflict(with: original.id)))
        continue
      }
      if completed == original.fact { duplicates.append(fact.id) }
      facts[events[known].index].fact = completed
    }
    if !gone.isEmpty { events = events.enumerated().filter { !gone.contains($0.offset) }.map(\.element) }
  }

  private struct Identity: Hashable {
    let type: FactType
    let id: String
  }

  private struct Slice: Hashable {
    let item: String
    let unitAmount: ExactDecimal?
    let from: Instant
  }

  private static func rank(_ type: FactType) -> Int {
    let group =
      switch type {
      case .meterUpdated, .subscriptionItemDefined, .subscriptionUpdated, .subscriptionScheduleUpdated: 0
      case .contractCreated, .invoiceItemCreated: 1
      case .usageRecorded, .usageCancelled, .usageTotaled: 2
      case .invoiceFinalized: 3
      // Submitted before it succeeds, succeeded before it fails.
      case .chargePending: 4
      case .chargeSucceeded, .chargeFailed, .invoicePaidOutOfBand: 5
      default: 6
      }
    return group * 100 + type.place
  }
}

extension Fact {
  /// What tells one happening from another of its type; nil for what has versions.
  var businessID: String? {
    switch self {
    case .invoiceItemCreated(let data): data.invoiceItem
    case .invoiceItemDeleted(let data): data.invoiceItem
    case .invoiceFinalized(let data): data.invoice
    case .invoicePaidOutOfBand(let data): data.payment
    case .invoiceVoided(let data), .invoiceMarkedUncollectible(let data), .invoicePaid(let data): data.invoice
    case .chargeSucceeded(let data): data.charge
    case .chargePending(let data), .chargeFailed(let data): data.charge
    case .chargeApplied(let data), .chargeUnapplied(let data): data.application
    case .refundCreated(let data): data.refund
    case .refundFailed(let data): data.refund
    case .disputeCreated(let data): data.dispute
    case .disputeWon(let data), .disputeLost(let data): data.dispute
    case .creditNoteIssued(let data): data.creditNote
    case .creditNoteVoided(let data): data.creditNote
    case .customerBalanceAdjusted(let data): data.adjustment
    case .creditGrantGranted(let data), .creditGrantExpired(let data), .creditGrantVoided(let data): data.grant
    case .transferCreated(let data): data.transfer
    case .transferReversed(let data): data.reversal
    case .applicationFeeCreated(let data): data.applicationFee
    case .applicationFeeRefunded(let data): data.refund
    case .feeCharged(let data): data.fee
    case .externalTransactionRecorded(let data): data.source + "/" + data.transaction
    case .externalTransactionRefunded(let data): data.source + "/" + data.refund
    case .obligationFulfilled(let data): data.fulfillment
    case .obligationReversed(let data): data.fulfillment
    case .contractCreated(let data): data.contract
    case .contractVoided(let data): data.contract
    case .openingBalanceRecorded(let data): data.line ?? data.contract
    case .journalEntryRecorded(let data): data.journalEntry
    case .journalEntryDeleted(let data): data.journalEntry
    case .usageRecorded(let data): data.usage
    case .usageCancelled(let data): data.usage
    default: nil
    }
  }
}
