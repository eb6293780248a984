import Accounting
import Messages

// Money that goes on to others, fees on their charges, and sales elsewhere.
extension Walk {
  /// A refund of a charge whose money went on: what the business gives back of its own share is a refund, the rest a loss.
  mutating func refund(
    _ data: RefundCreated, of payment: Payment, to destination: ChargeSucceeded.Destination, _ place: Int,
    settled: Int64?, in period: Int, _ cause: Cause
  ) -> [Withdrawn] {
    let (reversed, feeRefunded) = (data.transferReversed ?? 0, data.applicationFeeRefunded ?? 0)
    let out = data.amount - reversed + feeRefunded
    let own = payment.amount - destination.transferAmount + destination.applicationFee
    let isGivenBack = reversed != 0 || feeRefunded != 0
    let ownShare = payment.amount == 0 ? 0 : Rounding.share(of: data.amount, own, payment.amount)
    let refunds = isGivenBack ? max(0, min(out, ownShare)) : 0
    // Both leave at the refund's own rate.
    let money = Spreading.spread(share(of: settled, out, data.amount), over: [refunds, out - refunds])
    let taking = take(refunds, place, contra: .refunds, counter: .cash, in: period, cause)
    return [
      exchange(taking, place, with: .cash, settled: settled == nil ? nil : money[0], in: period, cause),
      lose(out - refunds, money[1], as: .connectTransferLoss, place, settled: settled, in: period, cause),
    ]
  }

  /// What was billed whole is given back whole; what comes back of what went on is told beside it.
  mutating func returnTransfer(
    _ data: RefundCreated, _ place: Int, settled: Int64?, in period: Int, _ cause: Cause
  ) -> [Withdrawn] {
    let told = (data.applicationFeeRefunded ?? 0) - (data.transferReversed ?? 0)
    guard told != 0 else { return [] }
    let booked = share(of: settled, told, data.amount)
    return [lose(told, booked, as: .transfer, place, settled: settled, in: period, cause)]
  }

  /// What an amount of a refund is of the money that left, or as told.
  private func share(of settled: Int64?, _ part: Int64, _ whole: Int64) -> Int64 {
    settled.map { Billing.share(of: $0, part, whole) } ?? part
  }

  /// Money leaves that is no line's.
  private mutating func lose(
    _ told: Int64, _ amount: Int64, as account: Account, _ place: Int, settled: Int64?, in period: Int, _ cause: Cause
  ) -> Withdrawn {
    let billing = billings[place]
    var taking = Taking(contra: account, cause: cause)
    taking.pieces = [
      Taking.Piece(
        kind: .loss, line: nil, subject: billing.subject, account: account, counter: .cash,
        period: billing.period(of: period), amount: amount)
    ]
    if billing.presentment != nil { taking.told = Taking.Told(lines: billing.lines.map { _ in 0 }, rest: told) }
    taking.book(in: &journal)
    return Withdrawn(billing: place, taking: taking, account: .cash, settled: settled == nil ? nil : amount)
  }

  /// Money sent to a connected account. A destination charge has said so already.
  mutating func transfer(_ data: TransferCreated, _ fact: BookFact) throws(Refusal) -> Reference? {
    let period = ordinal(fact.time)
    let book = bookCurrency(of: data.currency, at: fact.time)
    let amount = try converted(data.amount, data.currency, to: book, at: fact.time)
    var subject = subject(data.transfer, nil, book, in: period)
    var isOfCharge = false
    if let charge = data.charge, foreknown.destinations[charge] != nil {
      isOfCharge = true
      if let payment = payments[charge] { subject = billings[payment.billing].subject.with(currency: book) }
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

  /// A fee on a connected account's charge: revenue that stands alone. One whose charge has told it is booked with that.
  mutating func earnFee(_ data: ApplicationFeeCreated, _ fact: BookFact) throws(Refusal) {
    if let fee = foreknown.destinations[data.charge], fee != 0 {
      feesOfCharges[data.applicationFee] = data
      return wake(Reference(.applicationFee, data.applicationFee))
    }
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
    if let fee = feesOfCharges[data.applicationFee] {
      guard let place = payments[fee.charge]?.billing else { return Reference(.charge, fee.charge) }
      // As a transfer that comes back later than its charge is refunded, the other way round.
      let subject = billings[place].subject
      journal.book(
        .connectTransferLoss, .cash, try converted(data.amount, fee.currency, to: subject.currency, at: fact.time),
        in: billings[place].period(of: ordinal(fact.time)), subject, act(fact))
      return nil
    }
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
