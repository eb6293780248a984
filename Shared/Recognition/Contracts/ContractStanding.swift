import Accounting
import Messages

/// All that there is to say of where a contract stands, at whatever moment: what it is worth, recognizes and has billed, period
/// by period. Periods are ordinals; amounts are in minor units of its currency.
public struct ContractStanding: Hashable, Sendable {
  /// An amount of a period.
  struct Dated: Hashable {
    let period: Int
    let amount: Int64
  }

  /// What was billed, and what is ahead of recognition, at the end of a period in which something happened.
  struct Billed: Hashable {
    let period: Int
    /// What was billed so far.
    let billed: Int64
    /// What is billed and not recognized; below zero it is recognized and not billed.
    let position: Int64
  }

  /// Amounts of consecutive periods.
  struct Series: Hashable {
    let first: Int
    let amounts: [Int64]

    /// What lies in a period and later.
    func amount(from period: Int) -> Int64 {
      period <= first ? amounts.reduce(0, +) : amounts.dropFirst(period - first).reduce(0, +)
    }
  }

  /// What is recognized of an item, and until when the customer may leave it without cause.
  struct Promise: Hashable {
    let freeUntil: Instant?
    let series: Series
  }

  /// What will be billed by a phase of a schedule.
  struct Phase: Hashable {
    let start: Instant
    /// How much; nil: what the others leave, in equal parts.
    let amount: Int64?
  }

  /// The phases that bill it until one of its models is removed; nil: from then on.
  struct Phases: Hashable {
    let until: Instant?
    let phases: [Phase]
  }

  /// The contract.
  public let contract: String
  /// The other side.
  public let customer: String
  /// The currency of its amounts.
  public let currency: Currency
  /// The period from which it is void.
  let voidedFrom: Int?
  /// The span of its items; nil: they have none.
  let span: ServicePeriod?
  /// How the price of all that is promised changed.
  let values: [Dated]
  /// What is recognized.
  let recognized: Series
  /// What is recognized of each item, by its latest terms.
  let promises: [Promise]
  /// How billing went.
  let billings: [Billed]
  /// How what is recognized after more than twelve periods changed.
  let longTerm: [Dated]
  /// What will be billed.
  let phases: [Phases]
}

/// Where the contracts of a book stand, in the order in which they were told.
public func contractStandings(_ book: BookInput) -> [ContractStanding] {
  var walk = Walk(book)
  _ = walk.run()
  return walk.contractStandings()
}

extension Walk {
  func contractStandings() -> [ContractStanding] {
    contracts.all.enumerated().compactMap { place, contract in
      do throws(Refusal) {
        return try standing(of: contract, at: place)
      } catch {
        // A contract that cannot be laid out was refused when it was told, and is not among these.
        return nil
      }
    }
  }

  private func standing(of contract: Contract, at place: Int) throws(Refusal) -> ContractStanding {
    let streams = try contract.recognized(straightLine)
    var position = BillingPosition(streams)
    var scratch = Journal()
    position.play(journal.moves.filter { $0.contract == place }, in: &scratch)
    var whole = Schedule(first: contract.signed, amounts: [], weights: [])
    for stream in streams { whole.join(stream.schedule) }
    var promises: [ContractStanding.Promise] = []
    for obligation in contract.promised {
      promises.append(
        ContractStanding.Promise(
          freeUntil: obligation.terms.terminationForConvenience, series: try obligation.whole(straightLine).series))
    }
    let periods = contract.promised.map { $0.terms.period ?? ServicePeriod(start: $0.signedAt, end: $0.signedAt) }
    return ContractStanding(
      contract: contract.data.contract, customer: contract.data.customer, currency: contract.money.currency,
      voidedFrom: contract.voided?.period,
      span: periods.map(\.start).min().flatMap { start in
        periods.map(\.end).max().map { ServicePeriod(start: start, end: $0) }
      },
      values: contract.values.map { ContractStanding.Dated(period: $0.period, amount: $0.amount) },
      recognized: whole.series, promises: promises,
      billings: position.aheadAtEnd.map {
        ContractStanding.Billed(period: $0.period, billed: $0.billed, position: $0.amount - $0.unbilled)
      },
      longTerm: contract.longTerm(position.aheadAtEnd, expectedNow: whole).map {
        ContractStanding.Dated(period: $0.period, amount: $0.amount)
      },
      phases: (contracts.models.removals.map(Optional.some) + [nil]).map { until in
        // Just before the removal, all models that are not removed earlier bill it.
        let moment = until.map { $0.advanced(byMicroseconds: -1) } ?? .distantFuture
        let phases = contracts.models.schedules(of: place, at: moment).flatMap(\.phases)
        return ContractStanding.Phases(
          until: until, phases: phases.map { ContractStanding.Phase(start: $0.start, amount: $0.amount) })
      })
  }
}

extension Schedule {
  /// What is recognized in each period.
  fileprivate var series: ContractStanding.Series { ContractStanding.Series(first: first, amounts: amounts) }
}
