import Accounting
import Messages

/// Money that came in.
struct Payment {
  /// What it paid.
  let billing: Int
  let amount: Int64
  /// What it left beyond what was open, as far as it was not given back.
  var overpaid: Int64 = 0
  /// What is submitted and not confirmed.
  var pending: Int64 = 0
  /// What is on its way to a connected account, as a share of the whole.
  var destination: ChargeSucceeded.Destination?
  /// Whether it stands alone.
  var isAlone = false
}

/// A payment that was put on an invoice.
struct AppliedPayment {
  let payment: Int
  let taking: Taking
  let invoice: Int
  let amount: Int64
  let overpaid: Int64
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
    var payment = Payment(billing: place, amount: data.amount)
    payment.destination = data.destination
    // What was submitted is confirmed first; only what goes beyond it clears anything.
    let confirmed = payments[data.charge].map { min($0.pending, data.amount) } ?? 0
    payment.overpaid = payments[data.charge]?.overpaid ?? 0
    journal.book(.cash, .pendingCash, confirmed, in: period, billings[place].subject, cause)
    payment.overpaid += try receive(data.amount - confirmed, from: .cash, place, at: fact.time, cause)
    journal.book(.fees, .cash, data.fee, in: period, billings[place].subject, cause)
    if let destination = data.destination {
      let away = destination.transferAmount - destination.applicationFee
      journal.book(.transfer, .cash, away, in: period, billings[place].subject, cause)
    }
    payments[data.charge] = payment
    wake(Reference(.charge, data.charge))
    return nil
  }

  /// Money for an invoice: what is written off comes back, what is open is cleared, the rest is an overpayment, returned.
  mutating func receive(
    _ amount: Int64, from account: Account, _ place: Int, at time: Instant, _ cause: Cause
  ) throws(Refusal) -> Int64 {
    let period = ordinal(time)
    let excess: Int64
    if case .uncollectible = billings[place].status {
      excess = billings[place].payWrittenOff(
        amount, from: account, asGain: settings.recoveredRevenueAsGains, in: period, cause, &journal)
    } else {
      let wasOpen = billings[place].open
      excess = billings[place].clear(amount, from: account, in: period, cause, &journal)
      if wasOpen > 0, billings[place].open == 0 { try settle(place, paidAt: time) }
    }
    journal.book(account, .overpayments, excess, in: period, billings[place].subject, cause)
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
    // Its taxes are part of its amount, whatever they are called.
    let source = Allocator.Source(
      amount: amount, taxes: data.taxes.map { Tax(amount: $0.amount, inclusive: true) }, product: data.product,
      timing: .at(moment), bookedAt: moment, calendar: calendar, isLine: false, isExcluded: isExcluded([data.charge]),
      sellsCredit: foreknown.soldByCharge.contains(data.charge),
      components: contract == nil ? input.configuration.sellingPrices.components(of: data.product, at: moment) : nil)
    let rule = contract == nil ? input.applied[Reference(.charge, data.charge)] : nil
    try billAndPay(billing, source, splits, rule: rule, contract: contract)
    journal.book(.fees, .cash, data.fee, in: billing.booked, billing.subject, billing.cause)
    var payment = Payment(billing: billings.count - 1, amount: data.amount)
    payment.destination = data.destination
    payment.isAlone = true
    payments[data.charge] = payment
  }

  mutating func payOutside(_ data: InvoicePaidOutOfBand, _ fact: BookFact) throws(Refusal) -> Reference? {
    guard let place = billingPlaces[data.invoice] else { return Reference(.invoice, data.invoice) }
    try expect(data.currency, in: place)
    _ = try receive(data.amount, from: .externalAsset, place, at: fact.time, act(fact))
    billings[place].paidOutside += data.amount
    return nil
  }

  /// A delayed method was submitted; without an invoice nothing is booked until it succeeds.
  mutating func submit(_ data: ChargeAttempt, _ fact: BookFact) throws(Refusal) -> Reference? {
    guard let invoice = data.invoice else { return nil }
    guard let place = billingPlaces[invoice] else { return Reference(.invoice, invoice) }
    try expect(data.currency, in: place)
    var payment = Payment(billing: place, amount: data.amount)
    payment.pending = data.amount
    payment.overpaid = try receive(data.amount, from: .pendingCash, place, at: fact.time, act(fact))
    payments[data.charge] = payment
    wake(Reference(.charge, data.charge))
    return nil
  }

  /// A delayed method failed: what it cleared is open again, or bad debt if it was written off meanwhile.
  mutating func fail(_ data: ChargeAttempt, _ fact: BookFact) -> Reference? {
    guard let payment = payments[data.charge], payment.pending > 0 else {
      return data.invoice == nil ? nil : Reference(.charge, data.charge)
    }
    let (cause, period) = (act(fact), ordinal(fact.time))
    let subject = billings[payment.billing].subject
    journal.book(.overpayments, .pendingCash, payment.overpaid, in: period, subject, cause)
    let cleared = payment.pending - payment.overpaid
    if case .uncollectible = billings[payment.billing].status {
      journal.book(.badDebt, .pendingCash, cleared, in: period, subject, cause)
    } else {
      billings[payment.billing].reopen(cleared, from: .pendingCash, in: period, cause, &journal)
    }
    payments[data.charge]?.pending = 0
    payments[data.charge]?.overpaid = 0
    return nil
  }

  /// A payment that stood alone is put on an invoice: it is no revenue of its own any more.
  mutating func apply(_ data: ChargeApplication, _ fact: BookFact) throws(Refusal) -> Reference? {
    guard let payment = payments[data.charge], payment.isAlone else { return Reference(.charge, data.charge) }
    guard let invoice = billingPlaces[data.invoice] else { return Reference(.invoice, data.invoice) }
    try expect(data.currency, in: invoice)
    let (cause, period) = (act(fact), ordinal(fact.time))
    let taking = take(data.amount, payment.billing, contra: .revenue, counter: .cash, in: period, cause)
    let overpaid = try receive(data.amount, from: .cash, invoice, at: fact.time, cause)
    applications[data.application] = AppliedPayment(
      payment: payment.billing, taking: taking, invoice: invoice, amount: data.amount, overpaid: overpaid)
    wake(Reference(.application, data.application))
    return nil
  }

  mutating func unapply(_ data: ChargeApplication, _ fact: BookFact) -> Reference? {
    guard let applied = applications.removeValue(forKey: data.application) else {
      return Reference(.application, data.application)
    }
    let (cause, period) = (act(fact), ordinal(fact.time))
    billings[applied.payment].undo(applied.taking, in: period, cause, &journal)
    let subject = billings[applied.invoice].subject
    journal.book(.overpayments, .cash, applied.overpaid, in: period, subject, cause)
    billings[applied.invoice].reopen(applied.amount - applied.overpaid, from: .cash, in: period, cause, &journal)
    return nil
  }

  mutating func expectNoMore(_ data: InvoiceReference, _ fact: BookFact) -> Reference? {
    guard let place = billingPlaces[data.invoice] else { return Reference(.invoice, data.invoice) }
    billings[place].paidInFull = (ordinal(fact.time), act(fact))
    return nil
  }

  /// What payments, notes and balances of whatever date leave open of an invoice that is paid is an underpayment.
  mutating func settleUnderpayment(_ place: Int) {
    guard let paid = billings[place].paidInFull, billings[place].open > 0 else { return }
    let period = billings[place].period(of: paid.period)
    _ = billings[place].clear(billings[place].open, from: .underpayments, in: period, paid.cause, &journal)
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
        guard let schedule = try schedule(current.left - current.recovered, timing, booked: booked) else { continue }
        billings[place].lines[line].parts[part].streams = [
          Part.Stream(cause: billings[place].cause, schedule: schedule)
        ]
      }
    }
  }
}

extension Billing {
  /// Money that had cleared something is gone: so much is open again.
  mutating func reopen(
    _ amount: Int64, from account: Account, in period: Int, _ cause: Cause, _ journal: inout Journal
  ) {
    let cleared = lines.map(\.cleared)
    let forLines = min(amount, max(cleared.reduce(0, +), 0))
    let shares = spread(forLines, over: lines.map(\.billed), within: cleared)
    for index in lines.indices where shares[index] != 0 {
      let line = lines[index]
      let excluded = line.allocation.excluded
      let parts = Spreading.spread(
        shares[index], over: [line.billed - excluded, excluded],
        within: [line.cleared - line.clearedExcluded, line.clearedExcluded]
      ).shares
      lines[index].cleared -= shares[index]
      lines[index].clearedExcluded -= parts[1]
      journal.book(.accountsReceivable, account, parts[0], in: period, line.subject, cause)
      journal.book(.exclusion, account, parts[1], in: period, line.subject, cause)
    }
    owed += amount - forLines
    journal.book(.accountsReceivable, account, amount - forLines, in: period, subject, cause)
  }
}
