import Accounting
import Messages

extension ContractStanding {
  private static let daysOfYear = 365

  /// Where it stands at the end of the period that holds a moment.
  public func metrics(at moment: Instant, in calendar: Calendar) -> ContractMetrics {
    let period = Int(calendar.period(containing: moment).ordinal)
    let recognized = recognized.amount(from: Int.min) - recognized.amount(from: period + 1)
    let isVoided = voidedFrom.map { $0 <= period } ?? false
    let total = isVoided ? recognized : Self.sum(values, through: period)
    let last = billings.last { $0.period <= period }
    let (billed, position) = (last?.billed ?? 0, last?.position ?? 0)
    let future = max(total - billed, 0)
    return ContractMetrics(
      contract: contract, customer: customer, currency: currency, total: total, annual: annual(of: total),
      billed: billed, recognized: recognized, overbilled: max(billed - total, 0), futureScheduled: future,
      schedule: dated(future, after: moment), unbilledDeferred: max(total - max(billed, recognized), 0),
      deferred: max(position, 0), longTermDeferred: Self.sum(longTerm, through: period), unbilled: max(-position, 0),
      remaining: isVoided ? ContractMetrics.Remaining() : remaining(after: period, at: moment))
  }

  private static func sum(_ changes: [Dated], through period: Int) -> Int64 {
    changes.reduce(0) { $0 + ($1.period <= period ? $1.amount : 0) }
  }

  /// An amount for a year of the items' span.
  private func annual(of total: Int64) -> Int64 {
    guard let span, span.end > span.start else { return total }
    let year = Int128(Self.daysOfYear) * Int128(Instant.microsecondsPerDay)
    let length = Int128(span.end.microseconds) - Int128(span.start.microseconds)
    return Int64(clamping: Rounding.halfAwayFromZero(Int128(total) * year, length))
  }

  /// What will be billed, by the phases that have not begun; what no phase says has no date.
  private func dated(_ amount: Int64, after moment: Instant) -> [ContractMetrics.Scheduled] {
    var (result, left): ([ContractMetrics.Scheduled], Int64) = ([], amount)
    let now = phases.first { $0.until.map { moment < $0 } ?? true }?.phases ?? []
    let phases = now.filter { $0.start > moment }.sorted { $0.start < $1.start }
    for phase in phases {
      guard left > 0, let asked = phase.amount, asked > 0 else { continue }
      result.append(ContractMetrics.Scheduled(on: phase.start, amountMinorUnits: min(asked, left)))
      left -= min(asked, left)
    }
    let open = phases.filter { $0.amount == nil }
    for (phase, share) in zip(open, Spreading.spread(left, over: open.map { _ in 1 })) where share != 0 {
      result.append(ContractMetrics.Scheduled(on: phase.start, amountMinorUnits: share))
      left -= share
    }
    if left > 0 { result.append(ContractMetrics.Scheduled(on: nil, amountMinorUnits: left)) }
    return result.sorted { ($0.on ?? .distantFuture) < ($1.on ?? .distantFuture) }
  }

  /// What is recognized after a period, by when, without what the customer may still leave.
  private func remaining(after period: Int, at moment: Instant) -> ContractMetrics.Remaining {
    var remaining = ContractMetrics.Remaining()
    let (next, later) = (period + Contract.shortTermPeriods + 1, period + 2 * Contract.shortTermPeriods + 1)
    for promise in promises {
      if let freeUntil = promise.freeUntil, moment < freeUntil { continue }
      let series = promise.series
      let (all, afterNext, afterLater) = (
        series.amount(from: period + 1), series.amount(from: next), series.amount(from: later)
      )
      remaining.withinTwelve += all - afterNext
      remaining.thirteenToTwentyFour += afterNext - afterLater
      remaining.later += afterLater
    }
    return remaining
  }
}
