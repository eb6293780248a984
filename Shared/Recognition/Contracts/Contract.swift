import Accounting
import Messages

/// A contract with a customer: its obligations, its value as it changes, and what is recognized of it period by period. It
/// depends on no invoice: items drive revenue, billing only moves balances.
struct Contract {
  /// A change of the value that was signed, which the memorandum pair takes.
  struct ValueChange {
    let period: Int
    var amount: Int64
    let cause: Cause
  }

  /// All that was expected to be recognized at the end of a period, by what had happened until then.
  struct Expectation {
    let period: Int
    let schedule: Schedule
  }

  /// What was told, in the book's currency.
  let data: ContractCreated
  /// The book it is kept in.
  let money: ContractMoney
  let cause: Cause
  /// The ordinal of the period in which it was signed, or from which it is kept here.
  private(set) var signed: Int
  private(set) var obligations: [PerformanceObligation] = []
  /// The items that are left out by name: they are allocated their part of the price, and are no promise.
  private let excluded: Set<String>
  private(set) var values: [ValueChange] = []
  /// What was expected after each period in which something changed.
  private(set) var expectations: [Expectation] = []
  /// When it was voided, and the period from which nothing is recognized.
  private(set) var voided: (at: Instant, period: Int)?
  /// The change of value that an obligation's end made, by the obligation's place: what is never fulfilled joins it.
  private var endings: [Int: Int] = [:]
  /// The last period in which something changed.
  private(set) var lastChange: Int

  /// Signs a contract.
  /// - Parameter excluded: the items that are left out by name, among others.
  init(
    _ told: ContractCreated, _ money: ContractMoney, _ cause: Cause, _ lines: StraightLine, excluded: Set<String> = []
  ) throws(Refusal) {
    self.excluded = excluded
    data = try money.booked(told)
    self.money = money
    self.cause = cause
    signed = lines.place(of: data.signedAt)
    lastChange = signed
    let shares = try TransactionPrice.allocate(data.items, less: data.discounts)
    for (item, share) in zip(data.items, shares) {
      obligations.append(
        PerformanceObligation(
          item, amount: share.amount, named: share.named, signedAt: data.signedAt, booked: signed, from: nil, lines))
    }
    values = [ValueChange(period: signed, amount: try value(), cause: cause)]
    _ = try expected(lines)
  }

  /// What entries about the contract as a whole are about.
  var subject: EntrySubject {
    EntrySubject(
      transaction: data.contract, customer: data.customer, currency: money.currency,
      booked: AccountingPeriod(ordinal: Int32(signed)))
  }

  /// What it promises, without what is left out.
  var promised: [PerformanceObligation] {
    excluded.isEmpty ? obligations : obligations.filter { !excluded.contains($0.terms.item) }
  }

  /// What entries about an obligation are about, by what it is called then.
  func subject(of obligation: PerformanceObligation, called name: PerformanceObligation.Name) -> EntrySubject {
    EntrySubject(
      transaction: data.contract, line: obligation.terms.item, customer: data.customer,
      product: name.product, price: name.price, currency: money.currency,
      booked: AccountingPeriod(ordinal: Int32(obligation.booked)))
  }

  /// The price of all that is promised.
  private func value() throws(Refusal) -> Int64 {
    let size = obligations.reduce(UInt128(0)) { $0 + UInt128($1.amount.magnitude) }
    guard size <= UInt128(FactLimits.amountMinorUnits) else { throw .amountTooLarge }
    return promised.reduce(0) { $0 + $1.amount }
  }

  /// All that is expected to be recognized, period by period.
  private func expected(_ lines: StraightLine) throws(Refusal) -> Schedule {
    var schedule = Schedule(first: signed, amounts: [], weights: [])
    for obligation in promised { schedule.join(try obligation.whole(lines)) }
    return schedule
  }

  /// Whether nothing can change any more at a moment.
  private func isVoided(at moment: Instant) -> Bool { voided.map { $0.at <= moment } ?? false }

  /// Keeps what was expected at the end of the last period in which something changed, as a later period begins to change.
  private mutating func turn(to period: Int, _ lines: StraightLine) throws(Refusal) {
    guard period > lastChange else { return }
    expectations.append(Expectation(period: lastChange, schedule: try expected(lines)))
    lastChange = period
  }
}

// MARK: - What happens to it

extension Contract {
  /// Changes it. A change that cannot be made as a whole changes nothing.
  mutating func adjust(
    _ data: ContractAdjusted, at time: Instant, _ cause: Cause, _ lines: StraightLine
  ) throws(Refusal) {
    guard !isVoided(at: time) else { throw .contractVoided(self.data.contract) }
    let moment = lines.cut(time)
    var next = self
    let period = max(lines.place(of: moment), signed)
    try next.turn(to: period, lines)
    var change = ContractModification(obligations: next.obligations, moment: moment, period: period, lines: lines)
    try change.apply(money.booked(data))
    next.obligations = change.obligations
    let (before, after) = (try value(), try next.value())
    next.values.append(ValueChange(period: period, amount: after - before, cause: cause))
    for place in change.ended { next.endings[place] = next.values.count - 1 }
    _ = try next.expected(lines)
    self = next
  }

  /// Recognizes what was delivered of an item.
  mutating func fulfill(_ data: ObligationFulfilled, item: String, _ lines: StraightLine) throws(Refusal) {
    guard let place = obligations.firstIndex(where: { $0.terms.item == item }) else { throw .unknownItem(item) }
    guard !isVoided(at: data.start) else { throw .contractVoided(self.data.contract) }
    var obligation = obligations[place]
    try obligation.fulfill(data, in: self.data.currency, money, lines)
    try turn(to: max(lines.place(of: data.start), signed), lines)
    obligations[place] = obligation
  }

  /// An earlier system kept it until a period: what that had recognized was recognized before, and what is left goes on.
  mutating func open(recognized told: Int64, before first: Int, _ lines: StraightLine) throws(Refusal) {
    guard signed < first else { throw .doesNotTieOut("the contract was signed after the cut-over") }
    let moment = lines.calendar.start(of: AccountingPeriod(ordinal: Int32(first)))
    let places = obligations.indices.filter { !excluded.contains(obligations[$0].terms.item) }
    var computed: [Int64] = []
    for place in places { computed.append(try obligations[place].recognized(through: moment, lines)) }
    let weights = computed.contains { $0 != 0 } ? computed : places.map { obligations[$0].amount }
    let shares = try TransactionPrice.checked(Int128(money.booked(told)), over: weights)
    var next = self
    for ((place, share), computed) in zip(zip(places, shares), computed) {
      try next.obligations[place].open(with: share, instead: computed, before: first, moment, lines)
    }
    let later = values.filter { $0.period >= first }
    let before = try next.value() - later.reduce(0) { $0 + $1.amount }
    next.values = [ValueChange(period: first - 1, amount: before, cause: cause)] + later
    next.signed = first - 1
    next.expectations = []
    next.lastChange = max(lastChange, first - 1)
    _ = try next.expected(lines)
    self = next
  }

  /// From its period on nothing is recognized any more.
  mutating func void(at moment: Instant, _ lines: StraightLine) throws(Refusal) {
    let period = max(lines.place(of: moment), signed)
    try turn(to: period, lines)
    voided = (moment, period)
  }

  /// All has happened: what ended without being fulfilled leaves the value.
  mutating func finish() {
    for place in obligations.indices {
      let rest = obligations[place].dropRest()
      if rest != 0, !excluded.contains(obligations[place].terms.item), let change = endings[place] {
        values[change].amount -= rest
      }
    }
  }

  /// What is recognized of each obligation, each with its cause: without fulfillments, then by each of them.
  func recognized(_ lines: StraightLine) throws(Refusal) -> [(subject: EntrySubject, cause: Cause, schedule: Schedule)]
  {
    var result: [(subject: EntrySubject, cause: Cause, schedule: Schedule)] = []
    for obligation in promised {
      let cause = Cause(type: "contract_item", id: obligation.terms.item)
      let own = [(cause, try obligation.own(lines))] + obligation.deliveries.map { ($0.cause, $0.schedule) }
      for (cause, schedule) in own {
        for part in obligation.named(upToVoid(schedule)) {
          result.append((subject(of: obligation, called: part.name), cause, part.schedule))
        }
      }
    }
    return result
  }

  private func upToVoid(_ schedule: Schedule) -> Schedule {
    guard let voided else { return schedule }
    let count = min(max(voided.period - schedule.first, 0), schedule.amounts.count)
    return Schedule(
      first: schedule.first, amounts: Array(schedule.amounts.prefix(count)),
      weights: Array(schedule.weights.prefix(count)))
  }
}
