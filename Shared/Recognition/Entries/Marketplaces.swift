import Accounting
import Messages

// Money that goes on to others, fees on their charges, and sales elsewhere.
extension Walk {
  /// A refund of a charge whose money went on: what the business gives back of its own share is a refund, the rest a loss.
  mutating func refundDestination(
    _ data: RefundCreated, _ destination: ChargeSucceeded.Destination, _ place: Int, _ period: Int, _ cause: Cause
  ) -> [Taking] {
    let reversed = data.transferReversed ?? 0
    let feeRefunded = data.applicationFeeRefunded ?? 0
    let payment = data.charge.flatMap { payments[$0] }
    guard payment?.isAlone == true, let amount = payment?.amount, amount > 0 else {
      let taking = take(data.amount, place, contra: .refunds, counter: .cash, in: period, cause)
      let acts = billings[place].period(of: period)
      journal.book(.cash, .transfer, reversed - feeRefunded, in: acts, billings[place].subject, cause)
      return [taking]
    }
    let out = data.amount - reversed + feeRefunded
    let own = amount - destination.transferAmount + destination.applicationFee
    let isGivenBack = reversed != 0 || feeRefunded != 0
    let refunds = isGivenBack ? min(out, Rounding.share(of: data.amount, own, amount)) : 0
    let taking = take(max(refunds, 0), place, contra: .refunds, counter: .cash, in: period, cause)
    journal.book(
      .connectTransferLoss, .cash, out - max(refunds, 0), in: billings[place].period(of: period),
      billings[place].subject, cause)
    return [taking]
  }

  /// Money sent to a connected account. A destination charge has said so already.
  mutating func transfer(_ data: TransferCreated, _ fact: BookFact) -> Reference? {
    let period = ordinal(fact.time)
    var subject = subject(data.transfer, nil, data.currency, in: period)
    var isOfCharge = false
    if let charge = data.charge, let payment = payments[charge] {
      isOfCharge = payment.destination != nil
      if isOfCharge { subject = billings[payment.billing].subject }
    }
    if !isOfCharge { journal.book(.transfer, .cash, data.amount, in: period, subject, act(fact)) }
    transfers[data.transfer] = (subject, isOfCharge, data.amount)
    wake(Reference(.transfer, data.transfer))
    return nil
  }

  mutating func reverse(_ data: TransferReversed, _ fact: BookFact) -> Reference? {
    guard let transfer = transfers[data.transfer] else { return Reference(.transfer, data.transfer) }
    journal.book(
      .cash, transfer.isOfCharge ? .connectTransferLoss : .transfer, data.amount, in: ordinal(fact.time),
      transfer.subject, act(fact))
    return nil
  }

  /// A fee on a connected account's charge: revenue that stands alone.
  mutating func earnFee(_ data: ApplicationFeeCreated, _ fact: BookFact) throws(Refusal) {
    let source = Allocator.Source(
      amount: data.amount, timing: .at(fact.time), bookedAt: fact.time, calendar: calendar, isLine: false,
      isExcluded: isExcluded([data.applicationFee]))
    try billAndPay(
      billing(data.applicationFee, fact, at: fact.time, nil, data.currency), source,
      foreknown.overrides.splits(of: data.applicationFee, amount: data.amount), rule: nil)
    wake(Reference(.applicationFee, data.applicationFee))
  }

  mutating func refundFee(_ data: ApplicationFeeRefunded, _ fact: BookFact) -> Reference? {
    guard let place = billingPlaces[data.applicationFee] else { return Reference(.applicationFee, data.applicationFee) }
    _ = take(data.amount, place, contra: .refunds, counter: .cash, in: ordinal(fact.time), act(fact))
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
    try billAndPay(billing, source, splits, rule: nil)
    let reference = Reference(.externalTransaction, data.source + "/" + data.transaction)
    billingPlaces[reference.description] = billings.count - 1
    wake(reference)
  }

  mutating func refundOutside(_ data: ExternalTransactionRefunded, _ fact: BookFact) -> Reference? {
    let reference = Reference(.externalTransaction, data.source + "/" + data.transaction)
    guard let place = billingPlaces[reference.description] else { return reference }
    _ = take(
      data.amount, place, contra: .externalRefunds, counter: .externalAsset, in: ordinal(fact.time), act(fact))
    return nil
  }
}
