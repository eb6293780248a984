import Accounting
import Messages

/// Walks through a book's facts in the order in which they act, and keeps what they amount to.
struct Walk {
  let input: BookInput
  var journal = Journal()
  var output = BookOutput()
  var billings: [Billing] = []
  var items: [UsageItem] = []
  private var billingPlaces: [String: Int] = [:]
  private var linePlaces: [String: (billing: Int, line: Int)] = [:]
  private var itemPlaces: [String: Int] = [:]
  /// Facts that speak of what is not known yet, by what they wait for.
  private var pending: [Reference: [Int]] = [:]
  private var reversed: Set<String> = []

  init(_ input: BookInput) {
    self.input = input
  }

  var settings: Settings { input.configuration.settings }
  var calendar: Calendar { settings.calendar }
  var straightLine: StraightLine { StraightLine(amortization: settings.amortization, calendar: settings.calendar) }

  func ordinal(_ moment: Instant) -> Int { Int(calendar.period(containing: moment).ordinal) }

  /// The whole book.
  mutating func run() -> BookOutput {
    let story = Story(input.facts)
    output.refusals = story.refusals
    output.duplicates = story.duplicates
    for event in story.events {
      if case .obligationReversed(let data) = input.facts[event.index].fact { reversed.insert(data.fulfillment) }
    }
    for event in story.events { act(event.index) }
    finish()
    return output
  }

  private mutating func act(_ index: Int) {
    let fact = input.facts[index]
    do throws(Refusal) {
      switch fact.fact {
      case .subscriptionItemDefined(let data): define(data, at: fact.time, index)
      case .usageTotaled(let data):
        guard let place = itemPlaces[data.subscriptionItem] else {
          return wait(index, for: Reference(.subscriptionItem, data.subscriptionItem))
        }
        items[place].slices.append(data)
      case .invoiceFinalized(let data): try finalize(data, fact)
      case .chargeSucceeded(let data):
        guard let invoice = data.invoice else { return try standAlone(data, fact) }
        guard let place = billingPlaces[invoice] else { return wait(index, for: Reference(.invoice, invoice)) }
        try pay(billings[place].currency, data, at: fact.time, place)
      case .obligationFulfilled(let data): try fulfill(data, index)
      case .obligationReversed(let data):
        let known = input.facts.contains {
          if case .obligationFulfilled(let other) = $0.fact { other.fulfillment == data.fulfillment } else { false }
        }
        if !known { wait(index, for: Reference(.fulfillment, data.fulfillment)) }
      default:
        preconditionFailure("the story holds only facts that can be booked")
      }
    } catch {
      output.refusals.append((fact.id, error))
    }
  }

  private mutating func wait(_ index: Int, for reference: Reference) {
    pending[reference, default: []].append(index)
  }

  /// Lets act what waited for a thing that is known now.
  private mutating func wake(_ reference: Reference) {
    guard !pending.isEmpty, let waiting = pending.removeValue(forKey: reference) else { return }
    for index in waiting { act(index) }
  }

  private mutating func finish() {
    for place in billings.indices {
      for line in billings[place].lines.indices {
        if settings.longTermDeferred { billings[place].lines[line].bookLongTerm(in: &journal) }
        billings[place].lines[line].bookRevenue(in: &journal)
      }
    }
    for item in items { bookUsage(of: item) }
    for (reference, indexes) in pending {
      for index in indexes { output.waiting.append((input.facts[index].id, reference)) }
    }
    output.waiting.sort { ($0.fact, $0.for.description) < ($1.fact, $1.for.description) }
    output.runs = journal.runs
  }
}

// MARK: - Usage

extension Walk {
  private mutating func define(_ data: SubscriptionItemDefined, at time: Instant, _ index: Int) {
    if let place = itemPlaces[data.subscriptionItem] {
      items[place].versions.append((time, data))
      return
    }
    itemPlaces[data.subscriptionItem] = items.count
    items.append(UsageItem(id: data.subscriptionItem, versions: [(time, data)]))
    wake(Reference(.subscriptionItem, data.subscriptionItem))
  }

  /// Books what usage accrues, and takes back what invoices bill of it.
  private mutating func bookUsage(of item: UsageItem) {
    let meter = UsageSchedule(item: item, calendar: calendar)
    let definition = item.latest
    let cause = Cause(type: "subscription_item", id: item.id)
    for group in meter.groups {
      guard let first = group.first else { continue }
      let subject = EntrySubject(
        transaction: item.id, customer: definition.customer, product: definition.product, price: definition.price,
        currency: definition.currency, booked: AccountingPeriod(ordinal: Int32(first)))
      journal.book(.unbilledAccountsReceivable, .revenue, group.accrued, from: first, subject, cause)
      guard let bill = group.bill else { continue }
      let line = billings[bill.billing].lines[bill.line]
      let before = group.amount(through: line.booked)
      journal.book(.revenue, .unbilledAccountsReceivable, before, in: line.booked, line.subject, line.cause)
      let later = max(line.booked + 1 - first, 0)
      if later < group.accrued.count {
        journal.book(
          .revenue, .unbilledAccountsReceivable, Array(group.accrued[later...]), from: first + later, line.subject,
          line.cause)
      }
    }
  }
}

// MARK: - Invoices and payments

extension Walk {
  private mutating func finalize(_ data: InvoiceFinalized, _ fact: BookFact) throws(Refusal) {
    let booked = ordinal(fact.time)
    let period = AccountingPeriod(ordinal: Int32(booked))
    let cause = Cause(type: FactType.invoiceFinalized.rawValue, id: data.invoice)
    var billing = Billing(
      id: data.invoice, cause: cause,
      subject: EntrySubject(
        transaction: data.invoice, customer: data.customer, currency: data.currency, booked: period),
      currency: data.currency, bookedAt: fact.time, booked: booked)
    for line in data.lines {
      let metered = line.subscriptionItem.flatMap { itemPlaces[$0] } != nil
      let own: Timing = metered ? .at(fact.time) : line.period.map { .over($0) } ?? .at(fact.time)
      let source = Allocator.Source(
        amount: line.amount, discount: line.discount, taxes: line.taxes, product: line.product, timing: own,
        bookedAt: fact.time, isLine: true, keepsTiming: metered)
      let subject = EntrySubject(
        transaction: data.invoice, line: line.line, customer: data.customer, product: line.product, price: line.price,
        currency: data.currency, booked: period)
      billing.lines.append(
        try self.line(
          line.line, subject, cause, booked, line.quantity, source, input.applied[Reference(.line, line.line)]))
    }
    billing.open = billing.lines.reduce(0) { $0 + $1.allocation.billed }
    guard billing.open.magnitude <= UInt64(FactLimits.amountMinorUnits) else { throw .amountTooLarge }
    let place = billings.count
    billings.append(billing)
    billingPlaces[data.invoice] = place
    for (index, line) in data.lines.enumerated() {
      linePlaces[line.line] = (place, index)
      if let item = line.subscriptionItem, let itemPlace = itemPlaces[item] {
        items[itemPlace].bills.append(
          UsageItem.Bill(billing: place, line: index, end: line.period?.end, finalizedAt: fact.time))
      }
    }
    wake(Reference(.invoice, data.invoice))
    for line in data.lines { wake(Reference(.line, line.line)) }
  }

  /// A payment that stands alone: an invoice of one line, billed and paid at once.
  private mutating func standAlone(_ data: ChargeSucceeded, _ fact: BookFact) throws(Refusal) {
    let booked = ordinal(fact.time)
    let cause = Cause(type: FactType.chargeSucceeded.rawValue, id: data.charge)
    let subject = EntrySubject(
      transaction: data.charge, customer: data.customer, product: data.product, price: data.price,
      currency: data.currency, booked: AccountingPeriod(ordinal: Int32(booked)))
    // Its taxes are part of its amount, whatever they are called.
    let source = Allocator.Source(
      amount: data.amount, discount: 0, taxes: data.taxes.map { Tax(amount: $0.amount, inclusive: true) },
      product: data.product, timing: .at(fact.time), bookedAt: fact.time, isLine: false, keepsTiming: false)
    var billing = Billing(
      id: data.charge, cause: cause, subject: subject, currency: data.currency, bookedAt: fact.time, booked: booked)
    billing.lines = [
      try line(data.charge, subject, cause, booked, nil, source, input.applied[Reference(.charge, data.charge)])
    ]
    billing.open = billing.lines[0].allocation.billed
    billing.pay(data.amount, from: .cash, in: booked, cause, &journal)
    journal.book(.fees, .cash, data.fee, in: booked, subject, cause)
    billings.append(billing)
  }

  private func line(
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
  private func schedule(_ amount: Int64, _ timing: Timing, booked: Int) throws(Refusal) -> Schedule? {
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

  private mutating func pay(
    _ currency: Currency, _ data: ChargeSucceeded, at time: Instant, _ place: Int
  ) throws(Refusal) {
    guard data.currency == currency else { throw .currencyMismatch(expected: currency, found: data.currency) }
    let cause = Cause(type: FactType.chargeSucceeded.rawValue, id: data.charge)
    let period = ordinal(time)
    let wasOpen = billings[place].open
    billings[place].pay(data.amount, from: .cash, in: period, cause, &journal)
    journal.book(.fees, .cash, data.fee, in: period, billings[place].subject, cause)
    if wasOpen > 0, billings[place].open == 0 { try settle(place, paidAt: time) }
  }

  /// Nothing is left open: what waited for payment is recognized from it on.
  private mutating func settle(_ place: Int, paidAt time: Instant) throws(Refusal) {
    for line in billings[place].lines.indices {
      for part in billings[place].lines[line].parts.indices {
        let current = billings[place].lines[line].parts[part]
        guard case .paid(let offset, let over) = current.timing, current.streams.isEmpty else { continue }
        let booked = billings[place].booked
        billings[place].lines[line].settleLongTerm(before: max(ordinal(time), booked))
        let moment = max(time, calendar.start(of: AccountingPeriod(ordinal: Int32(booked))))
        guard
          let schedule = try schedule(
            current.amount, Allocator.custom(from: moment, offset: offset, over: over), booked: booked)
        else { continue }
        billings[place].lines[line].parts[part].streams = [
          Part.Stream(cause: billings[place].cause, schedule: schedule)
        ]
      }
    }
  }
}

// MARK: - Fulfillments

extension Walk {
  private mutating func fulfill(_ data: ObligationFulfilled, _ index: Int) throws(Refusal) {
    guard !reversed.contains(data.fulfillment), case .invoiceLine(let id) = data.target else { return }
    guard let place = linePlaces[id] else { return wait(index, for: Reference(.line, id)) }
    var line = billings[place.billing].lines[place.line]
    let (lines, catchUp, booked) = (straightLine, settings.catchUpRevenue, line.booked)
    line.settleLongTerm(before: max(ordinal(data.start), booked))
    try line.fulfill(data, in: billings[place.billing].currency) { amount throws(Refusal) in
      let period = ServicePeriod(start: data.start, end: data.end ?? data.start)
      var schedule = try lines.schedule(amount, over: period)
      if catchUp { schedule.fold(into: booked) }
      guard schedule.end - booked <= ScheduleLimits.periods, booked - schedule.first <= ScheduleLimits.periods else {
        throw .periodTooLong
      }
      return schedule
    }
    billings[place.billing].lines[place.line] = line
  }
}

/// Every entry that a book should have, past and scheduled, with what is refused and what waits for what. Pure: the order of
/// arrival changes nothing but which of two identical deliveries counts as the first.
public func entries(_ book: BookInput) -> BookOutput {
  var walk = Walk(book)
  return walk.run()
}
