import Accounting
import Messages

// What an earlier system had booked when this one took over.
extension Walk {
  /// Books a line or contract as it stood at cut-over, in the period before; what is left is recognized as told. From then on it
  /// is a line as any other.
  mutating func open(_ data: OpeningBalanceRecorded, _ fact: BookFact) throws(Refusal) {
    guard let id = data.line ?? data.contract else { return }
    if data.line == nil, let place = contracts.place(of: id) { return try open(data, of: place, fact) }
    let first = ordinal(data.on)
    let booked = first - 1
    let schedule = try data.schedule(from: first, in: calendar)
    let subject = EntrySubject(
      transaction: id, line: data.line, customer: data.customer, currency: data.currency,
      booked: AccountingPeriod(ordinal: Int32(booked)))
    let start = calendar.start(of: AccountingPeriod(ordinal: Int32(booked)))
    var billing = Billing(
      id: id, cause: act(fact), subject: subject, currency: data.currency, bookedAt: start, booked: booked)
    let share = Allocation.Share(amount: data.billed, timing: .at(start), product: nil)
    var line = Line(
      id: id, subject: subject, cause: billing.cause, booked: booked, quantity: nil,
      allocation: Allocation(shares: [share], tax: 0))
    line.parts = [
      Part(
        subject: subject, amount: data.billed, timing: share.timing,
        streams: [Part.Stream(cause: billing.cause, schedule: schedule)])
    ]
    line.cleared = data.billed - data.receivable
    journal.book(.cash, .accountsReceivable, line.cleared, in: booked, subject, billing.cause)
    billing.lines = [line]
    billingPlaces[id] = billings.count
    if data.line != nil { linePlaces[id] = (billings.count, 0) }
    billings.append(billing)
    wake(Reference(.invoice, id))
    wake(Reference(.line, id))
  }

  /// Books what was billed of a contract that is known; what it recognizes is known before.
  private mutating func open(_ data: OpeningBalanceRecorded, of place: Int, _ fact: BookFact) throws(Refusal) {
    _ = try settleContract(fact)
    let contract = contracts.all[place]
    let booked = ordinal(data.on) - 1
    let start = calendar.start(of: AccountingPeriod(ordinal: Int32(booked)))
    let subject = EntrySubject(
      transaction: contract.data.contract, customer: data.customer, currency: contract.money.currency,
      booked: AccountingPeriod(ordinal: Int32(booked)))
    var billing = Billing(
      id: contract.data.contract, cause: act(fact), subject: subject, currency: data.currency, bookedAt: start,
      booked: booked)
    billing.presentment = contract.money.conversion.map { Presentment(currency: data.currency, conversion: $0) }
    let amount = try contract.money.booked(data.billed)
    func allocation(_ amount: Int64) -> Allocation {
      Allocation(shares: [Allocation.Share(amount: amount, timing: .at(start), product: nil)], tax: 0)
    }
    var line = Line(
      id: billing.id, subject: subject, cause: billing.cause, booked: booked, quantity: nil,
      allocation: allocation(amount))
    if billing.presentment != nil { line.told = allocation(data.billed) }
    line.contract = place
    line.ofContract = amount
    line.parts = [Part(subject: subject, amount: amount, timing: .at(start), streams: [])]
    billing.bill(line)
    try moveContracts(by: billing)
    _ = billing.clear(data.billed - data.receivable, from: .cash, in: booked, billing.cause, &journal)
    billingPlaces[billing.id] = billings.count
    billings.append(billing)
    wake(Reference(.invoice, billing.id))
  }
}

extension OpeningBalanceRecorded {
  /// What was recognized, in the period before the cut-over, and what is left after it.
  func schedule(from first: Int, in calendar: Calendar) throws(Refusal) -> Schedule {
    guard Int128(billed) == Int128(recognized) + Int128(deferred) else {
      throw .doesNotTieOut("\(billed) billed is not \(recognized) recognized and \(deferred) deferred")
    }
    let (low, high) = (min(billed, 0), max(billed, 0))
    guard (low...high).contains(receivable) else {
      throw .doesNotTieOut("\(receivable) is to be received of \(billed) billed")
    }
    let sum = left.reduce(Int128(0)) { $0 + Int128($1.amount) }
    guard sum == Int128(deferred) else {
      throw .doesNotTieOut("what is left adds up to \(sum), not to \(deferred) deferred")
    }
    var schedule = Schedule.atOnce(recognized, in: first - 1)
    for left in left {
      guard let period = calendar.period(named: left.period) else { throw .unknownPeriod(left.period) }
      let place = Int(period.ordinal)
      guard place >= first else { throw .doesNotTieOut("\(left.period) lies before the cut-over") }
      guard place - first < ScheduleLimits.periods else { throw .periodTooLong }
      schedule.join(Schedule.atOnce(left.amount, in: place))
    }
    // What is left was told period by period, so that is how it is spread again.
    schedule.weights = schedule.amounts
    return schedule
  }
}
