import Accounting
import Messages

// What an earlier system had booked when this one took over.
extension Walk {
  /// Books a line or contract as it stood at cut-over, in the period before; what is left is recognized as told. From then on it
  /// is a line as any other.
  mutating func open(_ data: OpeningBalanceRecorded, _ fact: BookFact) throws(Refusal) {
    guard let id = data.line ?? data.contract else { return }
    let first = ordinal(data.on)
    let booked = first - 1
    let schedule = try openingSchedule(data, from: first)
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

  /// What was recognized, in the period before the cut-over, and what is left after it.
  private func openingSchedule(_ data: OpeningBalanceRecorded, from first: Int) throws(Refusal) -> Schedule {
    guard Int128(data.billed) == Int128(data.recognized) + Int128(data.deferred) else {
      throw .doesNotTieOut("\(data.billed) billed is not \(data.recognized) recognized and \(data.deferred) deferred")
    }
    let (low, high) = (min(data.billed, 0), max(data.billed, 0))
    guard (low...high).contains(data.receivable) else {
      throw .doesNotTieOut("\(data.receivable) is to be received of \(data.billed) billed")
    }
    let sum = data.left.reduce(Int128(0)) { $0 + Int128($1.amount) }
    guard sum == Int128(data.deferred) else {
      throw .doesNotTieOut("what is left adds up to \(sum), not to \(data.deferred) deferred")
    }
    var schedule = Schedule.atOnce(data.recognized, in: first - 1)
    for left in data.left {
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
