import Accounting

/// What is known of a transaction beside its entries, where a report asks for it.
public struct TransactionNotes: Hashable, Sendable {
  /// When it was billed.
  public var booked: Instant
  /// When it is to be paid; nil: at once.
  public var due: Instant?
  /// Whether it is a contract, or bills one.
  public var isOfContract: Bool
  /// What the business noted on it, by key.
  public var metadata: [String: String]
  /// What the business noted on its lines, by line and key.
  public var metadataOfLines: [String: [String: String]]

  /// What is known.
  public init(
    booked: Instant, due: Instant? = nil, isOfContract: Bool = false, metadata: [String: String] = [:],
    metadataOfLines: [String: [String: String]] = [:]
  ) {
    self.booked = booked
    self.due = due
    self.isOfContract = isOfContract
    self.metadata = metadata
    self.metadataOfLines = metadataOfLines
  }
}

/// A line that is deferred until it is fulfilled.
public struct ObligationNote: Hashable, Sendable {
  /// The invoice.
  public var transaction: String
  /// The line.
  public var line: String
  /// Who bought.
  public var customer: String?
  /// The currency of its amounts.
  public var currency: Currency
  /// What is deferred until it is fulfilled.
  public var amountMinorUnits: Int64
  /// What fulfillments have recognized.
  public var fulfilledMinorUnits: Int64
  /// What is neither fulfilled nor taken back.
  public var leftMinorUnits: Int64
  /// When what is left is recognized without fulfillment.
  public var expires: Instant?
  /// What the last fulfillment said.
  public var evidence: String?

  /// What is known of an obligation.
  public init(
    transaction: String, line: String, customer: String?, currency: Currency, amountMinorUnits: Int64,
    fulfilledMinorUnits: Int64, leftMinorUnits: Int64, expires: Instant?, evidence: String?
  ) {
    self.transaction = transaction
    self.line = line
    self.customer = customer
    self.currency = currency
    self.amountMinorUnits = amountMinorUnits
    self.fulfilledMinorUnits = fulfilledMinorUnits
    self.leftMinorUnits = leftMinorUnits
    self.expires = expires
    self.evidence = evidence
  }
}
