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
    let left = data.start < fallback ? part.streams[0].schedule.amounts[0] : 0
    let amount: Int64
    switch data.measure {
    case .amount(let asked, let askedCurrency):
      guard askedCurrency == currency else { throw .currencyMismatch(expected: currency, found: askedCurrency) }
      amount = asked
    case .units(let units):
      guard let quantity, quantity > .zero else { throw .quantityMissing(line: id) }
      guard let soFar = part.measureSoFar.adding(units) else { throw .amountTooLarge }
      guard soFar <= quantity else { throw .overFulfillment(left: left, asked: part.amount) }
      amount = try part.measured(through: soFar, of: quantity)
    case .percent(let percent):
      amount = try part.measured(through: percent, of: ExactDecimal(100))
    }
    guard amount.magnitude <= left.magnitude, amount == 0 || (amount < 0) == (left < 0) else {
      throw .overFulfillment(left: left, asked: amount)
    }
    part.streams[0].schedule.amounts[0] -= amount
    part.streams[0].schedule.weights[0] = max(part.streams[0].schedule.amounts[0], 0)
    let cause = Cause(type: FactType.obligationFulfilled.rawValue, id: data.fulfillment)
    part.streams.append(Part.Stream(cause: cause, schedule: try schedule(amount)))
    parts[place] = part
  }
}

extension Part {
  /// The moment at which what is not fulfilled is recognized; nil if the part does not wait for fulfillments.
  var fallback: Instant? {
    if case .fulfilled(let fallback) = timing { fallback } else { nil }
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
    measureSoFar = soFar
    return more
  }
}
