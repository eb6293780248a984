import Accounting
import Messages

extension Line {
  /// Recognizes what a fulfillment says was delivered. More than is left is refused, and nothing changes.
  /// - Parameter schedule: lays an amount over the fulfillment's time, as booked in this line's book.
  mutating func fulfill(
    _ data: ObligationFulfilled, in currency: Currency, schedule: (Int64) throws(Refusal) -> Schedule
  ) throws(Refusal) {
    guard let place = parts.firstIndex(where: { $0.fallback != nil }), let fallback = parts[place].fallback else {
      throw .notDeferredUntilFulfilled(line: id)
    }
    var part = parts[place]
    let discountLeft = data.start < fallback ? part.streams[0].discount?.amount(from: booked) ?? 0 : 0
    let left = data.start < fallback ? part.streams[0].schedule.amount(from: booked) - discountLeft : 0
    let amount: Int64
    switch data.measure {
    case .amount(let asked, let askedCurrency):
      guard askedCurrency == currency else { throw .currencyMismatch(expected: currency, found: askedCurrency) }
      amount = part.booked(asked, within: left)
    case .units(let units):
      guard let quantity, quantity > .zero else { throw .quantityMissing(line: id) }
      guard let soFar = part.unitsSoFar.adding(units) else { throw .amountTooLarge }
      guard soFar <= quantity else { throw .overFulfillment(left: left, asked: part.amount) }
      amount = try part.measured(through: soFar, of: quantity)
      part.unitsSoFar = soFar
    case .percent(let percent):
      amount = try part.measured(through: percent, of: ExactDecimal(100))
    }
    guard amount.magnitude <= left.magnitude, amount == 0 || (amount < 0) == (left < 0) else {
      throw .overFulfillment(left: left, asked: amount)
    }
    // The discount goes with it in proportion.
    let discount = left == 0 ? 0 : Rounding.share(of: discountLeft, amount, left)
    part.streams[0].schedule.give(amount + discount)
    part.streams[0].discount?.give(discount)
    let cause = Cause(type: FactType.obligationFulfilled.rawValue, id: data.fulfillment)
    part.streams.append(
      Part.Stream(
        cause: cause, schedule: try schedule(amount + discount),
        discount: discount == 0 ? nil : try schedule(discount)))
    parts[place] = part
  }
}

extension Part {
  /// The moment at which what is not fulfilled is recognized; nil if the part does not wait for fulfillments.
  var fallback: Instant? {
    if case .fulfilled(let fallback) = timing { fallback } else { nil }
  }

  /// What a told amount is in the book's currency: the whole in proportion to what was told so far, less what that gave before.
  fileprivate mutating func booked(_ asked: Int64, within left: Int64) -> Int64 {
    guard let told else { return asked }
    let before = Billing.share(of: amount, fulfilledAsTold, told)
    fulfilledAsTold += asked
    let gives = Billing.share(of: amount, fulfilledAsTold, told) - before
    // What is rounded up is no more than what is left.
    let isUnitTooMuch = gives.magnitude > left.magnitude && gives.magnitude - left.magnitude == 1
    return isUnitTooMuch ? left : gives
  }

  /// What units or a percentage give beyond what earlier ones gave: the whole in proportion, cut towards zero.
  mutating func measured(through soFar: ExactDecimal, of total: ExactDecimal) throws(Refusal) -> Int64 {
    let scale = max(soFar.scale, total.scale)
    guard let part = soFar.shifted(by: scale)?.rounded, let whole = total.shifted(by: scale)?.rounded, whole > 0 else {
      throw .amountTooLarge
    }
    let gives = Rounding.share(of: amount, part, whole)
    let more = gives - measuredSoFar
    measuredSoFar = gives
    return kept(of: more)
  }

  /// What events left of an amount that is measured against the whole: exact, cut towards zero once.
  private func kept(of amount: Int64) -> Int64 {
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
  /// Gives an amount to a fulfillment: the rest that waits for the fallback is smaller.
  fileprivate mutating func give(_ amount: Int64) {
    var left = amount
    for index in amounts.indices.reversed() where left != 0 {
      let share = left > 0 ? min(left, max(amounts[index], 0)) : max(left, min(amounts[index], 0))
      amounts[index] -= share
      left -= share
    }
  }
}
