import Accounting
import Messages

/// Money that came in.
struct Payment {
  /// What it paid.
  let billing: Int
  let amount: Int64
  /// What it left beyond what was open, as far as it was not given back: as told, and in the book's currency.
  var overpaid = ToldAndBooked.zero
  /// What is submitted and not confirmed: as told, and in the book's currency.
  var pending = ToldAndBooked.zero
  /// What is on its way to a connected account, as a share of the whole.
  var destination: ChargeSucceeded.Destination?
  /// Whether it stands alone.
  var isAlone = false
  /// How it was put on invoices, first to last.
  var applications: [String] = []
}

/// A payment that was put on an invoice.
struct AppliedPayment {
  let charge: String
  let payment: Int
  let taking: Taking
  let invoice: Int
  let amount: Int64
  /// The money in the book of the invoice; nil: as much as it cleared.
  let settled: Int64?
  let cleared: ToldAndBooked
  /// What it left beyond what was open.
  let overpaid: ToldAndBooked
  /// What of that was not given back.
  var overpaidLeft: ToldAndBooked
  /// What of it was not given back.
  var left: Int64
}

// Money comes in, and leaves an invoice again.
extension Walk {
  mutating func pay(_ data: ChargeSucceeded, _ fact: BookFact) throws(Refusal) -> Reference? {
    guard let invoice = data.invoice else {
      try standAlone(data, fact)
      wake(Reference(.charge, data.charge))
      return nil
    }
    guard let place = billingPlaces[invoice] else { return Reference(.invoice, invoice) }
    try expect(data.currency, in: place)
    let (cause, period) = (act(fact), ordinal(fact.time))
    let settled = try settled(
      data.settlement, data.amount, data.currency, told: data.exchangeRate, to: billings[place].subject.currency,
      at: fact.time)
    let fee = try fee(data.fee, data.settlement, of: billings[place].subject, at: fact.time)
    var payment = Payment(billing: place, amount: data.amount)
    payment.destination = data.destination
    // What was submitted is confirmed first; only what goes beyond it clears anything.
    let pending = payments[data.charge]?.pending ?? .zero
    let confirmed = min(pending.told, data.amount)
    billings[place].submitted -= confirmed
    let money = settled.map { Spreading.spread($0, over: [confirmed, data.amount - confirmed]) }
    payment.overpaid = payments[data.charge]?.overpaid ?? .zero
    journal.clear(
      .pendingCash, Billing.share(of: pending.booked, confirmed, pending.told), with: .cash, settled: money?[0],
      in: period, billings[place].subject, cause)
    let excess = try receive(
      data.amount - confirmed, settled: money?[1], from: .cash, place, at: fact.time, cause)
    payment.overpaid = payment.overpaid + excess
    book(fee, in: period, cause)
    if let destination = data.destination {
      let away = destination.transferAmount - destination.applicationFee
      let awayBooked = Billing.share(of: settled ?? data.amount, away, data.amount)
      journal.book(.transfer, .cash, awayBooked, in: period, billings[place].subject, cause)
    }
    payments[data.charge] = payment
    wake(Reference(.charge, data.charge))
    return nil
  }

  /// Money for an invoice: what is written off comes back, what is open is cleared, the rest is an overpayment, returned.
  mutating func receive(
    _ amount: Int64, settled: Int64?, from account: Account, _ place: Int, at time: Instant, _ cause: Cause
  ) throws(Refusal) -> ToldAndBooked {
    let period = ordinal(time)
    let excess: ToldAndBooked
    if case .uncollectible = billings[place].status {
      excess = billings[place].payWrittenOff(
        amount, settled: settled, from: account, asGain: settings.recoveredRevenueAsGains, in: period, cause, &journal)
    } else {
      excess = billings[place].clear(amount, settled: settled, from: account, in: period, cause, &journal)
    }
    try settleIfPaid(place, at: time)
    journal.book(account, .overpayments, excess.booked, in: period, billings[place].subject, cause)
    return excess
  }

  func expect(_ currency: Currency, in place: Int) throws(Refusal) {
    let expected = billings[place].currency
    guard currency == expected else { throw .currencyMismatch(expected: expected, found: currency) }
  }

  /// A payment that stands alone: an invoice of one line, billed and paid at once.
  private mutating func standAlone(_ data: ChargeSucceeded, _ fact: BookFact) throws(Refusal) {
    var amount = data.amount
    // What goes on to a connected account is not ours.
    if let destination = data.destination { amount += destination.applicationFee - destination.transferAmount }
    let splits = foreknown.overrides.splits(of: data.charge, amount: data.amount)
    // An imported booking date of the whole moves its booking; a split's moves the split's.
    let moment = splits.count == 1 && splits[0].name == nil ? splits[0].booked ?? fact.time : fact.time
    let billing = self.billing(
      data.charge, fact, at: moment, data.customer, data.currency, product: data.product, price: data.price)
    let contract = contracts.contract(of: data, at: moment)
    if let contract { try expect(data.currency, of: contract) }
    let settled = try settled(
      data.settlement, data.amount, data.currency, told: data.exchangeRate, to: billing.subject.currency,
      at: fact.time)
    let fee = try fee(data.fee, data.settlement, of: billing.subject, at: fact.time)
    // Its taxes are part of its amount, whatever they are called.
    let source = Allocator.Source(
      amount: amount, taxes: data.taxes.map { Tax(amount: $0.amount, inclusive: true) }, product: data.product,
      timing: .at(moment), bookedAt: moment, calendar: calendar, isLine: false, isExcluded: isExcluded([data.charge]),
      sellsCredit: foreknown.soldByCharge.contains(data.charge),
      components: contract == nil ? input.configuration.sellingPrices.components(of: data.product, at: moment) : nil)
    let rule = contract == nil ? input.applied[Reference(.charge, data.charge)] : nil
    let own = settled.map { Billing.share(of: $0, amount, data.amount) }
    try billAndPay(billing, source, splits, settled: own, rule: rule, contract: contract)
    book(fee, in: billing.booked, billing.cause)
    var payment = Payment(billing: billings.count - 1, amount: data.amount)
    payment.destination = data.destination
    payment.isAlone = true
    payments[data.charge] = payment
  }

  mutating func payOutside(_ data: InvoicePaidOutOfBand, _ fact: BookFact) throws(Refusal) -> Reference? {
    guard let place = billingPlaces[data.invoice] else { return Reference(.invoice, data.invoice) }
    try expect(data.currency, in: place)
    let settled = try settled(
      nil, data.amount, data.currency, to: billings[place].subject.currency, at: fact.time)
    let excess = try receive(data.amount, settled: settled, from: .externalAsset, place, at: fact.time, act(fact))
    billings[place].paidOutside += data.amount
    billings[place].overpaidOutside = billings[place].overpaidOutside + excess
    return nil
  }

  /// A delayed method was submitted; without an invoice nothing is booked until it succeeds.
  mutating func submit(_ data: ChargeAttempt, _ fact: BookFact) throws(Refusal) -> Reference? {
    guard let invoice = data.invoice else { return nil }
    guard let place = billingPlaces[invoice] else { return Reference(.invoice, invoice) }
    try expect(data.currency, in: place)
    // What has succeeded was submitted before, whatever is told of when.
    guard payments[data.charge] == nil else { return nil }
    var payment = Payment(billing: place, amount: data.amount)
    billings[place].submitted += data.amount
    // Until it is paid, it stands at the rate of the receivable that it clears.
    let open = billings[place].booked(clearing: max(0, min(data.amount, billings[place].openAsTold)))
    payment.overpaid = try receive(data.amount, settled: nil, from: .pendingCash, place, at: fact.time, act(fact))
    let isWrittenOff = if case .uncollectible = billings[place].status { true } else { false }
    let booked = isWrittenOff ? billings[place].booked(data.amount) : open + payment.overpaid.booked
    payment.pending = ToldAndBooked(told: data.amount, booked: booked)
    payments[data.charge] = payment
    wake(Reference(.charge, data.charge))
    return nil
  }

  /// What is submitted for an invoice and not confirmed is not received: it is written off with what is open, and from then on
  /// only what it left beyond that is on its way.
  mutating func takeSubmitted(_ place: Int) -> ToldAndBooked {
    var sum = ToldAndBooked.zero
    for charge in payments.keys(where: { $0.billing == place && $0.pending.told > 0 }) {
      guard let payment = payments[charge] else { continue }
      sum = sum + (payment.pending - payment.overpaid)
      payments[charge]?.pending = payment.overpaid
    }
    return sum
  }

  /// A delayed method failed: what it cleared is open again.
  mutating func fail(_ data: ChargeAttempt, _ fact: BookFact) -> Reference? {
    guard let payment = payments[data.charge] else {
      return data.invoice == nil ? nil : Reference(.charge, data.charge)
    }
    guard payment.pending.told > 0 else { return nil }
    let (cause, period) = (act(fact), ordinal(fact.time))
    let subject = billings[payment.billing].subject
    journal.book(.overpayments, .pendingCash, payment.overpaid.booked, in: period, subject, cause)
    billings[payment.billing].submitted -= payment.pending.told
    let cleared = payment.pending - payment.overpaid
    billings[payment.billing].lose(cleared, settled: nil, from: .pendingCash, in: period, cause, &journal)
    payments[data.charge]?.pending = .zero
    payments[data.charge]?.overpaid = .zero
    return nil
  }

  /// A payment that stood alone is put on an invoice: it is no revenue of its own any more.
  mutating func apply(_ data: ChargeApplication, _ fact: BookFact) throws(Refusal) -> Reference? {
    guard let payment = payments[data.charge], payment.isAlone else { return Reference(.charge, data.charge) }
    guard let invoice = billingPlaces[data.invoice] else { return Reference(.invoice, data.invoice) }
    try expect(data.currency, in: invoice)
    try expect(data.currency, in: payment.billing)
    let (cause, period) = (act(fact), ordinal(fact.time))
    let (from, to) = (billings[payment.billing].subject.currency, billings[invoice].subject.currency)
    var settled: Int64?
    if billings[payment.billing].presentment != nil || billings[invoice].presentment != nil {
      settled = try converted(
        billings[payment.billing].booked(taking: data.amount), from, to: to, at: fact.time)
    }
    let open = billings[invoice].openAsTold
    let wasOpen = billings[invoice].open
    let taking = take(data.amount, payment.billing, contra: .revenue, counter: .cash, in: period, cause)
    let overpaid = try receive(data.amount, settled: settled, from: .cash, invoice, at: fact.time, cause)
    let cleared = ToldAndBooked(
      told: open - billings[invoice].openAsTold, booked: wasOpen - billings[invoice].open)
    applications[data.application] = AppliedPayment(
      charge: data.charge, payment: payment.billing, taking: taking, invoice: invoice, amount: data.amount,
      settled: settled, cleared: cleared, overpaid: overpaid, overpaidLeft: overpaid, left: data.amount)
    payments[data.charge]?.applications.append(data.application)
    wake(Reference(.application, data.application))
    return nil
  }

  mutating func unapply(_ data: ChargeApplication, _ fact: BookFact) -> Reference? {
    guard let applied = applications.removeValue(forKey: data.application) else {
      return Reference(.application, data.application)
    }
    payments[applied.charge]?.applications.removeAll { $0 == data.application }
    let (cause, period) = (act(fact), ordinal(fact.time))
    billings[applied.payment].undo(applied.taking, in: period, cause, &journal)
    let subject = billings[applied.invoice].subject
    journal.book(.overpayments, .cash, applied.overpaid.booked, in: period, subject, cause)
    let told = applied.amount - applied.overpaid.told
    // What came in for a write-off had cleared nothing.
    let booked = applied.cleared.told == told ? applied.cleared.booked : billings[applied.invoice].booked(told)
    billings[applied.invoice].lose(
      ToldAndBooked(told: told, booked: booked), settled: applied.settled.map { $0 - applied.overpaid.booked },
      from: .cash, in: period, cause, &journal)
    return nil
  }

  mutating func expectNoMore(_ data: InvoiceReference, _ fact: BookFact) throws(Refusal) -> Reference? {
    guard let place = billingPlaces[data.invoice] else { return Reference(.invoice, data.invoice) }
    if case .open = billings[place].status { try settle(place, paidAt: fact.time) }
    billings[place].paidInFull = (ordinal(fact.time), act(fact))
    return nil
  }

  /// What payments, notes and balances of whatever date leave open of an invoice that is paid is an underpayment.
  mutating func settleUnderpayment(_ place: Int) {
    guard let paid = billings[place].paidInFull, billings[place].openAsTold >= 0 else { return }
    let period = billings[place].period(of: paid.period)
    _ = billings[place].clear(billings[place].openAsTold, from: .underpayments, in: period, paid.cause, &journal)
  }

  /// What waits for payment starts once nothing is open, whether money, a balance or a note paid the last of it. What is only
  /// submitted has paid nothing yet.
  mutating func settleIfPaid(_ place: Int, at time: Instant) throws(Refusal) {
    let billing = billings[place]
    let isPaid =
      switch billing.status {
      case .open: billing.openAsTold <= 0 && billing.submitted == 0
      case .voided: false
      case .uncollectible(let writeOff): writeOff.left <= 0
      }
    if isPaid { try settle(place, paidAt: time) }
  }

  /// Nothing is left open: what waited for payment is recognized from it on.
  private mutating func settle(_ place: Int, paidAt time: Instant) throws(Refusal) {
    let booked = billings[place].booked
    for line in billings[place].lines.indices {
      for part in billings[place].lines[line].parts.indices {
        let current = billings[place].lines[line].parts[part]
        guard case .paid(let offset, let over) = current.timing, current.streams.isEmpty else { continue }
        billings[place].lines[line].settleLongTerm(before: max(ordinal(time), booked))
        let moment = max(time, calendar.start(of: AccountingPeriod(ordinal: Int32(booked))))
        let timing = Allocator.custom(from: moment, offset: offset, over: over, calendar)
        let discount = current.discount(from: booked)
        guard
          let schedule = try schedule(current.left - current.recovered + discount, timing, booked: booked)
        else { continue }
        let taken = discount == 0 ? nil : try self.schedule(discount, timing, booked: booked)
        billings[place].lines[line].parts[part].streams = [
          Part.Stream(cause: billings[place].cause, schedule: schedule, discount: taken)
        ]
      }
    }
  }
}
