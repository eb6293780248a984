import Accounting
import Messages

/// What counts whatever its place in time: what was excluded, reversed, or belongs to a note or a grant.
struct Foreknown {
  /// Fulfillments that were told.
  var fulfillments: Set<String> = []
  /// Fulfillments that count as never reported.
  var reversed: Set<String> = []
  /// Whether a transaction is left out, by its id: the latest by time counts.
  var excluded: [String: (time: Instant, id: String, isExcluded: Bool)] = [:]
  /// What was told from outside about when transactions are recognized.
  var overrides = Overrides()
  /// The notes that refunds belong to.
  var noteOfRefund: [String: String] = [:]
  /// What refunds that name a note gave back, by note.
  var refunded: [String: Int64] = [:]
  /// Payments whose money goes on, and the fee that each brings.
  var destinations: [String: Int64] = [:]
  /// Lines and payments that sell credit.
  var soldByLine: Set<String> = []
  var soldByCharge: Set<String> = []
  /// Manual entries that were deleted.
  var deletedEntries: Set<String> = []
}

extension Walk {
  /// Takes note of a fact before any acts.
  mutating func foresee(_ index: Int) {
    let fact = input.facts[index]
    switch fact.fact {
    case .subscriptionItemDefined(let told):
      let data = input.configuration.meters.counted(told)
      if let place = itemPlaces[data.subscriptionItem] {
        items[place].versions.append((fact.time, data))
      } else {
        itemPlaces[data.subscriptionItem] = items.count
        var item = UsageItem(id: data.subscriptionItem, versions: [(fact.time, data)])
        item.slices = slices(of: data.subscriptionItem)
        item.periods = periods(of: data.subscription)
        items.append(item)
      }
    case .invoiceItemCreated(let data):
      pendingPlaces[data.invoiceItem] = pendingItems.count
      pendingItems.append(PendingItem(data: data, appeared: fact.time))
    case .invoiceItemDeleted(let data):
      if let place = pendingPlaces[data.invoiceItem] { pendingItems[place].deleted = fact.time }
    case .transactionExcluded(let data): exclude(data, fact, true)
    case .transactionIncluded(let data): exclude(data, fact, false)
    case .recognitionOverridden(let data): foreknown.overrides.take(data, fact, isRestored: false)
    case .recognitionRestored(let data): foreknown.overrides.take(data, fact, isRestored: true)
    case .obligationFulfilled(let data): foreknown.fulfillments.insert(data.fulfillment)
    case .obligationReversed(let data): foreknown.reversed.insert(data.fulfillment)
    case .creditNoteIssued(let data):
      for refund in data.refunds { foreknown.noteOfRefund[refund.refund] = data.creditNote }
    case .refundCreated(let data):
      if let note = data.creditNote {
        foreknown.noteOfRefund[data.refund] = note
        foreknown.refunded[note, default: 0] += data.amount
      }
    case .chargeSucceeded(let data):
      if let destination = data.destination { foreknown.destinations[data.charge] = destination.applicationFee }
    case .creditGrantGranted(let data) where data.category == .paid:
      if let line = data.invoiceLine { foreknown.soldByLine.insert(line) }
      if let charge = data.charge { foreknown.soldByCharge.insert(charge) }
    case .journalEntryDeleted(let data): foreknown.deletedEntries.insert(data.journalEntry)
    default: break
    }
  }

  private mutating func exclude(_ data: TransactionExcluded, _ fact: BookFact, _ isExcluded: Bool) {
    if let known = foreknown.excluded[data.transaction], (known.time, known.id) > (fact.time, fact.id) { return }
    foreknown.excluded[data.transaction] = (fact.time, fact.id, isExcluded)
  }

  /// Whether one of these is left out by name.
  func isExcluded(_ ids: [String?]) -> Bool {
    !foreknown.excluded.isEmpty && ids.contains { $0.flatMap { foreknown.excluded[$0]?.isExcluded } ?? false }
  }

  /// The billing periods that were told of a subscription.
  private func periods(of subscription: String) -> [ServicePeriod] {
    input.facts.compactMap { fact in
      guard case .subscriptionUpdated(let data) = fact.fact, data.subscription == subscription else { return nil }
      return data.currentPeriod
    }
  }

  /// What was counted of an item: the latest total of each slice and price is all that the story has left.
  private func slices(of item: String) -> [UsageTotaled] {
    var latest: [Instant: [UsagePrice: UsageTotaled]] = [:]
    // Totals come from one counter, in order of arrival, so the last of a slice is the latest.
    for fact in input.facts {
      if case .usageTotaled(let data) = fact.fact, data.subscriptionItem == item {
        latest[data.from, default: [:]][UsagePrice(data.unitAmount)] = data
      }
    }
    return latest.values.flatMap(\.values)
  }
}
