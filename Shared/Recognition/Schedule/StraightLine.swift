import Accounting
import Messages

/// The limits of a schedule.
public enum ScheduleLimits {
  /// The most periods between booking and the end of service.
  public static let periods = 1_200
}

/// An amount laid over consecutive periods, with the weights by which what is left of it is spread anew after an event.
struct Schedule: Equatable {
  /// The ordinal of the first period.
  var first: Int
  /// What is recognized in each period.
  var amounts: [Int64]
  /// The weight of each period, before rounding.
  var weights: [Int64]

  /// All at once in one period.
  static func atOnce(_ amount: Int64, in period: Int) -> Schedule {
    Schedule(first: period, amounts: [amount], weights: [1])
  }

  /// The ordinal after the last period.
  var end: Int { first + amounts.count }

  /// Moves what lies before a period into it.
  mutating func fold(into period: Int) {
    guard first < period else { return }
    let count = min(period - first, amounts.count)
    let amount = amounts[..<count].reduce(0, +)
    let weight = weights[..<count].reduce(0, +)
    if count == amounts.count {
      self = Schedule(first: period, amounts: [amount], weights: [weight])
    } else {
      amounts.removeFirst(count)
      weights.removeFirst(count)
      amounts[0] += amount
      weights[0] += weight
      first = period
    }
  }

  /// What is recognized before a period.
  func amount(before period: Int) -> Int64 {
    guard period > first else { return 0 }
    return amounts.prefix(period - first).reduce(0, +)
  }

  /// What is recognized in a period and later.
  func amount(from period: Int) -> Int64 {
    guard period > first else { return amounts.reduce(0, +) }
    return amounts.dropFirst(period - first).reduce(0, +)
  }
}

/// Lays amounts over time in a straight line.
struct StraightLine {
  let amortization: Amortization
  let calendar: Calendar

  /// The schedule of an amount over a half-open period. A period without length recognizes all at its instant.
  func schedule(_ amount: Int64, over period: ServicePeriod) throws(Refusal) -> Schedule {
    let first = ordinal(period.start)
    guard period.end > period.start else { return .atOnce(amount, in: first) }
    let last = ordinal(period.end.advanced(byMicroseconds: -1))
    guard last - first < ScheduleLimits.periods else { throw .periodTooLong }
    switch amortization {
    case .second:
      return proportional(amount, first, last, period.start.microseconds, period.end.microseconds) {
        calendar.start(of: $0).microseconds
      }
    case .day:
      let (start, end) = (calendar.daysSinceEpoch(period.start), calendar.daysSinceEpoch(period.end))
      guard end > start else { return .atOnce(amount, in: first) }
      let lastDay = Int(calendar.period(containing: CivilDate(daysSinceEpoch: end - 1)).ordinal)
      return proportional(amount, first, lastDay, Int64(start), Int64(end)) {
        Int64(calendar.daysSinceEpoch(calendar.start(of: $0)))
      }
    case .month:
      return evenly(amount, first, last, endsInside: period.end < calendar.end(of: Self.period(last)))
    case .monthProrated:
      return prorated(amount, first, last, period)
    }
  }

  private static func period(_ ordinal: Int) -> AccountingPeriod { AccountingPeriod(ordinal: Int32(ordinal)) }

  private func ordinal(_ moment: Instant) -> Int { Int(calendar.period(containing: moment).ordinal) }

  /// By overlap: the amount through each period is the exact share, cut towards zero.
  private func proportional(
    _ amount: Int64, _ first: Int, _ last: Int, _ start: Int64, _ end: Int64, _ boundary: (AccountingPeriod) -> Int64
  ) -> Schedule {
    var schedule = Schedule(first: first, amounts: [], weights: [])
    schedule.amounts.reserveCapacity(last - first + 1)
    schedule.weights.reserveCapacity(last - first + 1)
    var (from, through) = (start, Int64(0))
    for ordinal in first...last {
      let to = ordinal == last ? end : boundary(Self.period(ordinal + 1))
      let share = Rounding.share(of: amount, to - start, end - start)
      schedule.amounts.append(share - through)
      schedule.weights.append(to - from)
      (from, through) = (to, share)
    }
    return schedule
  }

  /// In equal parts over the periods touched, without the last one if the service ends inside it; an only one is kept.
  private func evenly(_ amount: Int64, _ first: Int, _ last: Int, endsInside: Bool) -> Schedule {
    let count = last > first && endsInside ? last - first : last - first + 1
    return Schedule(first: first, amounts: Self.equalParts(amount, count), weights: Array(repeating: 1, count: count))
  }

  /// First and last by exact share, what is left in equal parts between.
  private func prorated(_ amount: Int64, _ first: Int, _ last: Int, _ period: ServicePeriod) -> Schedule {
    guard last > first else { return .atOnce(amount, in: first) }
    let total = period.end.microseconds - period.start.microseconds
    let head = calendar.end(of: Self.period(first)).microseconds - period.start.microseconds
    let tail = period.end.microseconds - calendar.start(of: Self.period(last)).microseconds
    let firstAmount = Rounding.share(of: amount, head, total)
    let between = last - first - 1
    guard between > 0 else {
      return Schedule(first: first, amounts: [firstAmount, amount - firstAmount], weights: [head, tail])
    }
    let lastAmount = Rounding.share(of: amount, tail, total)
    let middle = Self.equalParts(amount - firstAmount - lastAmount, between)
    // Weights stand over one denominator, so that the months between have equal whole ones.
    let weights =
      [head * Int64(between)] + Array(repeating: total - head - tail, count: between) + [tail * Int64(between)]
    return Schedule(first: first, amounts: [firstAmount] + middle + [lastAmount], weights: weights)
  }

  /// Equal parts cut towards zero; the last takes the remainder.
  private static func equalParts(_ amount: Int64, _ count: Int) -> [Int64] {
    var parts = Array(repeating: amount / Int64(count), count: count)
    parts[count - 1] += amount % Int64(count)
    return parts
  }
}
