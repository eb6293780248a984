import Accounting
import Messages

// What is billed: invoices, and payments that stand alone.
extension Walk {
  mutating func finalize(_ data: InvoiceFinalized, _ fact: BookFact) throws(Refusal) {
    var billing = self.billing(data.invoice, fact, at: fact.time, data.customer, data.currency)
    for line in data.lines { billing.lines.append(try self.line(line, of: data, at: fact.time, in: billing)) }
    let billed = billing.lines.reduce(Int128(0)) { $0 + Int128($1.billed) }
    guard billed.magnitude <= UInt128(FactLimits.amountMinorUnits) else { throw .amountTooLarge }
    let place = billings.count
    billingPlaces[data.invoice] = place
    for (index, line) in data.lines.enumerated() {
      linePlaces[line.line] = (place, index)
      if let item = line.subscriptionItem.flatMap({ itemPlaces[$0] }) {
        items[item].bills.append(
          UsageItem.Bill(billing: place, line: index, end: line.period?.end, finalizedAt: fact.time))
      }
      if let item = line.invoiceItem.flatMap({ pendingPlaces[$0] }) { pendingItems[item].bill(at: billing.booked) }
    }
    applyCredits(data, to: &billing)
    applyBalance(data.balanceApplied, to: &billing)
    billings.append(billing)
    wake(Reference(.invoice, data.invoice))
    for line in data.lines { wake(Reference(.line, line.line)) }
  }

  func billing(
    _ id: String, _ fact: BookFact, at moment: Instant, _ customer: String?, _ currency: Currency,
    product: String? = nil, price: String? = nil
  ) -> Billing {
    let booked = ordinal(moment)
    let subject = EntrySubject(
      transaction: id, customer: customer, product: product, price: price, currency: currency,
      booked: AccountingPeriod(ordinal: Int32(booked)))
    return Billing(
      id: id, cause: act(fact), subject: subject, currency: currency, bookedAt: moment, booked: booked)
  }

  private func line(
    _ data: InvoiceLine, of invoice: InvoiceFinalized, at moment: Instant, in billing: Billing
  ) throws(Refusal) -> Line {
    let metered = data.subscriptionItem.flatMap { itemPlaces[$0] }
    let pending = data.invoiceItem.flatMap { pendingPlaces[$0] }
    let own: Timing = metered != nil ? .at(moment) : data.period.map { .over($0) } ?? .at(moment)
    let promotional = data.credits.reduce(0) { $0 + ($1.category == .promotional ? $1.amount : 0) }
    let source = Allocator.Source(
      amount: data.amount, discount: data.discount + promotional, taxes: data.taxes, product: data.product,
      timing: own, bookedAt: moment, isLine: true, keepsTiming: metered != nil || pending != nil,
      isExcluded: isExcluded([invoice.invoice, data.line, data.invoiceItem, data.subscriptionItem]),
      sellsCredit: foreknown.soldByLine.contains(data.line))
    let subject = EntrySubject(
      transaction: invoice.invoice, line: data.line, customer: invoice.customer, product: data.product,
      price: data.price, currency: invoice.currency, booked: billing.subject.booked)
    var line = try line(
      data.line, subject, billing.cause, billing.booked, data.quantity, source,
      input.applied[Reference(.line, data.line)])
    if let metered { accrueUsage(of: &line, item: items[metered], end: data.period?.end, at: moment) }
    if let pending { try accrueEarlier(of: &line, item: pendingItems[pending], source) }
    return line
  }

  /// A line of this allocation, with the schedule of each part.
  func line(
    _ id: String, _ subject: EntrySubject, _ cause: Cause, _ booked: Int, _ quantity: ExactDecimal?,
    _ source: Allocator.Source, _ rule: AppliedRule?
  ) throws(Refusal) -> Line {
    let allocation = try Allocator.allocate(source, rule: rule)
    var line = Line(
      id: id, subject: subject, cause: cause, booked: booked, quantity: quantity, allocation: allocation)
    for share in allocation.shares {
      let schedule = try schedule(share.amount, share.timing, booked: booked)
      line.parts.append(
        Part(
          subject: subject, amount: share.amount, timing: share.timing,
          streams: schedule.map { [Part.Stream(cause: cause, schedule: $0)] } ?? []))
    }
    return line
  }

  /// Lays a share over time; nil while it waits for a payment. Service before the booking is caught up in its period, unless
  /// the account restates.
  func schedule(_ amount: Int64, _ timing: Timing, booked: Int) throws(Refusal) -> Schedule? {
    var schedule: Schedule
    switch timing {
    case .at(let moment): schedule = .atOnce(amount, in: max(ordinal(moment), booked))
    case .fulfilled(let fallback): schedule = .atOnce(amount, in: max(ordinal(fallback), booked))
    case .over(let period):
      schedule = try straightLine.schedule(amount, over: period)
      if settings.catchUpRevenue { schedule.fold(into: booked) }
    case .paid: return nil
    }
    guard schedule.end - booked <= ScheduleLimits.periods, booked - schedule.first <= ScheduleLimits.periods else {
      throw .periodTooLong
    }
    return schedule
  }

  /// Bills one line that is paid at once.
  mutating func billAndPay(
    _ billing: Billing, _ amount: Int64, _ source: Allocator.Source, rule: AppliedRule?
  ) throws(Refusal) {
    var billing = billing
    billing.lines = [
      try line(billing.id, billing.subject, billing.cause, billing.booked, nil, source, rule)
    ]
    let place = billings.count
    _ = billing.clear(amount, from: billing.cash, in: billing.booked, billing.cause, &journal)
    billingPlaces[billing.id] = place
    billings.append(billing)
  }
}
