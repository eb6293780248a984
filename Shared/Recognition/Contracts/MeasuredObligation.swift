import Accounting

/// What units and percentages of an item are measured against: the whole amount, or what a change left of it.
struct MeasuredObligation {
  /// What is measured.
  var base: Int64 = 0
  /// How many units it is in all.
  var total: ExactDecimal?
  /// The units, and the percentage, that were given before the base.
  private var unitsBefore = ExactDecimal.zero
  private var percentBefore = ExactDecimal.zero
  /// The units so far, and the largest percentage.
  private var units = ExactDecimal.zero
  private var percent = ExactDecimal.zero
  /// What they gave of the base, and of what was measured before it.
  private var given: Int64 = 0
  private var givenBefore: Int64 = 0
  /// Whether units were the last to be told.
  private var byUnits = false

  /// What units give beyond what was given: the base in proportion, cut towards zero.
  mutating func give(units more: ExactDecimal, item: String, left: Int64) throws(Refusal) -> Int64 {
    guard let total, total > .zero else { throw .quantityMissing(line: item) }
    guard let soFar = units.adding(more) else { throw .amountTooLarge }
    guard soFar <= total else { throw .overFulfillment(left: left, asked: base) }
    (units, byUnits) = (soFar, true)
    return try give()
  }

  /// What a percentage of the whole gives beyond what was given.
  mutating func give(percent whole: ExactDecimal, left: Int64) throws(Refusal) -> Int64 {
    guard whole <= ExactDecimal(100) else { throw .overFulfillment(left: left, asked: base) }
    guard whole >= percentBefore else { throw .overFulfillment(left: left, asked: 0) }
    (percent, byUnits) = (whole, false)
    return try give()
  }

  /// A change leaves this rest to be measured by what is still to come.
  mutating func goOn(with rest: Int64, of total: ExactDecimal?) {
    givenBefore += given
    (base, self.total, given) = (rest, total, 0)
    (unitsBefore, percentBefore) = (units, percent)
  }

  /// A change measures all anew; returns what was given too little.
  mutating func startAnew(with amount: Int64, of total: ExactDecimal?) throws(Refusal) -> Int64 {
    let before = givenBefore + given
    (base, self.total, given, givenBefore) = (amount, total, before, 0)
    (unitsBefore, percentBefore) = (.zero, .zero)
    guard units > .zero || percent > .zero else { return 0 }
    // Fewer units than were given already: they stay as they were measured.
    if byUnits, total.map({ units > $0 }) ?? true { return 0 }
    return try give()
  }

  private mutating func give() throws(Refusal) -> Int64 {
    let whole = byUnits ? total ?? .zero : ExactDecimal(100)
    let (now, before) = byUnits ? (units, unitsBefore) : (percent, percentBefore)
    guard let part = now.subtracting(before), let rest = whole.subtracting(before) else { throw .amountTooLarge }
    let scale = max(part.scale, rest.scale)
    guard let numerator = part.shifted(by: scale)?.rounded, let denominator = rest.shifted(by: scale)?.rounded else {
      throw .amountTooLarge
    }
    // Nothing was left to be measured: what a change left of the amount waits for the end.
    let gives = denominator > 0 ? Rounding.share(of: base, numerator, denominator) : 0
    defer { given = gives }
    return gives - given
  }
}
