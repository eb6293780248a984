import Messages

/// A thing that facts speak of, by kind and id: `invoice:in_1`. Facts that speak of one thing belong to one book.
public struct Reference: Hashable, Sendable, CustomStringConvertible {
  /// What kinds of things link facts.
  public enum Kind: String, CaseIterable, Sendable {
    case invoice
    case line
    case invoiceItem = "invoice_item"
    case subscriptionItem = "subscription_item"
    case charge
    case refund
    case dispute
    case creditNote = "credit_note"
    case application
    case fulfillment
    case contract
    case contractItem = "contract_item"
    case subscription
    case subscriptionSchedule = "subscription_schedule"
    case grant
    case transfer
    case applicationFee = "application_fee"
    case externalTransaction = "external_transaction"
    case journalEntry = "journal_entry"
    case adjustment
    case fee
    case exchangeRate = "exchange_rate"

    /// Whether invoices may follow it.
    fileprivate var isOfSubscriptions: Bool { self == .subscription || self == .subscriptionSchedule }
  }

  /// What kind of thing it is.
  public let kind: Kind
  /// Its id.
  public let id: String

  /// A reference to a thing.
  public init(_ kind: Kind, _ id: String) {
    self.kind = kind
    self.id = id
  }

  /// The reference written as text, or nil if it is none.
  public init?(_ text: String) {
    guard let colon = text.firstIndex(of: ":"), let kind = Kind(rawValue: String(text[..<colon])) else { return nil }
    self.init(kind, String(text[text.index(after: colon)...]))
  }

  /// The id tells things apart well enough.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(id)
  }

  /// The kind, a colon, the id.
  public var description: String { kind.rawValue + ":" + id }
}

/// What a fact speaks of.
public struct References: Hashable, Sendable {
  /// The things that link: whatever shares one of these shares a book. What the fact brings into being comes first.
  public var all: [Reference] = []
  /// The things that the fact shares a book with only once a contract claims them: the subscription of an invoice. Without a
  /// contract nothing of one invoice depends on another, so each keeps a small book of its own.
  public var follows: [Reference] = []

  /// Nothing.
  public init() {}

  /// Forgets all, but keeps the room.
  mutating func clear() {
    all.removeAll(keepingCapacity: true)
    follows.removeAll(keepingCapacity: true)
  }

  /// Whether it speaks of a subscription or schedule, so that what follows these may have to share its book.
  public var leads: Bool { all.contains { $0.kind.isOfSubscriptions } }
}

/// Whether a fact lets a contract claim the subscriptions and schedules it speaks of, and all that they bill.
func claims(_ fact: Fact) -> Bool {
  switch fact {
  case .contractCreated, .contractAdjusted: references(of: fact).leads
  default: false
  }
}

/// What a transaction may be that is named without its kind.
private let namedWithoutKind: [Reference.Kind] = [
  .invoice, .line, .charge, .invoiceItem, .subscriptionItem, .contractItem,
]

/// The things a fact speaks of. Facts with one of them in common belong to one book; a fact without any acts on no book.
public func references(of fact: Fact) -> References {
  var references = References()
  find(&references, of: fact)
  return references
}

/// Adds the things a fact speaks of.
func find(_ references: inout References, of fact: Fact) {
  func defines(_ kind: Reference.Kind, _ id: String) { references.all.append(Reference(kind, id)) }
  func refers(_ kind: Reference.Kind, _ id: String?) {
    if let id { references.all.append(Reference(kind, id)) }
  }
  switch fact {
  case .subscriptionItemDefined(let data):
    defines(.subscriptionItem, data.subscriptionItem)
    // Its billing periods divide the item's usage.
    refers(.subscription, data.subscription)
  case .usageTotaled(let data): refers(.subscriptionItem, data.subscriptionItem)
  case .invoiceItemCreated(let data): defines(.invoiceItem, data.invoiceItem)
  case .invoiceItemDeleted(let data): refers(.invoiceItem, data.invoiceItem)
  case .invoiceFinalized(let data):
    defines(.invoice, data.invoice)
    for place in data.lines.indices {
      defines(.line, data.lines[place].line)
      refers(.invoiceItem, data.lines[place].invoiceItem)
      refers(.subscriptionItem, data.lines[place].subscriptionItem)
      refers(.contractItem, data.lines[place].contractItem)
    }
    refers(.contract, data.contract)
    if let subscription = data.subscription { references.follows.append(Reference(.subscription, subscription)) }
  case .invoicePaidOutOfBand(let data): refers(.invoice, data.invoice)
  case .invoiceVoided(let data), .invoiceMarkedUncollectible(let data), .invoicePaid(let data):
    refers(.invoice, data.invoice)
  case .chargeSucceeded(let data):
    defines(.charge, data.charge)
    refers(.invoice, data.invoice)
    refers(.contract, data.contract)
  case .chargePending(let data), .chargeFailed(let data):
    refers(.charge, data.charge)
    refers(.invoice, data.invoice)
  case .chargeApplied(let data):
    defines(.application, data.application)
    refers(.charge, data.charge)
    refers(.invoice, data.invoice)
  case .chargeUnapplied(let data):
    refers(.application, data.application)
    refers(.charge, data.charge)
    refers(.invoice, data.invoice)
  case .refundCreated(let data):
    defines(.refund, data.refund)
    refers(.charge, data.charge)
    refers(.invoice, data.invoice)
    refers(.creditNote, data.creditNote)
  case .refundFailed(let data): refers(.refund, data.refund)
  case .disputeCreated(let data):
    defines(.dispute, data.dispute)
    refers(.charge, data.charge)
    refers(.invoice, data.invoice)
  case .disputeWon(let data), .disputeLost(let data): refers(.dispute, data.dispute)
  case .creditNoteIssued(let data):
    defines(.creditNote, data.creditNote)
    refers(.invoice, data.invoice)
    for refund in data.refunds { refers(.refund, refund.refund) }
  case .creditNoteVoided(let data): refers(.creditNote, data.creditNote)
  case .customerBalanceAdjusted(let data): defines(.adjustment, data.adjustment)
  case .creditGrantGranted(let data):
    defines(.grant, data.grant)
    refers(.line, data.invoiceLine)
    refers(.charge, data.charge)
  case .creditGrantExpired(let data), .creditGrantVoided(let data): refers(.grant, data.grant)
  case .transferCreated(let data):
    defines(.transfer, data.transfer)
    refers(.charge, data.charge)
  case .transferReversed(let data): refers(.transfer, data.transfer)
  case .applicationFeeCreated(let data):
    defines(.applicationFee, data.applicationFee)
    refers(.charge, data.charge)
    refers(.charge, data.applicationFee)
  case .applicationFeeRefunded(let data): refers(.applicationFee, data.applicationFee)
  case .feeCharged(let data): defines(.fee, data.fee)
  case .externalTransactionRecorded(let data):
    defines(.externalTransaction, data.source + "/" + data.transaction)
    // Payments that stand alone are left out by their name alone.
    refers(.charge, data.transaction)
  case .externalTransactionRefunded(let data): refers(.externalTransaction, data.source + "/" + data.transaction)
  case .obligationFulfilled(let data):
    defines(.fulfillment, data.fulfillment)
    switch data.target {
    case .invoiceLine(let line): refers(.line, line)
    case .contractItem(let item): refers(.contractItem, item)
    }
  case .obligationReversed(let data): refers(.fulfillment, data.fulfillment)
  case .contractCreated(let data):
    defines(.contract, data.contract)
    for item in data.items { defines(.contractItem, item.item) }
    for model in data.billingModels { refers(model.reference.kind, model.id) }
  case .contractAdjusted(let data):
    for adjustment in data.adjustments {
      switch adjustment {
      case .addItem(let item): defines(.contractItem, item.item)
      case .addBillingModel(let model), .removeBillingModel(let model): refers(model.reference.kind, model.id)
      case .updateItem, .endItem: break
      }
    }
    refers(.contract, data.contract)
  case .contractVoided(let data): refers(.contract, data.contract)
  case .openingBalanceRecorded(let data):
    if let line = data.line { defines(.line, line) }
    // Later events name what an earlier system billed as they would name an invoice.
    if let id = data.line ?? data.contract { defines(.invoice, id) }
    refers(.contract, data.contract)
  case .journalEntryRecorded(let data): defines(.journalEntry, data.journalEntry)
  case .journalEntryDeleted(let data): refers(.journalEntry, data.journalEntry)
  case .transactionExcluded(let data), .transactionIncluded(let data):
    for kind in namedWithoutKind { refers(kind, data.transaction) }
  case .recognitionOverridden(let data), .recognitionRestored(let data):
    for kind in namedWithoutKind { refers(kind, data.transaction) }
    refers(.externalTransaction, data.source + "/" + data.transaction)
  case .subscriptionUpdated(let data):
    defines(.subscription, data.subscription)
    refers(.subscriptionSchedule, data.schedule)
  case .subscriptionScheduleUpdated(let data):
    defines(.subscriptionSchedule, data.schedule)
    refers(.subscription, data.subscription)
  case .customerUpdated, .productUpdated, .priceUpdated, .meterUpdated, .usageRecorded, .usageCancelled,
    .settingsChanged, .ruleSet, .ruleDeleted, .rulesOrdered,
    .standaloneSellingPriceSet, .standaloneSellingPriceDeleted, .accountMappingSet, .accountMappingDeleted,
    .exchangeRatePublished, .periodClosed, .periodReopened, .previewRequested:
    break
  }
}

extension BillingModel {
  /// What it is.
  var reference: Reference {
    switch kind {
    case .invoice: Reference(.invoice, id)
    case .charge: Reference(.charge, id)
    case .subscription: Reference(.subscription, id)
    case .subscriptionSchedule: Reference(.subscriptionSchedule, id)
    }
  }
}
