import Accounting
import Messages

/// Walks through a book's facts in the order in which they act, and keeps what they amount to.
///
/// What each kind of fact does stands in a file of its own: billing, payments, refunds, notes, write-offs, pending items,
/// usage, fulfillments, balances, marketplaces.
struct Walk {
  private(set) var input: BookInput
  var journal = Journal()
  var output = BookOutput()

  // What has been billed, and where to find it.
  var billings: [Billing] = []
  var billingPlaces = Lookup<String, Int>()
  var linePlaces = Lookup<String, (billing: Int, line: Int)>()
  /// Money by charge.
  var payments = Lookup<String, Payment>()
  /// What refunds and disputes took.
  var withdrawals: [Reference: Withdrawal] = [:]
  /// What notes took, destination by destination.
  var notes: [String: (billing: Int, takings: [Taking])] = [:]
  /// Payments that were put on invoices.
  var applications: [String: AppliedPayment] = [:]
  /// Transfers, and whether they are part of a destination charge.
  var transfers: [String: (subject: EntrySubject, currency: Currency, isOfCharge: Bool)] = [:]

  /// Application fees that their charges have told.
  var feesOfCharges: [String: ApplicationFeeCreated] = [:]

  /// Grants that were granted, and when.
  var grants: [String: Instant] = [:]
  /// Receivables in other currencies than their books'.
  var foreignReceivables: [ForeignReceivable] = []
  /// Manual entries that were told.
  var entered: Set<String> = []

  // What is known beforehand, whatever its place in time.
  var items: [UsageItem] = []
  var itemPlaces: [String: Int] = [:]
  var pendingItems: [PendingItem] = []
  var pendingPlaces: [String: Int] = [:]
  var foreknown = Foreknown()
  var contracts = Contracts()
  /// How much bills each contract, whatever its sign, so that positions can be kept.
  var contractSizes: [Int: UInt64] = [:]

  /// Facts that speak of what is not known yet, by what they wait for.
  private var waiting: [Reference: [Int]] = [:]

  init(_ input: BookInput) {
    self.input = input
  }

  var settings: Settings { input.configuration.settings }
  var calendar: Calendar { settings.calendar }
  var straightLine: StraightLine { StraightLine(amortization: settings.amortization, calendar: settings.calendar) }

  func ordinal(_ moment: Instant) -> Int { Int(calendar.period(containing: moment).ordinal) }

  /// The whole book.
  mutating func run() -> BookOutput {
    let story = Story(input.facts)
    input.facts = story.facts
    output.refusals = story.refusals
    output.duplicates = story.duplicates
    for event in story.events { foresee(event.index) }
    foreseeContracts(story)
    for event in story.events { act(event.index) }
    finish()
    return output
  }

  func act(_ fact: BookFact) -> Cause { Cause(type: fact.fact.type.rawValue, id: fact.fact.businessID ?? fact.id) }

  private mutating func act(_ index: Int) {
    let fact = input.facts[index]
    do throws(Refusal) {
      if let missing = try book(fact) { waiting[missing, default: []].append(index) }
    } catch {
      refuse(fact.id, error)
    }
  }

  /// A fact is not booked; where only a rate is missing, it waits for one.
  mutating func refuse(_ fact: String, _ refusal: Refusal) {
    if case .exchangeRateMissing(let pair) = refusal {
      output.waiting.append((fact, pair.reference))
    } else {
      output.refusals.append((fact, refusal))
    }
  }

  /// Books a fact; returns what it speaks of that is not known yet.
  private mutating func book(_ fact: BookFact) throws(Refusal) -> Reference? {
    switch fact.fact {
    case .subscriptionItemDefined: return nil
    case .usageTotaled(let data):
      return itemPlaces[data.subscriptionItem] == nil ? Reference(.subscriptionItem, data.subscriptionItem) : nil
    case .invoiceItemCreated: return nil
    case .invoiceItemDeleted(let data):
      return pendingPlaces[data.invoiceItem] == nil ? Reference(.invoiceItem, data.invoiceItem) : nil
    case .invoiceFinalized(let data): try finalize(data, fact)
    case .invoicePaidOutOfBand(let data): return try payOutside(data, fact)
    case .invoiceVoided(let data): return void(data, fact)
    case .invoiceMarkedUncollectible(let data): return writeOff(data, fact)
    case .invoicePaid(let data): return try expectNoMore(data, fact)
    case .chargeSucceeded(let data): return try pay(data, fact)
    case .chargePending(let data): return try submit(data, fact)
    case .chargeFailed(let data): return fail(data, fact)
    case .chargeApplied(let data): return try apply(data, fact)
    case .chargeUnapplied(let data): return unapply(data, fact)
    case .refundCreated(let data): return try refund(data, fact)
    case .refundFailed(let data):
      return try takeBack(
        Reference(.refund, data.refund), nil, settlement: data.settlement, fee: data.fee, fact)
    case .disputeCreated(let data): return try dispute(data, fact)
    case .disputeWon(let data):
      return try takeBack(
        Reference(.dispute, data.dispute), data.amount, settlement: data.settlement, fee: data.fee, fact)
    case .disputeLost(let data): return try lose(data, fact)
    case .creditNoteIssued(let data): return try issue(data, fact)
    case .creditNoteVoided(let data): return voidNote(data, fact)
    case .obligationFulfilled(let data): return try fulfill(data, fact)
    case .obligationReversed(let data):
      return foreknown.fulfillments.contains(data.fulfillment) ? nil : Reference(.fulfillment, data.fulfillment)
    case .contractCreated, .contractAdjusted: return try settleContract(fact)
    case .contractVoided(let data): return try voidContract(data, fact)
    case .subscriptionUpdated, .subscriptionScheduleUpdated: return nil
    case .customerBalanceAdjusted(let data): try adjustBalance(data, fact)
    case .creditGrantGranted(let data): try grant(data, fact)
    case .creditGrantExpired(let data), .creditGrantVoided(let data): return try endGrant(data, fact)
    case .feeCharged(let data): try chargeFee(data, fact)
    case .transferCreated(let data): return try transfer(data, fact)
    case .transferReversed(let data): return try reverse(data, fact)
    case .applicationFeeCreated(let data): try earnFee(data, fact)
    case .applicationFeeRefunded(let data): return try refundFee(data, fact)
    case .externalTransactionRecorded(let data): try sellOutside(data, fact)
    case .externalTransactionRefunded(let data): return try refundOutside(data, fact)
    case .openingBalanceRecorded(let data): try open(data, fact)
    case .journalEntryRecorded(let data): try enter(data, fact)
    case .journalEntryDeleted(let data): return try delete(data, fact)
    case .transactionExcluded(let data), .transactionIncluded(let data):
      // Told here so that one for an unknown transaction is seen to wait.
      return isKnown(data.transaction) ? nil : Reference(.invoice, data.transaction)
    case .recognitionOverridden(let data), .recognitionRestored(let data):
      let isOutside =
        billingPlaces[Reference(.externalTransaction, data.source + "/" + data.transaction).description] != nil
      return isOutside || isKnown(data.transaction) ? nil : Reference(.invoice, data.transaction)
    default:
      preconditionFailure("the story holds only facts that can be booked")
    }
    return nil
  }

  /// Whether facts wait for anything.
  var isAwaited: Bool { !waiting.isEmpty }

  /// Lets act what waited for a thing that is known now.
  mutating func wake(_ reference: Reference) {
    guard !waiting.isEmpty, let facts = waiting.removeValue(forKey: reference) else { return }
    for index in facts { act(index) }
  }

  private mutating func finish() {
    for place in billings.indices {
      settleUnderpayment(place)
      for line in billings[place].lines.indices {
        if settings.longTermDeferred { billings[place].lines[line].bookLongTerm(in: &journal) }
        billings[place].lines[line].bookRevenue(in: &journal)
      }
    }
    bookContracts()
    for item in items { bookUsage(of: item) }
    for item in pendingItems { bookAccrual(of: item) }
    remeasure()
    for (reference, indexes) in waiting {
      for index in indexes where !isOnlyNamed(index) { output.waiting.append((input.facts[index].id, reference)) }
    }
    output.waiting.sort { ($0.fact, $0.for.description) < ($1.fact, $1.for.description) }
    output.runs = journal.runs
  }

  /// An exclusion or override of something that became known after it is no longer waiting.
  private func isOnlyNamed(_ index: Int) -> Bool {
    switch input.facts[index].fact {
    case .transactionExcluded(let data), .transactionIncluded(let data): isKnown(data.transaction)
    case .recognitionOverridden(let data), .recognitionRestored(let data):
      isKnown(data.transaction)
        || billingPlaces[Reference(.externalTransaction, data.source + "/" + data.transaction).description] != nil
    default: false
    }
  }

  private func isKnown(_ id: String) -> Bool {
    billingPlaces[id] != nil || linePlaces[id] != nil || pendingPlaces[id] != nil || itemPlaces[id] != nil
      || contracts.isItem(id)
  }
}

/// Every entry that a book should have, past and scheduled, with what is refused and what waits for what. Pure: the order of
/// arrival changes nothing but which of two identical deliveries counts as the first.
public func entries(_ book: BookInput) -> BookOutput {
  var walk = Walk(book)
  return walk.run()
}
