import Accounting
import Messages

/// What a contract promises with one item, and what is recognized of it as its terms change and it is fulfilled.
struct PerformanceObligation {
  /// What revenue of it is called.
  struct Name: Equatable {
    let product: String?
    let price: String?
  }

  /// Revenue that a fulfillment recognized.
  struct Delivery {
    let cause: Cause
    fileprivate(set) var schedule: Schedule
  }

  /// The item, by its latest terms.
  private(set) var terms: ContractItem
  /// What it is allocated.
  private(set) var amount: Int64
  /// What discounts that name it take off; the amount is without it.
  let named: Int64
  /// When it was signed: with its contract, or when it was added.
  let signedAt: Instant
  /// The ordinal of the first period in which it can be recognized: earlier service is caught up there.
  private(set) var booked: Int
  /// When what is not fulfilled is recognized, where the item does not say.
  private let fallback: Instant
  /// When it ends before its time.
  private(set) var ended: Instant?
  /// What fulfillments recognized, by time.
  private(set) var deliveries: [Delivery] = []
  /// What units and percentages are measured against.
  private var measured = MeasuredObligation()

  /// What it was called before, each until a period.
  private var earlierNames: [(before: Int, name: Name)] = []
  /// What earlier terms recognized.
  private var done: Schedule
  /// What the terms of now recognize, and when.
  private var line: (period: ServicePeriod, amount: Int64)
  /// What a change that reaches back leaves as it was booked: all before its period.
  private var kept: (before: Int, schedule: Schedule)?

  init(
    _ terms: ContractItem, amount: Int64, named: Int64 = 0, signedAt: Instant, booked: Int, from moment: Instant?,
    _ lines: StraightLine
  ) {
    self.terms = terms
    self.amount = amount
    self.named = named
    self.signedAt = signedAt
    self.booked = booked
    fallback = lines.calendar.moment(PromisedTime.fallback, after: signedAt)
    let period = PromisedTime.of(terms, signedAt: signedAt, fallback: fallback)
    line = (moment.map { PromisedTime.rest(of: period, after: $0) } ?? period, amount)
    done = Schedule(first: booked, amounts: [], weights: [])
    measured.base = amount
    measured.total = terms.quantity
  }

  /// What it is called by its latest terms.
  var name: Name { Name(product: terms.product, price: terms.price) }

  /// A schedule, divided by what the item was called in its periods.
  func named(_ schedule: Schedule) -> [(name: Name, schedule: Schedule)] {
    guard !earlierNames.isEmpty else { return [(name, schedule)] }
    var (result, from): ([(name: Name, schedule: Schedule)], Int) = ([], 0)
    for (before, name) in earlierNames + [(Int.max, name)] {
      let to = min(max(before == Int.max ? before : before - schedule.first, from), schedule.amounts.count)
      guard to > from else { continue }
      result.append(
        (
          name,
          Schedule(
            first: schedule.first + from, amounts: Array(schedule.amounts[from..<to]),
            weights: Array(schedule.weights[from..<to]))
        ))
      from = to
    }
    return result.isEmpty ? [(name, schedule)] : result
  }

  private mutating func rename(to terms: ContractItem, in period: Int) {
    if Name(product: terms.product, price: terms.price) != name { earlierNames.append((period, name)) }
  }

  /// What fulfillments gave.
  var delivered: Int64 { deliveries.reduce(0) { $0 + $1.schedule.amount(from: Int.min) } }

  /// What waits for fulfillments, and until when.
  var waiting: (left: Int64, until: Instant)? {
    guard terms.satisfied == .onFulfillment else { return nil }
    return (line.amount, ended.map { min($0, line.period.end) } ?? line.period.end)
  }

  /// What is recognized through a moment.
  func recognized(through moment: Instant, _ lines: StraightLine) throws(Refusal) -> Int64 {
    let through = try lines.schedule(line.amount, over: line.period, until: moment)
    return done.amount(from: Int.min) + through.amount(from: Int.min) + delivered
  }

  /// Whether all of it is given by a moment, by these terms.
  func isOver(by moment: Instant, _ terms: ContractItem) -> Bool {
    let period = PromisedTime.of(terms, signedAt: signedAt, fallback: fallback)
    return period.start == period.end ? period.end < moment : period.end <= moment
  }
}

// MARK: - Schedules

extension PerformanceObligation {
  /// What is recognized without fulfillments, period by period.
  func own(_ lines: StraightLine) throws(Refusal) -> Schedule {
    var schedule = done
    if ended == nil { schedule.join(try lines.schedule(line.amount, over: line.period)) }
    guard schedule.end - booked <= ScheduleLimits.periods, booked - schedule.first <= ScheduleLimits.periods else {
      throw .periodTooLong
    }
    schedule.fold(into: booked)
    guard let kept else { return schedule }
    var result = kept.schedule
    result.join(
      .atOnce(schedule.amount(before: kept.before + 1) - kept.schedule.amount(from: Int.min), in: kept.before))
    let later = max(kept.before + 1 - schedule.first, 0)
    if later < schedule.amounts.count {
      result.join(
        Schedule(
          first: schedule.first + later, amounts: Array(schedule.amounts[later...]),
          weights: Array(schedule.weights[later...])))
    }
    return result
  }

  /// All that is recognized, period by period.
  func whole(_ lines: StraightLine) throws(Refusal) -> Schedule {
    var schedule = try own(lines)
    for delivery in deliveries { schedule.join(delivery.schedule) }
    return schedule
  }
}

// MARK: - Changes

extension PerformanceObligation {
  /// New terms from a moment on: what is not recognized through it is spread over what is left of the time.
  /// (ASC 606-10-25-13(a).)
  mutating func change(
    to terms: ContractItem, amount: Int64, from moment: Instant, _ lines: StraightLine
  ) throws(Refusal) {
    let recognized = try recognized(through: moment, lines)
    if line.period.start < moment {
      done.join(try lines.schedule(line.amount, over: line.period, until: moment))
    }
    let rest = amount - recognized
    rename(to: terms, in: lines.place(of: moment))
    self.terms = terms
    self.amount = amount
    line = (PromisedTime.rest(of: PromisedTime.of(terms, signedAt: signedAt, fallback: fallback), after: moment), rest)
    measured.goOn(with: rest, of: terms.quantity)
  }

  /// New terms from the start: earlier periods stay, this one takes the difference. (ASC 606-10-25-13(b).)
  mutating func remake(
    to terms: ContractItem, amount: Int64, in period: Int, _ lines: StraightLine
  ) throws(Refusal) {
    try keep(before: period, lines)
    done = Schedule(first: booked, amounts: [], weights: [])
    rename(to: terms, in: period)
    self.terms = terms
    self.amount = amount
    let more = try measured.startAnew(with: amount, of: terms.quantity)
    if more != 0 { done.join(.atOnce(more, in: max(period, booked))) }
    line = (PromisedTime.of(terms, signedAt: signedAt, fallback: fallback), amount - delivered - more)
  }

  /// Ends at a moment: its amount becomes what is recognized by then. What waits for fulfillments may still be fulfilled until
  /// then, and is settled at last.
  /// - Parameter period: the change's own, which takes what reaches further back.
  mutating func end(at moment: Instant, in period: Int, _ lines: StraightLine) throws(Refusal) {
    if lines.place(of: moment) < period { try keep(before: period, lines) }
    if terms.satisfied != .onFulfillment {
      let recognized = try recognized(through: moment, lines)
      if line.period.start < moment {
        done.join(try lines.schedule(line.amount, over: line.period, until: moment))
      }
      line = (ServicePeriod(start: moment, end: moment), 0)
      amount = recognized
    }
    ended = moment
  }

  /// An earlier system kept it until a period. Where it had recognized what is computed, all goes on as it would; else what is
  /// left of the amount is spread over what is left of the time.
  mutating func open(
    with recognized: Int64, instead computed: Int64, before first: Int, _ moment: Instant, _ lines: StraightLine
  ) throws(Refusal) {
    booked = first - 1
    guard recognized != computed else {
      for index in deliveries.indices { deliveries[index].schedule.fold(into: booked) }
      return
    }
    let isOver = ended.map { $0 <= moment } ?? false
    if isOver { amount = recognized }
    let later = deliveries.reduce(0) { $0 + $1.schedule.amount(from: first) }
    deliveries = []
    kept = nil
    done = .atOnce(recognized, in: booked)
    done.join(.atOnce(later, in: first))
    let rest = amount - recognized - later
    line = (PromisedTime.rest(of: PromisedTime.of(terms, signedAt: signedAt, fallback: fallback), after: moment), rest)
    measured.goOn(with: rest, of: terms.quantity)
  }

  /// What was never fulfilled of an item that ended: it leaves the amount.
  mutating func dropRest() -> Int64 {
    guard ended != nil else { return 0 }
    let rest = line.amount
    line.amount = 0
    amount -= rest
    return rest
  }

  private mutating func keep(before period: Int, _ lines: StraightLine) throws(Refusal) {
    let now = try own(lines)
    let count = min(max(period - now.first, 0), now.amounts.count)
    kept = (
      period,
      Schedule(first: now.first, amounts: Array(now.amounts.prefix(count)), weights: Array(now.weights.prefix(count)))
    )
  }
}

// MARK: - Fulfillments

extension PerformanceObligation {
  /// Recognizes what a fulfillment says was delivered. More than is left is refused, and nothing changes.
  /// - Parameter currency: the currency in which the contract is told.
  mutating func fulfill(
    _ data: ObligationFulfilled, in currency: Currency, _ money: ContractMoney, _ lines: StraightLine
  ) throws(Refusal) {
    guard terms.satisfied == .onFulfillment else { throw .notDeferredUntilFulfilled(line: terms.item) }
    let base = self.amount
    let isOpen = data.start < line.period.end && ended.map { data.start < $0 } ?? true
    let left = isOpen ? line.amount : 0
    var measured = self.measured
    let amount: Int64
    switch data.measure {
    case .amount(let asked, let askedCurrency):
      guard askedCurrency == currency else { throw .currencyMismatch(expected: currency, found: askedCurrency) }
      let converted = try money.booked(asked)
      // What was fulfilled before was rounded too, and may leave some units less or more than the rest that is told.
      let rounding = money.conversion == nil ? 0 : Int64(deliveries.count) + 1
      amount = abs(converted - left) <= rounding && converted.magnitude > left.magnitude ? left : converted
    case .units(let units):
      amount = try measured.give(units: units, item: terms.item, left: left)
    case .percent(let percent):
      amount = try measured.give(percent: percent, left: left)
    }
    let isLeft = amount.magnitude <= left.magnitude && (amount < 0) == (left < 0)
    // A lower percentage takes back what an earlier one gave too much.
    let isTakenBack = if case .percent = data.measure { isOpen && (amount < 0) == (base > 0) } else { false }
    guard amount == 0 || isLeft || isTakenBack else { throw .overFulfillment(left: left, asked: amount) }
    var schedule = try lines.schedule(amount, over: ServicePeriod(start: data.start, end: data.end ?? data.start))
    schedule.fold(into: booked)
    guard schedule.end - booked <= ScheduleLimits.periods else { throw .periodTooLong }
    self.measured = measured
    line.amount -= amount
    deliveries.append(
      Delivery(
        cause: Cause(type: FactType.obligationFulfilled.rawValue, id: data.fulfillment), schedule: schedule))
  }
}
