import Accounting
import Messages

/// When an item of a contract is recognized without any fulfillment: a stretch of time, or a moment if it has no length.
enum PromisedTime {
  /// How long an item waits for fulfillments where it does not say until when.
  static let fallback = Duration(count: 1, unit: .year)

  /// - Parameters:
  ///   - signedAt: when the contract was signed, or the item added.
  ///   - fallback: when what is not fulfilled is recognized, where the item does not say.
  static func of(_ item: ContractItem, signedAt: Instant, fallback: Instant) -> ServicePeriod {
    switch item.satisfied {
    case .overTime:
      item.period ?? ServicePeriod(start: signedAt, end: signedAt)
    case .atPoint:
      moment(item.period?.start ?? signedAt)
    case .onFulfillment:
      moment(item.period?.end ?? fallback)
    }
  }

  /// What lies after a moment of it.
  static func rest(of period: ServicePeriod, after moment: Instant) -> ServicePeriod {
    let start = max(period.start, moment)
    return ServicePeriod(start: start, end: max(start, period.end))
  }

  private static func moment(_ moment: Instant) -> ServicePeriod { ServicePeriod(start: moment, end: moment) }
}

extension StraightLine {
  /// The moment from which a change counts: its midnight; where months are not divided, the start of its period.
  func cut(_ moment: Instant) -> Instant {
    switch amortization {
    case .second, .day: calendar.midnight(of: calendar.date(containing: moment))
    case .month, .monthProrated: calendar.start(of: calendar.period(containing: moment))
    }
  }

  /// The moment at which an item ends: as stamped by the second, else cut as the line is.
  func cutEnd(_ moment: Instant) -> Instant {
    amortization == .second ? moment : cut(moment)
  }

  /// The place of the period that holds a moment.
  func place(of moment: Instant) -> Int { Int(calendar.period(containing: moment).ordinal) }

  /// What an amount over a period gives before a moment that is cut: the schedule of the periods that end by then, and of the
  /// one that holds it the exact share, cut towards zero.
  func schedule(_ amount: Int64, over period: ServicePeriod, until moment: Instant) throws(Refusal) -> Schedule {
    var schedule = try self.schedule(amount, over: period)
    // Nothing of it: an empty schedule at the same place.
    guard moment > period.start else { return Schedule(first: schedule.first, amounts: [], weights: []) }
    guard moment < period.end else { return schedule }
    let holding = place(of: moment)
    let before = schedule.amount(before: holding)
    let through =
      switch amortization {
      case .second: share(of: amount, period, moment, unit: \.microseconds)
      case .day: share(of: amount, period, moment) { Int64(calendar.daysSinceEpoch($0)) }
      case .month, .monthProrated: before
      }
    guard holding >= schedule.first else { return Schedule(first: schedule.first, amounts: [], weights: []) }
    let count = min(holding - schedule.first, schedule.amounts.count)
    schedule.amounts = Array(schedule.amounts.prefix(count)) + [through - before]
    schedule.weights = Array(schedule.weights.prefix(count)) + [0]
    return schedule
  }

  private func share(
    of amount: Int64, _ period: ServicePeriod, _ moment: Instant, unit: (Instant) -> Int64
  ) -> Int64 {
    let (start, end, at) = (unit(period.start), unit(period.end), unit(moment))
    guard end > start else { return at > start ? amount : 0 }
    return Rounding.share(of: amount, min(max(at - start, 0), end - start), end - start)
  }
}
