import Accounting
import Messages

/// Something a rule can treat, with everything its conditions can look at.
public struct Candidate: Sendable {
  /// What kinds of things rules treat.
  public enum Kind: Sendable {
    case invoiceLine
    /// A payment that stands alone.
    case charge
    /// What is not billed yet.
    case pendingItem
  }

  /// What is treated.
  public var target: Reference
  /// What kind of thing it is.
  public var kind: Kind
  /// The moment that a rule's effective period must hold.
  public var bookedAt: Instant
  /// The currency of its amounts.
  public var currency: Currency
  /// Its amount in minor units.
  public var amount: Int64
  /// Its description.
  public var description: String?
  /// Its metadata.
  public var metadata: [Metadata]
  /// Its customer.
  public var customer: String?
  /// Its product; nil: that of its price.
  public var product: String?
  /// Its price.
  public var price: String?
  /// Its invoice.
  public var invoice: Invoice?

  /// What conditions can look at on an invoice.
  public struct Invoice: Sendable {
    /// The invoice.
    public var id: String
    /// Its number.
    public var number: String?
    /// What it bills, in minor units.
    public var amount: Int64
    /// Its metadata.
    public var metadata: [Metadata]
    /// Its subscription.
    public var subscription: String?
    /// Its contract.
    public var contract: String?
  }
}

extension Fact {
  /// Whether a fact of this type can have candidates.
  var mayHaveCandidates: Bool {
    switch self {
    case .invoiceFinalized, .chargeSucceeded, .invoiceItemCreated, .subscriptionItemDefined: true
    default: false
    }
  }
}

extension Fact {
  /// What the fact tells of, so that its tellings are found; nil if rules treat nothing of it.
  public var treatedThing: String? {
    switch self {
    case .subscriptionItemDefined(let data): type.rawValue + " " + data.subscriptionItem
    case .invoiceFinalized, .chargeSucceeded, .invoiceItemCreated: businessID.map { type.rawValue + " " + $0 }
    default: nil
    }
  }
}

/// What rules can treat of one thing that was told several times: what happens once is completed, what has versions is as last
/// told, and appeared when it was first told.
public func candidates(of tellings: [BookFact]) -> [Candidate] {
  guard tellings.count > 1 else { return tellings.first.map { candidates(of: $0) } ?? [] }
  let story = Story(tellings)
  guard let first = story.events.first, let last = story.events.last else { return [] }
  var counts = story.facts[last.index]
  counts.time = first.time
  return candidates(of: counts)
}

/// What of a fact rules can treat: the lines of an invoice, a payment that stands alone, a pending item.
public func candidates(of fact: BookFact) -> [Candidate] {
  switch fact.fact {
  case .invoiceFinalized(let data):
    let invoice = Candidate.Invoice(
      id: data.invoice, number: data.number, amount: data.lines.reduce(0) { $0 + $1.amount }, metadata: data.metadata,
      subscription: data.subscription, contract: data.contract)
    return data.lines.map { line in
      Candidate(
        target: Reference(.line, line.line), kind: .invoiceLine, bookedAt: fact.time, currency: data.currency,
        amount: line.amount, description: line.description, metadata: line.metadata, customer: data.customer,
        product: line.product, price: line.price, invoice: invoice)
    }
  case .chargeSucceeded(let data) where data.invoice == nil && data.contract == nil:
    return [
      Candidate(
        target: Reference(.charge, data.charge), kind: .charge,
        bookedAt: data.balanceTransaction?.created ?? fact.time, currency: data.currency, amount: data.amount,
        description: data.description, metadata: [], customer: data.customer, product: data.product,
        price: data.price, invoice: nil)
    ]
  case .invoiceItemCreated(let data):
    return [
      Candidate(
        target: Reference(.invoiceItem, data.invoiceItem), kind: .pendingItem, bookedAt: fact.time,
        currency: data.currency, amount: data.amount, description: data.description, metadata: [],
        customer: data.customer, product: data.product, price: data.price, invoice: nil)
    ]
  case .subscriptionItemDefined(let data):
    return [
      Candidate(
        target: Reference(.subscriptionItem, data.subscriptionItem), kind: .pendingItem, bookedAt: fact.time,
        currency: data.currency, amount: 0, description: nil, metadata: [], customer: data.customer,
        product: data.product, price: data.price, invoice: nil)
    ]
  default:
    return []
  }
}
