import Accounting
import Messages

// Fulfillments recognize what was deferred until them.
extension Walk {
  mutating func fulfill(_ data: ObligationFulfilled, _ fact: BookFact) throws(Refusal) -> Reference? {
    guard !foreknown.reversed.contains(data.fulfillment) else { return nil }
    guard case .invoiceLine(let id) = data.target else { return try settleContract(fact) }
    guard let place = linePlaces[id] else { return Reference(.line, id) }
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
    return nil
  }
}
