import Accounting
import Messages

/// Where a contract stands at the end of a period. All amounts are in minor units of its currency.
public struct ContractMetrics: Hashable, Sendable {
  /// What a schedule will bill.
  public struct Scheduled: Hashable, Sendable {
    /// When; nil: no schedule says.
    public var on: Instant?
    /// How much.
    public var amountMinorUnits: Int64

    /// So much, at this moment.
    public init(on: Instant?, amountMinorUnits: Int64) {
      self.on = on
      self.amountMinorUnits = amountMinorUnits
    }
  }

  /// What is promised and not yet recognized, by when it will be.
  public struct Remaining: Hashable, Sendable {
    /// In the next twelve periods.
    public var withinTwelve: Int64 = 0
    /// In the twelve after them.
    public var thirteenToTwentyFour: Int64 = 0
    /// Later than that.
    public var later: Int64 = 0

    /// All of it.
    public var total: Int64 { withinTwelve + thirteenToTwentyFour + later }
  }

  /// The contract.
  public var contract: String
  /// The other side.
  public var customer: String
  /// The currency of its amounts.
  public var currency: Currency
  /// The price of all that is promised; of a contract that was voided, what was given.
  public var total: Int64
  /// The total for 365 days of the items' span, to the nearest minor unit.
  public var annual: Int64
  /// What attached invoices and payments billed, without tax and without what was taken back before it was paid.
  public var billed: Int64
  /// What is recognized.
  public var recognized: Int64
  /// What is billed beyond the total.
  public var overbilled: Int64
  /// What is still to be billed.
  public var futureScheduled: Int64
  /// The same, dated by the phases of its schedules.
  public var schedule: [Scheduled]
  /// What is neither billed nor recognized.
  public var unbilledDeferred: Int64
  /// What is billed and not recognized.
  public var deferred: Int64
  /// What of that is recognized after more than twelve periods.
  public var longTermDeferred: Int64
  /// What is recognized and not billed.
  public var unbilled: Int64
  /// What is promised and not recognized. An item that the customer may leave without cause is in no band until that right
  /// expires. (ASC 606-10-50-13.)
  public var remaining: Remaining
}

/// Where the contracts of a book stand at the end of the period that holds a moment, in the order in which they were told.
public func contractMetrics(_ book: BookInput, at moment: Instant) -> [ContractMetrics] {
  var walk = Walk(book)
  _ = walk.run()
  return walk.contractMetrics(at: moment)
}

extension Walk {
  fileprivate func contractMetrics(at moment: Instant) -> [ContractMetrics] {
    contracts.all.enumerated().compactMap { place, contract in
      do throws(Refusal) {
        return try metrics(of: contract, at: place, moment)
      } catch {
        // A contract that cannot be laid out was refused when it was told, and is not among these.
        return nil
      }
    }
  }

  private func metrics(of contract: Contract, at place: Int, _ moment: Instant) throws(Refusal) -> ContractMetrics {
    let period = ordinal(moment)
    let streams = try contract.recognized(straightLine)
    var position = BillingPosition(streams)
    var scratch = Journal()
    position.play(journal.moves.filter { $0.contract == place }, through: period, in: &scratch)
    let recognized = streams.reduce(0) { $0 + $1.schedule.amount(before: period + 1) }
    let isVoided = contract.voided.map { $0.period <= period } ?? false
    let promised = contract.values.reduce(0) { $0 + ($1.period <= period ? $1.amount : 0) }
    let total = isVoided ? recognized : promised
    var whole = Schedule(first: contract.signed, amounts: [], weights: [])
    for stream in streams { whole.join(stream.schedule) }
    let future = max(total - position.billed, 0)
    return ContractMetrics(
      contract: contract.data.contract, customer: contract.data.customer, currency: contract.money.currency,
      total: total, annual: contract.annual(of: total), billed: position.billed, recognized: recognized,
      overbilled: max(position.billed - total, 0), futureScheduled: future,
      schedule: dated(future, contracts.models.schedules(of: place, at: moment), after: moment),
      unbilledDeferred: max(total - max(position.billed, recognized), 0), deferred: max(position.position, 0),
      longTermDeferred: contract.longTerm(position.aheadAtEnd, expectedNow: whole).reduce(0) {
        $0 + ($1.period <= period ? $1.amount : 0)
      },
      unbilled: max(-position.position, 0),
      remaining: try contract.remaining(after: period, at: moment, straightLine))
  }

  /// What will be billed, by the phases that have not begun; what no phase says has no date.
  private func dated(
    _ amount: Int64, _ schedules: [SubscriptionScheduleUpdated], after moment: Instant
  ) -> [ContractMetrics.Scheduled] {
    var (result, left): ([ContractMetrics.Scheduled], Int64) = ([], amount)
    let phases = schedules.flatMap(\.phases).filter { $0.start > moment }.sorted { $0.start < $1.start }
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
}

extension Contract {
  private static let daysOfYear = 365

  /// An amount for a year of the items' span.
  fileprivate func annual(of total: Int64) -> Int64 {
    let periods = promised.map { $0.terms.period ?? ServicePeriod(start: $0.signedAt, end: $0.signedAt) }
    guard let start = periods.map(\.start).min(), let end = periods.map(\.end).max(), end > start else { return total }
    let year = Int128(Self.daysOfYear) * Int128(Instant.microsecondsPerDay)
    let span = Int128(end.microseconds) - Int128(start.microseconds)
    let annual = Rounding.halfAwayFromZero(Int128(total) * year, span)
    return Int64(clamping: annual)
  }

  /// What is recognized after a period, by when, without what the customer may still leave.
  fileprivate func remaining(
    after period: Int, at moment: Instant, _ lines: StraightLine
  ) throws(Refusal) -> ContractMetrics.Remaining {
    var remaining = ContractMetrics.Remaining()
    if let voided, voided.period <= period { return remaining }
    let (next, later) = (period + Self.shortTermPeriods + 1, period + 2 * Self.shortTermPeriods + 1)
    for obligation in promised {
      if let expires = obligation.terms.terminationForConvenience, moment < expires { continue }
      let schedule = try obligation.whole(lines)
      let (all, afterNext, afterLater) = (
        schedule.amount(from: period + 1), schedule.amount(from: next), schedule.amount(from: later)
      )
      remaining.withinTwelve += all - afterNext
      remaining.thirteenToTwentyFour += afterNext - afterLater
      remaining.later += afterLater
    }
    return remaining
  }
}
