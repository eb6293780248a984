import Accounting
import Messages

/// Completes what was told once with what is told again: members that were absent are filled in, members that are there must
/// be the same.
struct Completion {
  /// Whether nothing told again contradicts what was told.
  private(set) var isConsistent = true

  /// A member that is always there.
  mutating func same<Value: Equatable>(_ mine: Value, _ other: Value) {
    if mine != other { isConsistent = false }
  }

  /// A member that may be absent.
  mutating func fill<Value: Equatable>(_ mine: inout Value?, _ other: Value?) {
    if mine == nil { mine = other } else if let other, mine != other { isConsistent = false }
  }

  /// A list that may be absent.
  mutating func fill<Value: Equatable>(_ mine: inout [Value], _ other: [Value]) {
    if mine.isEmpty { mine = other } else if !other.isEmpty, mine != other { isConsistent = false }
  }

  /// An amount that is zero where it is absent.
  mutating func fill(_ mine: inout Int64, _ other: Int64) {
    if mine == 0 { mine = other } else if other != 0, mine != other { isConsistent = false }
  }

  /// The fact completed by another telling of it; nil if the two contradict each other.
  static func complete(_ fact: Fact, with other: Fact) -> Fact? {
    if fact == other { return fact }
    var completion = Completion()
    let result: Fact
    switch (fact, other) {
    case (.invoiceFinalized(var mine), .invoiceFinalized(let other)):
      completion.complete(&mine, with: other)
      result = .invoiceFinalized(mine)
    case (.invoiceItemCreated(var mine), .invoiceItemCreated(let other)):
      completion.complete(&mine, with: other)
      result = .invoiceItemCreated(mine)
    case (.chargeSucceeded(var mine), .chargeSucceeded(let other)):
      completion.complete(&mine, with: other)
      result = .chargeSucceeded(mine)
    case (.refundCreated(var mine), .refundCreated(let other)):
      completion.complete(&mine, with: other)
      result = .refundCreated(mine)
    case (.disputeCreated(var mine), .disputeCreated(let other)):
      completion.complete(&mine, with: other)
      result = .disputeCreated(mine)
    case (.obligationFulfilled(var mine), .obligationFulfilled(let other)):
      completion.complete(&mine, with: other)
      result = .obligationFulfilled(mine)
    case (.contractCreated(var mine), .contractCreated(let other)):
      completion.complete(&mine, with: other)
      result = .contractCreated(mine)
    case (.contractVoided(var mine), .contractVoided(let other)):
      completion.fill(&mine.voidedAt, other.voidedAt)
      result = .contractVoided(mine)
    default:
      return nil
    }
    return completion.isConsistent ? result : nil
  }
}

extension Completion {
  fileprivate mutating func complete(_ mine: inout InvoiceFinalized, with other: InvoiceFinalized) {
    fill(&mine.number, other.number)
    same(mine.customer, other.customer)
    same(mine.currency, other.currency)
    same(mine.lines.map(\.line), other.lines.map(\.line))
    if isConsistent {
      for index in mine.lines.indices { complete(&mine.lines[index], with: other.lines[index]) }
    }
    fill(&mine.balanceApplied, other.balanceApplied)
    fill(&mine.due, other.due)
    fill(&mine.exchangeRate, other.exchangeRate)
    fill(&mine.subscription, other.subscription)
    fill(&mine.contract, other.contract)
    fill(&mine.metadata, other.metadata)
  }

  private mutating func complete(_ mine: inout InvoiceLine, with other: InvoiceLine) {
    same(mine.amount, other.amount)
    fill(&mine.discount, other.discount)
    fill(&mine.taxes, other.taxes)
    fill(&mine.period, other.period)
    fill(&mine.description, other.description)
    fill(&mine.quantity, other.quantity)
    fill(&mine.product, other.product)
    fill(&mine.price, other.price)
    fill(&mine.invoiceItem, other.invoiceItem)
    fill(&mine.subscriptionItem, other.subscriptionItem)
    fill(&mine.credits, other.credits)
    fill(&mine.contractItem, other.contractItem)
    fill(&mine.metadata, other.metadata)
  }

  fileprivate mutating func complete(_ mine: inout InvoiceItemCreated, with other: InvoiceItemCreated) {
    same(mine.customer, other.customer)
    same(mine.currency, other.currency)
    same(mine.amount, other.amount)
    fill(&mine.period, other.period)
    fill(&mine.discount, other.discount)
    fill(&mine.taxes, other.taxes)
    fill(&mine.description, other.description)
    fill(&mine.price, other.price)
    fill(&mine.product, other.product)
    mine.proration = mine.proration || other.proration
  }

  fileprivate mutating func complete(_ mine: inout ChargeSucceeded, with other: ChargeSucceeded) {
    same(mine.currency, other.currency)
    same(mine.amount, other.amount)
    fill(&mine.invoice, other.invoice)
    fill(&mine.customer, other.customer)
    fill(&mine.settlement, other.settlement)
    fill(&mine.exchangeRate, other.exchangeRate)
    fill(&mine.balanceTransaction, other.balanceTransaction)
    fill(&mine.contract, other.contract)
    fill(&mine.fee, other.fee)
    fill(&mine.taxes, other.taxes)
    fill(&mine.description, other.description)
    fill(&mine.product, other.product)
    fill(&mine.price, other.price)
    fill(&mine.destination, other.destination)
  }

  fileprivate mutating func complete(_ mine: inout RefundCreated, with other: RefundCreated) {
    fill(&mine.charge, other.charge)
    fill(&mine.invoice, other.invoice)
    same(mine.currency, other.currency)
    same(mine.amount, other.amount)
    fill(&mine.settlement, other.settlement)
    fill(&mine.fee, other.fee)
    fill(&mine.creditNote, other.creditNote)
    fill(&mine.transferReversed, other.transferReversed)
    fill(&mine.applicationFeeRefunded, other.applicationFeeRefunded)
  }

  fileprivate mutating func complete(_ mine: inout DisputeCreated, with other: DisputeCreated) {
    fill(&mine.charge, other.charge)
    fill(&mine.invoice, other.invoice)
    same(mine.currency, other.currency)
    same(mine.amount, other.amount)
    fill(&mine.settlement, other.settlement)
    fill(&mine.fee, other.fee)
  }

  fileprivate mutating func complete(_ mine: inout ObligationFulfilled, with other: ObligationFulfilled) {
    same(mine.target, other.target)
    same(mine.measure, other.measure)
    same(mine.start, other.start)
    fill(&mine.end, other.end)
    fill(&mine.description, other.description)
    fill(&mine.metadata, other.metadata)
  }

  fileprivate mutating func complete(_ mine: inout ContractCreated, with other: ContractCreated) {
    same(mine.customer, other.customer)
    same(mine.currency, other.currency)
    same(mine.signedAt, other.signedAt)
    same(mine.items.map(\.item), other.items.map(\.item))
    if isConsistent {
      for index in mine.items.indices { complete(&mine.items[index], with: other.items[index]) }
    }
    fill(&mine.discounts, other.discounts)
    fill(&mine.billingModels, other.billingModels)
    fill(&mine.metadata, other.metadata)
  }

  private mutating func complete(_ mine: inout ContractItem, with other: ContractItem) {
    same(mine.amountSubtotal, other.amountSubtotal)
    same(mine.satisfied, other.satisfied)
    fill(&mine.period, other.period)
    fill(&mine.price, other.price)
    fill(&mine.product, other.product)
    fill(&mine.quantity, other.quantity)
    fill(&mine.standaloneSellingPrice, other.standaloneSellingPrice)
    fill(&mine.terminationForConvenience, other.terminationForConvenience)
    fill(&mine.metadata, other.metadata)
  }
}
