import Accounting
import Messages

/// What fulfillments of a line said so far.
struct Delivered {
  /// What of its amount was told, if that was in another currency than the book's.
  var told: Int64 = 0
  /// What units add up to.
  var units = ExactDecimal.zero
  /// What units and percentages gave, before any event took a share.
  var measured: Int64 = 0
}

extension Line {
  /// Recognizes what a fulfillment says was delivered, of all parts that wait for it. More than is left is refused, and nothing
  /// changes.
  /// - Parameter schedule: lays an amount over the fulfillment's time, as booked in this line's book.
  mutating func fulfill(
    _ data: ObligationFulfilled, in currency: Currency, schedule: (Int64) throws(Refusal) -> Schedule
  ) throws(Refusal) {
    let places = parts.indices.filter { parts[$0].fallback != nil }
    guard !places.isEmpty else { throw .notDeferredUntilFulfilled(line: id) }
    let lefts = places.map { parts[$0].leftToFulfill(at: data.start) }
    var delivered = delivered
    let (wanted, isTakenBack) = try wanted(data.measure, of: places, lefts, in: currency, &delivered)
    let (asked, left) = (wanted.reduce(0, +), lefts.reduce(0, +))
    let isLeft = asked.magnitude <= left.magnitude && (asked < 0) == (left < 0)
    let mayTakeBack = isTakenBack && places.contains { parts[$0].waits(at: data.start) }
    guard asked == 0 || isLeft || mayTakeBack else { throw .overFulfillment(left: left, asked: asked) }
    let gives = isLeft ? Spreading.spread(asked, over: wanted, within: lefts).shares : wanted
    var changed = parts
    for ((place, left), amount) in zip(zip(places, lefts), gives) {
      try changed[place].fulfill(amount, of: left, data, schedule)
    }
    (parts, self.delivered) = (changed, delivered)
  }

  /// What a fulfillment asks of each part, and whether it says that less was delivered than was said before.
  private func wanted(
    _ measure: ObligationFulfilled.Measure, of places: [Int], _ lefts: [Int64], in currency: Currency,
    _ delivered: inout Delivered
  ) throws(Refusal) -> (parts: [Int64], isTakenBack: Bool) {
    let amounts = places.map { parts[$0].amount }
    let (soFar, total): (ExactDecimal, ExactDecimal)
    switch measure {
    case .amount(let asked, let askedCurrency):
      guard askedCurrency == currency else { throw .currencyMismatch(expected: currency, found: askedCurrency) }
      let amount = delivered.booked(
        asked, of: amounts.reduce(0, +), told: told.map { _ in places.reduce(0) { $0 + (parts[$1].told ?? 0) } },
        within: lefts.reduce(0, +))
      var (shares, excess) = Spreading.spread(amount, over: amounts, within: lefts)
      shares[0] += excess
      return (shares, false)
    case .units(let units):
      guard let quantity, quantity > .zero else { throw .quantityMissing(line: id) }
      guard let sum = delivered.units.adding(units) else { throw .amountTooLarge }
      guard sum <= quantity else { throw .overFulfillment(left: lefts.reduce(0, +), asked: amounts.reduce(0, +)) }
      delivered.units = sum
      (soFar, total) = (sum, quantity)
    case .percent(let percent):
      (soFar, total) = (percent, ExactDecimal(100))
    }
    let before = delivered.measured
    let through = try Self.share(of: amounts.reduce(0, +), soFar, of: total)
    delivered.measured = through
    let shares = zip(Spreading.spread(through, over: amounts), Spreading.spread(before, over: amounts))
    return (
      zip(places, shares).map { parts[$0].kept(of: $1.0 - $1.1) }, through.magnitude < before.magnitude
    )
  }

  /// The whole in proportion, cut towards zero.
  private static func share(
    of whole: Int64, _ soFar: ExactDecimal, of total: ExactDecimal
  ) throws(Refusal) -> Int64 {
    let scale = max(soFar.scale, total.scale)
    guard let part = soFar.shifted(by: scale)?.rounded, let total = total.shifted(by: scale)?.rounded, total > 0 else {
      throw .amountTooLarge
    }
    let share = Int128(whole) * Int128(part) / Int128(total)
    guard share.magnitude <= UInt128(2 * FactLimits.amountMinorUnits) else { throw .amountTooLarge }
    return Int64(share)
  }
}

extension Delivered {
  /// What a told amount is in the book's currency: the whole in proportion to what was told so far, less what that gave before.
  fileprivate mutating func booked(_ asked: Int64, of whole: Int64, told: Int64?, within left: Int64) -> Int64 {
    guard let told else { return asked }
    let before = Billing.share(of: whole, self.told, told)
    self.told += asked
    let gives = Billing.share(of: whole, self.told, told) - before
    // What is rounded up is no more than what is left.
    let isUnitTooMuch = gives.magnitude > left.magnitude && gives.magnitude - left.magnitude == 1
    return isUnitTooMuch ? left : gives
  }
}

extension Part {
  /// The moment at which what is not fulfilled is recognized; nil if the part does not wait for fulfillments.
  var fallback: Instant? {
    if case .fulfilled(let fallback) = timing { fallback } else { nil }
  }

  /// Whether the rest still waits at a moment.
  fileprivate func waits(at moment: Instant) -> Bool { fallback.map { moment < $0 } ?? false }

  /// What can be fulfilled at a moment.
  fileprivate func leftToFulfill(at moment: Instant) -> Int64 {
    guard waits(at: moment) else { return 0 }
    return streams[0].schedule.amount(in: waitsFor) - (streams[0].discount?.amount(in: waitsFor) ?? 0)
  }

  /// Recognizes an amount over the fulfillment's time; its discount goes with it in proportion.
  fileprivate mutating func fulfill(
    _ amount: Int64, of left: Int64, _ data: ObligationFulfilled,
    _ schedule: (Int64) throws(Refusal) -> Schedule
  ) throws(Refusal) {
    let discountLeft = streams[0].discount?.amount(in: waitsFor) ?? 0
    let discount =
      amount < 0 && left >= 0 || left == 0
      ? (self.amount == 0 ? 0 : Rounding.share(of: self.discount, amount, self.amount))
      : Rounding.share(of: discountLeft, amount, left)
    streams[0].schedule.give(amount + discount, in: waitsFor)
    streams[0].discount?.give(discount, in: waitsFor)
    streams.append(
      Part.Stream(
        cause: Cause(type: FactType.obligationFulfilled.rawValue, id: data.fulfillment),
        schedule: try schedule(amount + discount), discount: discount == 0 ? nil : try schedule(discount)))
  }

  /// What events left of an amount that is measured against the whole: exact, cut towards zero once.
  fileprivate func kept(of amount: Int64) -> Int64 {
    var (numerator, denominator) = (Int128(amount), Int128(1))
    for share in events.map(\.kept) {
      let (top, topOverflows) = numerator.multipliedReportingOverflow(by: Int128(share.part))
      let (bottom, bottomOverflows) = denominator.multipliedReportingOverflow(by: Int128(share.whole))
      guard !topOverflows, !bottomOverflows else {
        // Too many events for one exact fraction: what they left so far is cut, and the next go on from there.
        numerator = numerator / denominator * Int128(share.part) / Int128(share.whole)
        denominator = 1
        continue
      }
      (numerator, denominator) = (top, bottom)
    }
    return denominator == 0 ? 0 : Int64(numerator / denominator)
  }
}

extension Schedule {
  /// What is recognized in one period.
  fileprivate func amount(in period: Int) -> Int64 {
    amounts.indices.contains(period - first) ? amounts[period - first] : 0
  }

  /// Gives an amount to a fulfillment: the rest that waits for its period is smaller, or larger where a fulfillment is taken back.
  fileprivate mutating func give(_ amount: Int64, in period: Int) {
    if amounts.indices.contains(period - first) { amounts[period - first] -= amount }
  }
}
