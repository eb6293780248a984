import Accounting
import Messages

/// A share of a line that is recognized by itself: a treatment's share, or a component of a bundle.
struct Part {
  /// Revenue of one cause within the part: the part's own schedule, or a fulfillment's.
  struct Stream {
    let cause: Cause
    var schedule: Schedule
    /// What of the discount is taken with it, where discounts are shown.
    var discount: Schedule?
  }

  /// What an event took of what was left, and what of its deferred share came back.
  struct Event {
    let left: Int64
    let taken: Int64
    let deferred: Int64
    var back: Int64 = 0

    /// What it left, of what was left before.
    var kept: (part: Int64, whole: Int64) {
      left == 0 ? (0, 1) : (left - taken + Billing.share(of: taken, back, deferred), left)
    }
  }

  /// What was recognized before the booking, and how the booking meets it.
  enum Early: Equatable {
    /// Restated by the part itself, as unbilled receivables.
    case restated
    /// Accrued by the pending item that the line bills; so much of it is billed, so much leaves as void, and so much more was
    /// accrued at the rate of its day.
    case item(billed: Int64, voided: Int64, exchange: Int64)
    /// Accrued by usage, which the booking reverses.
    case usage
  }

  /// What its entries are about.
  let subject: EntrySubject
  /// What is recognizable.
  let amount: Int64
  /// What of it was told, if that was in another currency than the book's.
  var told: Int64?
  /// The discount that is shown beside it; the amount is net of it.
  var discount: Int64 = 0
  /// What events cleared of the discount.
  var discountTaken: Int64 = 0
  /// When it is recognized.
  let timing: Timing
  /// What recognizes it: its own schedule first, then fulfillments by time.
  var streams: [Stream]
  /// The ordinal of the period that what is not fulfilled waits for.
  let waitsFor: Int
  /// What was recognized before the booking, and how the booking meets it.
  var early = Early.restated
  /// What events took of it: earned and deferred.
  var taken: Int64 = 0
  /// What of that was earned, so that it moved a contra account.
  var contra: Int64 = 0
  /// What came back of it as a gain.
  var recovered: Int64 = 0
  /// The events that took from it, one after the other.
  var events: [Event] = []

  init(subject: EntrySubject, amount: Int64, timing: Timing, streams: [Stream]) {
    self.subject = subject
    self.amount = amount
    self.timing = timing
    self.streams = streams
    waitsFor = streams.first?.schedule.first ?? 0
  }

  /// The ordinal after its last period.
  var end: Int { streams.reduce(0) { max($0, $1.schedule.end) } }

  /// What is recognized in a period and later.
  func amount(from period: Int) -> Int64 {
    streams.reduce(0) { $0 + $1.schedule.amount(from: period) }
  }

  /// What is recognized before a period.
  func amount(before period: Int) -> Int64 {
    streams.reduce(0) { $0 + $1.schedule.amount(before: period) }
  }

  /// What events can still take.
  var left: Int64 { amount - taken }
}

// MARK: - Events take from a part

extension Part {
  /// What an event takes of a part, and how what is deferred was weighted then.
  struct Taken {
    var earned: Int64
    var deferred: Int64
    var recovered: Int64
    /// What was cleared of the discount with the deferred part.
    var discount: Int64
    /// The weights of the deferred part's periods, from the event's period on.
    var weights: Schedule
  }

  /// Takes an amount in a period: earned and deferred in proportion; what is left is spread anew over the periods from this one
  /// on, by their original weights.
  mutating func take(_ amount: Int64, in period: Int) -> Taken {
    let earned = self.amount(before: period) - discount(before: period) - contra
    // What waits for a payment has no schedule yet: all that is not earned is deferred.
    let deferred = left - earned - recovered
    let shares = Spreading.spread(amount, over: [earned, deferred, recovered])
    let weights = remainingWeights(from: period)
    let deferredDiscount = discount(from: period)
    let cleared =
      amount == left
      ? deferredDiscount : left == 0 ? 0 : Int64(Int128(deferredDiscount) * Int128(amount) / Int128(left))
    events.append(Event(left: left, taken: amount, deferred: shares[1] + cleared))
    respread(deferred - shares[1] + deferredDiscount - cleared, from: period)
    if discount != 0 { respread(discount: deferredDiscount - cleared, from: period) }
    discountTaken += cleared
    contra += shares[0]
    recovered -= shares[2]
    taken += amount
    return Taken(earned: shares[0], deferred: shares[1], recovered: shares[2], discount: cleared, weights: weights)
  }

  /// The weight of each period from this one on, over all streams.
  private func remainingWeights(from period: Int) -> Schedule {
    var result = Schedule(first: period, amounts: [], weights: [])
    for stream in streams {
      let schedule = stream.schedule
      for (index, weight) in schedule.weights.enumerated() {
        let place = schedule.first + index - period
        guard place >= 0 else { continue }
        while result.weights.count <= place { result.weights.append(0) }
        result.weights[place] += isFulfilled ? schedule.amounts[index] : weight
      }
    }
    return result
  }

  /// Spreads an amount over the periods from this one on; the amount through each is rounded down.
  private mutating func respread(_ amount: Int64, from period: Int) {
    var places: [(stream: Int, index: Int, ordinal: Int)] = []
    for (stream, value) in streams.enumerated() {
      for index in value.schedule.amounts.indices where value.schedule.first + index >= period {
        places.append((stream, index, value.schedule.first + index))
      }
    }
    if streams.count > 1 { places.sort { ($0.ordinal, $0.stream) < ($1.ordinal, $1.stream) } }
    let weights = places.map { place in
      let schedule = streams[place.stream].schedule
      return isFulfilled ? schedule.amounts[place.index] : schedule.weights[place.index]
    }
    for (place, share) in zip(places, Schedule.cumulative(amount, over: weights)) {
      streams[place.stream].schedule.amounts[place.index] = share
    }
  }

  /// Whether fulfillments decide when it is recognized; then their amounts, and the rest, are the weights.
  private var isFulfilled: Bool { fallback != nil }

  /// Gives back what an event took, in a later period: what its weights put before that period is recognized in it, the rest
  /// joins the periods from it on.
  mutating func restore(deferred amount: Int64, weights: Schedule, in period: Int) {
    guard amount != 0, !streams.isEmpty else { return }
    streams[0].schedule.join(.back(amount, weights: weights, in: period))
  }
}

extension Schedule {
  /// What comes back in a period: what its weights put before is recognized in it, the rest joins the periods from it on.
  static func back(_ amount: Int64, weights: Schedule, in period: Int) -> Schedule {
    let shares = cumulative(amount, over: weights.weights)
    var schedule = Schedule(first: weights.first, amounts: shares, weights: weights.weights)
    if weights.weights.isEmpty { schedule = .atOnce(amount, in: period) }
    guard period > schedule.first else { return schedule }
    let before = schedule.amount(before: period)
    let later = schedule.amounts.dropFirst(period - schedule.first)
    let laterWeights = Array(weights.weights.dropFirst(period - schedule.first))
    let rest = cumulative(amount - before, over: laterWeights)
    if later.isEmpty || laterWeights.allSatisfy({ $0 == 0 }) { return .atOnce(amount, in: period) }
    schedule = Schedule(first: period, amounts: rest, weights: laterWeights)
    schedule.amounts[0] += before
    return schedule
  }

  /// An amount spread over weights so that what lies through each of them is rounded down; zero weights: the first takes all.
  static func cumulative(_ amount: Int64, over weights: [Int64]) -> [Int64] {
    let total = weights.reduce(Int128(0)) { $0 + Int128($1) }
    guard total != 0 else { return weights.indices.map { $0 == 0 ? amount : 0 } }
    var (sum, through) = (Int128(0), Int64(0))
    return weights.map { weight in
      sum += Int128(weight)
      let share = Int64(Int128(amount) * sum / total)
      defer { through = share }
      return share - through
    }
  }

  /// Adds the amounts of another schedule, period by period, widening this one where needed. Weights stay as they are.
  mutating func join(_ other: Schedule) {
    if other.first < first {
      let count = first - other.first
      amounts.insert(contentsOf: repeatElement(0, count: count), at: 0)
      weights.insert(contentsOf: repeatElement(0, count: count), at: 0)
      first = other.first
    }
    let missing = other.end - end
    if missing > 0 {
      amounts.append(contentsOf: repeatElement(0, count: missing))
      weights.append(contentsOf: repeatElement(0, count: missing))
    }
    for (index, amount) in other.amounts.enumerated() { amounts[other.first - first + index] += amount }
  }
}
