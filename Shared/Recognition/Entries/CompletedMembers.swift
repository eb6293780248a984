import Messages

// Which members of each type are always there and which may be filled in.
extension Completion {
  mutating func complete(_ mine: inout InvoiceFinalized, with other: InvoiceFinalized) {
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

  mutating func complete(_ mine: inout InvoiceItemCreated, with other: InvoiceItemCreated) {
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

  mutating func complete(_ mine: inout ChargeSucceeded, with other: ChargeSucceeded) {
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

  mutating func complete(_ mine: inout RefundCreated, with other: RefundCreated) {
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

  mutating func complete(_ mine: inout DisputeCreated, with other: DisputeCreated) {
    fill(&mine.charge, other.charge)
    fill(&mine.invoice, other.invoice)
    same(mine.currency, other.currency)
    same(mine.amount, other.amount)
    fill(&mine.settlement, other.settlement)
    fill(&mine.fee, other.fee)
  }

  mutating func complete(_ mine: inout ChargeAttempt, with other: ChargeAttempt) {
    same(mine.currency, other.currency)
    same(mine.amount, other.amount)
    fill(&mine.invoice, other.invoice)
  }

  mutating func complete(_ mine: inout RefundFailed, with other: RefundFailed) {
    fill(&mine.settlement, other.settlement)
    fill(&mine.fee, other.fee)
  }

  mutating func complete(_ mine: inout DisputeClosed, with other: DisputeClosed) {
    fill(&mine.amount, other.amount)
    fill(&mine.settlement, other.settlement)
    fill(&mine.fee, other.fee)
  }

  mutating func complete(_ mine: inout CreditNoteIssued, with other: CreditNoteIssued) {
    same(mine.invoice, other.invoice)
    same(mine.currency, other.currency)
    same(mine.amount, other.amount)
    fill(&mine.prePaymentAmount, other.prePaymentAmount)
    fill(&mine.refundAmount, other.refundAmount)
    fill(&mine.refunds, other.refunds)
    fill(&mine.balanceAmount, other.balanceAmount)
    fill(&mine.outOfBandAmount, other.outOfBandAmount)
    if mine.lines.map(\.invoiceLine) == other.lines.map(\.invoiceLine) {
      for index in mine.lines.indices {
        same(mine.lines[index].amount, other.lines[index].amount)
        fill(&mine.lines[index].taxes, other.lines[index].taxes)
      }
    } else {
      fill(&mine.lines, other.lines)
    }
    fill(&mine.reason, other.reason)
  }

  mutating func complete(_ mine: inout CreditGrant, with other: CreditGrant) {
    same(mine.customer, other.customer)
    same(mine.category, other.category)
    same(mine.amount, other.amount)
    same(mine.currency, other.currency)
    fill(&mine.expires, other.expires)
    fill(&mine.invoiceLine, other.invoiceLine)
    fill(&mine.charge, other.charge)
  }

  mutating func complete(_ mine: inout TransferCreated, with other: TransferCreated) {
    fill(&mine.charge, other.charge)
    same(mine.amount, other.amount)
    same(mine.currency, other.currency)
  }

  mutating func complete(_ mine: inout ExternalTransactionRecorded, with other: ExternalTransactionRecorded) {
    same(mine.amount, other.amount)
    same(mine.currency, other.currency)
    fill(&mine.period, other.period)
    fill(&mine.booked, other.booked)
    fill(&mine.description, other.description)
  }

  mutating func complete(_ mine: inout JournalEntryRecorded, with other: JournalEntryRecorded) {
    same(mine.period, other.period)
    same(mine.debit, other.debit)
    same(mine.credit, other.credit)
    same(mine.amount, other.amount)
    same(mine.currency, other.currency)
    fill(&mine.transaction, other.transaction)
    fill(&mine.description, other.description)
  }

  mutating func complete(_ mine: inout ObligationFulfilled, with other: ObligationFulfilled) {
    same(mine.target, other.target)
    same(mine.measure, other.measure)
    same(mine.start, other.start)
    fill(&mine.end, other.end)
    fill(&mine.description, other.description)
    fill(&mine.metadata, other.metadata)
  }

  mutating func complete(_ mine: inout ContractCreated, with other: ContractCreated) {
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
