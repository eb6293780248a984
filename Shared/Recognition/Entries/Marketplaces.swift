import Accounting
import Messages

// Money that goes on to others, fees on their charges, and sales elsewhere.
extension Walk {
  /// A refund of a charge whose money went on: what the business gives back of its own share is a refund, the rest a loss.
  mutating func refundDestination(
    _ data: RefundCreated, _ destination: ChargeSucceeded.Destination, _ place: Int, settled: Int64?, _ period: Int,
    _ cause: Cause
  ) -> [Withdrawn] {
    let reversed = data.transferReversed ?? 0
    let feeRefunded = data.applicationFeeRefunded ?? 0
    let payment = data.charge.flatMap { payments[$0] }
    guard payment?.isAlone == true, let amount = payment?.amount, amount > 0 else {
      let taking = take(data.amount, place, contra: .refunds, counter: .cash, in: period, cause)
      let acts = billings[place].period(of: period)
      let back = Billing.share(of: settled ?? data.amount, reversed - feeRefunded, data.amount)
      journal.book(.cash, .transfer, back, in: acts, billings[place].subject, cause)
      return [exchange(taking, place, with: .cash, settled: settled, in: period, cause)]
    }
    let out = data.amount - reversed + feeRefunded
    let own = amount - destination.transferAmount + destination.applicationFee
    let isGivenBack = reversed != 0 || feeRefunded != 0
    let refunds = isGivenBack ? min(out, Rounding.share(of: data.amount, own, amount)) : 0
    let taking = take(max(refunds, 0), place, contra: .refunds, counter: .cash, in: period, cause)
    // Both leave at the refund's own rate.
    let money = settled.map {
      Spreading.spread(Billing.share(of: $0, out, data.amount), over: [max(refunds, 0), out - max(refunds, 0)])
    }
    journal.book(
      .connectTransferLoss, .cash, money?[1] ?? out - max(refunds, 0), in: billings[place].period(of: period),
      billings[place].subject, cause)
    return [exchange(taking, place, with: .cash, settled: money?[0], in: period, cause)]
  }

  /// Money sent to a connected account. A destination charge has said so already.
  mutating func transfer(_ data: TransferCreated, _ fact: BookFact) throws(Refusal) -> Reference? {
    let period = ordinal(fact.time)
    let book = bookCurrency(of: data.currency, at: fact.time)
    let amount = try converted(data.amount, data.currency, to: book, at: fact.time)
    var subject = subject(data.transfer, nil, book, in: period)
    var isOfCharge = false
    if let charge = data.charge, let payment = payments[charge] {
      isOfCharge = payment.destination != nil
      if isOfCharge { subject = billings[payment.billing].subject.with(currency: book) }
    }
    if !isOfCharge { journal.book(.transfer, .cash, amount, in: period, subject, act(fact)) }
    transfers[data.transfer] = (subject, data.currency, isOfCharge)
    wake(Reference(.transfer, data.transfer))
    return nil
  }

  mutating func reverse(_ data: TransferReversed, _ fact: BookFact) throws(Refusal) -> Reference? {
    guard let transfer = transfers[data.transfer] else { return Reference(.transfer, data.transfer) }
    journal.book(
      .cash, transfer.isOfCharge ? .connectTransferLoss : .transfer,
      try converted(data.amount, transfer.currency, to: transfer.subject.currency, at: fact.time),
      in: ordinal(fact.time),
      transfer.subject, act(fact))
    return nil
  }

  /// A fee on a connected account's charge: revenue that stands alone.
  mutating func earnFee(_ data: ApplicationFeeCreated, _ fact: BookFact) throws(Refusal) {
    let source = Allocator.Source(
      amount: data.amount, timing: .at(fact.time), bookedAt: fact.time, calendar: calendar, isLine: false,
      isExcluded: isExcluded([data.applicationFee]))
    let billing = self.billing(data.applicationFee, fact, at: fact.time, nil, data.currency)
    let settled = try settled(nil, data.amount, data.currency, to: billing.subject.currency, at: fact.time)
    try billAndPay(
      billing, source, foreknown.overrides.splits(of: data.applicationFee, amount: data.amount), settled: settled,
      rule: nil)
    wake(Reference(.applicationFee, data.applicationFee))
  }

  mutating func refundFee(_ data: ApplicationFeeRefunded, _ fact: BookFact) throws(Refusal) -> Reference? {
    guard let place = billingPlaces[data.applicationFee] else { return Reference(.applicationFee, data.applicationFee) }
    try giveBack(data.amount, place, contra: .refunds, fact)
    return nil
  }

  /// A sale elsewhere: a payment that stands alone, whose money is outside.
  mutating func sellOutside(_ data: ExternalTransactionRecorded, _ fact: BookFact) throws(Refusal) {
    let splits = foreknown.overrides.splits(of: data.transaction, source: data.source, amount: data.amount)
    let whole = splits.count == 1 && splits[0].name == nil ? splits[0].booked : nil
    let booked = whole ?? data.booked ?? fact.time
    var billing = self.billing(data.transaction, fact, at: booked, nil, data.currency)
    billing.cash = .externalAsset
    let source = Allocator.Source(
      amount: data.amount, timing: data.period.map { .over($0) } ?? .at(booked), bookedAt: booked, calendar: calendar,
      isLine: false,
      isExcluded: isExcluded([data.transaction]))
    let settled = try settled(nil, data.amount, data.currency, to: billing.subject.currency, at: booked)
    try billAndPay(billing, source, splits, settled: settled, rule: nil)
    let reference = Reference(.externalTransaction, data.source + "/" + data.transaction)
    billingPlaces[reference.description] = billings.count - 1
    wake(reference)
  }

  mutating func refundOutside(_ data: ExternalTransactionRefunded, _ fact: BookFact) throws(Refusal) -> Reference? {
    let reference = Reference(.externalTransaction, data.source + "/" + data.transaction)
    guard let place = billingPlaces[reference.description] else { return reference }
    try giveBack(data.amount, place, contra: .externalRefunds, fact)
    return nil
  }

  /// Money of a sale goes back at the rate of its day.
  private mutating func giveBack(
    _ amount: Int64, _ place: Int, contra: Account, _ fact: BookFact
  ) throws(Refusal) {
    let billing = billings[place]
    let settled = try settled(nil, amount, billing.currency, to: billing.subject.currency, at: fact.time)
    let taking = take(amount, place, contra: contra, counter: billing.cash, in: ordinal(fact.time), act(fact))
    _ = exchange(taking, place, with: billing.cash, settled: settled, in: ordinal(fact.time), act(fact))
  }
}
