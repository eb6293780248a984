import Accounting
import Messages

// What is billed: invoices, and payments that stand alone.
extension Walk {
  mutating func finalize(_ data: InvoiceFinalized, _ fact: BookFact) throws(Refusal) {
    var billing = self.billing(
      data.invoice, fact, at: fact.time, data.customer, data.currency, book: try book(of: data, at: fact.time))
    let conversion = try conversion(
      from: data.currency, to: billing.subject.currency, told: data.exchangeRate, at: fact.time)
    billing.presentment = conversion.map { Presentment(currency: data.currency, conversion: $0) }
    let owed = try conversion?.convert(min(data.balanceApplied, 0)) ?? min(data.balanceApplied, 0)
    for line in data.lines { try bill(line, of: data, at: fact.time, in: &billing) }
    try moveContracts(by: billing)
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
      if let item = line.invoiceItem.flatMap({ pendingPlaces[$0] }) {
        pendingItems[item].bill(at: fact.time, in: billing.subject.currency)
      }
    }
    applyCredits(data, to: &billing)
    applyBalance(data.balanceApplied, owed: -owed, to: &billing)
    billings.append(billing)
    try settleIfPaid(place, at: fact.time)
    guard isAwaited else { return }
    wake(Reference(.invoice, data.invoice))
    for line in data.lines { wake(Reference(.line, line.line)) }
  }

  func billing(
    _ id: String, _ fact: BookFact, at moment: Instant, _ customer: String?, _ currency: Currency,
    product: String? = nil, price: String? = nil, book: Currency? = nil
  ) -> Billing {
    let booked = ordinal(moment)
    let subject = EntrySubject(
      transaction: id, customer: customer, product: product, price: price,
      currency: book ?? bookCurrency(of: currency, at: moment), booked: AccountingPeriod(ordinal: Int32(booked)))
    return Billing(
      id: id, cause: act(fact), subject: subject, currency: currency, bookedAt: moment, booked: booked)
  }

  private mutating func bill(
    _ data: InvoiceLine, of invoice: InvoiceFinalized, at moment: Instant, in billing: inout Billing
  ) throws(Refusal) {
    let metered = data.subscriptionItem.flatMap { itemPlaces[$0] }
    let pending = pendingItem(billedBy: data, of: invoice)
    let own: Timing = metered != nil ? .at(moment) : data.period.map { .over($0) } ?? .at(moment)
    let contract = metered == nil ? contracts.contract(of: data, invoice, at: moment) : nil
    if let contract { try expect(invoice.currency, of: contract) }
    let promotional = data.credits.reduce(0) { $0 + ($1.category == .promotional ? $1.amount : 0) }
    var source = Allocator.Source(
      amount: data.amount, discount: data.discount + promotional, taxes: data.taxes, product: data.product,
      timing: own, bookedAt: moment, calendar: calendar, isLine: true, keepsTiming: metered != nil || pending != nil,
      isExcluded: isExcluded([invoice.invoice, data.line, data.invoiceItem, data.subscriptionItem, data.contractItem]),
      sellsCredit: foreknown.soldByLine.contains(data.line),
      override: metered == nil && contract == nil
        ? foreknown.overrides.period(ofLine: data.line, of: invoice.invoice) : nil,
      components: contract == nil ? input.configuration.sellingPrices.components(of: data.product, at: moment) : nil)
    source.showsDiscount = settings.discountsAsContra && !source.keepsTiming && contract == nil
    source.money = billing.presentment?.conversion.map { .converted($0) } ?? .asTold
    let subject = EntrySubject(
      transaction: invoice.invoice, line: data.line, customer: invoice.customer, product: data.product,
      price: data.price, currency: billing.subject.currency, booked: billing.subject.booked)
    var line = try line(
      data.line, subject, billing.cause, billing.booked, data.quantity, source,
      contract == nil ? input.applied[Reference(.line, data.line)] : nil)
    let conversion = billing.presentment?.conversion
    if let contract {
      try bill(contract, with: &line, item: pending.map { pendingItems[$0] }, at: moment, conversion)
      return billing.bill(line)
    }
    if let metered {
      try accrueUsage(of: &line, item: items[metered], end: data.period?.end, at: moment, conversion)
    }
    if let pending { try accrueEarlier(of: &line, item: pendingItems[pending], source, conversion) }
    billing.bill(line)
  }

  /// The item that a line bills: the first line that names it does.
  private func pendingItem(billedBy line: InvoiceLine, of invoice: InvoiceFinalized) -> Int? {
    guard let item = line.invoiceItem, let place = pendingPlaces[item], pendingItems[place].billed == nil,
      invoice.lines.first(where: { $0.invoiceItem == item })?.line == line.line
    else { return nil }
    return place
  }

  /// A line of this allocation, with the schedule of each part.
  func line(
    _ id: String, _ subject: EntrySubject, _ cause: Cause, _ booked: Int, _ quantity: ExactDecimal?,
    _ source: Allocator.Source, _ rule: AppliedRule?
  ) throws(Refusal) -> Line {
    let told = try Allocator.allocate(source, rule: rule)
    let allocation = try Allocator.book(told, source, rule: rule)
    var line = Line(
      id: id, subject: subject, cause: cause, booked: booked, quantity: quantity, allocation: allocation)
    if !source.money.isAsTold { line.told = told }
    for (index, share) in allocation.shares.enumerated() {
      let schedule = try schedule(share.amount + share.discount, share.timing, booked: booked)
      let discount = share.discount == 0 ? nil : try self.schedule(share.discount, share.timing, booked: booked)
      line.parts.append(
        Part(
          subject: subject.with(product: share.product), amount: share.amount, timing: share.timing,
          streams: schedule.map { [Part.Stream(cause: cause, schedule: $0, discount: discount)] } ?? []))
      line.parts[index].discount = share.discount
      if !source.money.isAsTold { line.parts[index].told = told.shares[index].amount }
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
    case .paid(let offset, let over):
      // Whether it can be laid over time is known before it is paid.
      let start = calendar.start(of: AccountingPeriod(ordinal: Int32(booked)))
      _ = try self.schedule(amount, Allocator.custom(from: start, offset: offset, over: over, calendar), booked: booked)
      return nil
    }
    guard schedule.end - booked <= ScheduleLimits.periods, booked - schedule.first <= ScheduleLimits.periods else {
      throw .periodTooLong
    }
    return schedule
  }

  /// Bills what is paid at once: a line, or a line for each split that was told.
  mutating func billAndPay(
    _ billing: Billing, _ source: Allocator.Source, _ splits: [Overrides.Split], settled: Int64?, rule: AppliedRule?,
    contract: Int? = nil
  ) throws(Refusal) {
    var billing = billing
    if settled != nil { billing.presentment = Presentment(currency: billing.currency, conversion: nil) }
    let weights = splits.map(\.amount)
    let amounts = Spreading.spread(source.amount, over: weights)
    let money = settled.map { Spreading.spread($0, over: weights) }
    let taxes = Spreading.spread(source.taxes.reduce(0) { $0 + $1.amount }, over: weights)
    for (index, split) in splits.enumerated() {
      var part = source
      part.amount = amounts[index]
      part.taxes = taxes[index] == 0 ? [] : [Tax(amount: taxes[index], inclusive: true)]
      part.override = split.period
      if let money { part.money = .settled(money[index]) }
      var (subject, booked) = (billing.subject, billing.booked)
      if let moment = split.booked, split.name != nil {
        booked = ordinal(moment)
        part.bookedAt = moment
        if case .at = part.timing { part.timing = .at(moment) }
      }
      if let name = split.name { subject = subject.with(line: name, booked: booked) }
      var line = try line(split.name ?? billing.id, subject, billing.cause, booked, nil, part, rule)
      if let contract { try bill(contract, with: &line, item: nil, at: part.bookedAt, nil) }
      billing.bill(line)
    }
    try moveContracts(by: billing)
    billing.presentment?.clearAll(in: billing.booked)
    for index in billing.lines.indices {
      billing.clear(
        line: index, billing.lines[index].billed, from: billing.cash, in: billing.lines[index].booked, billing.cause,
        &journal)
    }
    billingPlaces[billing.id] = billings.count
    billings.append(billing)
  }
}

extension Billing {
  /// Adds a line to what is billed.
  mutating func bill(_ line: Line) {
    lines.append(line)
    guard presentment != nil else { return }
    let told = line.told ?? line.allocation
    presentment?.bill(Presentment.Share(billed: told.billed, excluded: told.excluded, tax: told.tax), in: booked)
  }
}

extension EntrySubject {
  /// The subject of a part with a product of its own.
  func with(product: String?) -> EntrySubject {
    if product == self.product { return self }
    return EntrySubject(
      transaction: transaction, line: line, customer: customer, product: product, price: price, currency: currency,
      booked: booked)
  }

  /// The subject of a part by its name, booked in a period of its own.
  func with(line: String, booked: Int) -> EntrySubject {
    EntrySubject(
      transaction: transaction, line: line, customer: customer, product: product, price: price, currency: currency,
      booked: AccountingPeriod(ordinal: Int32(booked)))
  }
}
