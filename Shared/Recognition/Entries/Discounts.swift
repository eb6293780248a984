import Accounting
import Messages

// Discounts shown as contra revenue: a part is billed and recognized gross, its discount is laid over time like it and rounded by
// itself. What events take is net, so that both sides are cleared alike.
extension Part {
  /// What is recognizable before its discount.
  var gross: Int64 { amount + discount }

  /// What of the discount was taken before a period.
  func discount(before period: Int) -> Int64 {
    discount == 0 ? 0 : streams.reduce(0) { $0 + ($1.discount?.amount(before: period) ?? 0) }
  }

  /// What of the discount is left for a period and later.
  func discount(from period: Int) -> Int64 {
    guard discount != 0 else { return 0 }
    // What waits for a payment has no schedule yet.
    if streams.isEmpty { return discount - discountTaken }
    return streams.reduce(0) { $0 + ($1.discount?.amount(from: period) ?? 0) }
  }

  /// Gives back what an event cleared of the discount.
  mutating func restore(discount amount: Int64, weights: Schedule, in period: Int) {
    discountTaken -= amount
    guard !streams.isEmpty, amount != 0 else { return }
    let schedule = Schedule.back(amount, weights: weights, in: period)
    if streams[0].discount == nil {
      streams[0].discount = schedule
    } else {
      streams[0].discount?.join(schedule)
    }
  }

  /// Spreads what is left of the discount over the periods from this one on.
  mutating func respread(discount amount: Int64, from period: Int) {
    var places: [(stream: Int, index: Int, ordinal: Int)] = []
    for (stream, value) in streams.enumerated() {
      guard let schedule = value.discount else { continue }
      for index in schedule.amounts.indices where schedule.first + index >= period {
        places.append((stream, index, schedule.first + index))
      }
    }
    places.sort { ($0.ordinal, $0.stream) < ($1.ordinal, $1.stream) }
    let weights = places.map { place in
      let schedule = streams[place.stream].discount
      return (fallback == nil ? schedule?.weights[place.index] : schedule?.amounts[place.index]) ?? 0
    }
    for (place, share) in zip(places, Schedule.cumulative(amount, over: weights)) {
      streams[place.stream].discount?.amounts[place.index] = share
    }
  }
}

extension Line {
  /// Books the discount of a part: against the receivable when billed, as contra revenue as it is laid over time; what lies before
  /// the booking lowers what is unbilled.
  func bookDiscount(of part: Part, in journal: inout Journal) {
    guard part.discount != 0 else { return }
    let early = part.discount(before: booked)
    journal.book(.accountsReceivable, .unbilledAccountsReceivable, -early, in: booked, part.subject, cause)
    journal.book(.deferredDiscounts, .accountsReceivable, part.discount - early, in: booked, part.subject, cause)
    for stream in part.streams {
      guard let schedule = stream.discount else { continue }
      let count = min(max(booked - schedule.first, 0), schedule.amounts.count)
      journal.book(
        .discounts, .unbilledAccountsReceivable, Array(schedule.amounts[..<count]), from: schedule.first, part.subject,
        stream.cause)
      journal.book(
        .discounts, .deferredDiscounts, Array(schedule.amounts[count...]), from: schedule.first + count, part.subject,
        stream.cause)
    }
  }
}
