import Accounting
import Messages

/// What a line or payment bills, divided by what becomes of it. The shares add up to what is billed.
struct Allocation {
  /// A share that is recognized as revenue, and when.
  struct Share {
    var amount: Int64
    /// The discount that is shown beside it.
    var discount: Int64 = 0
    var timing: Timing
    var product: String?
  }

  /// The recognizable shares.
  var shares: [Share]
  /// What is owed as tax.
  var tax: Int64
  /// What is passed on.
  var passthrough: Int64 = 0
  /// What sells credit, and is no revenue.
  var sold: Int64 = 0
  /// What is left out of the books, its tax with it.
  var excluded: Int64 = 0

  /// What is recognizable.
  var recognizable: Int64 { shares.reduce(0) { $0 + $1.amount } }
  /// What is billed.
  var billed: Int64 { recognizable + tax + passthrough + sold + excluded }
}

/// When a share is recognized.
enum Timing: Equatable {
  /// At once.
  case at(Instant)
  /// In a straight line.
  case over(ServicePeriod)
  /// As it is fulfilled, the rest at this moment.
  case fulfilled(fallback: Instant)
  /// Counted from the payment that leaves nothing open.
  case paid(offset: Duration, over: Duration)
}

/// Divides lines and payments by the rules that treat them.
struct Allocator {
  /// What is divided.
  struct Source {
    /// What is billed, before discount and exclusive tax.
    var amount: Int64
    var discount: Int64 = 0
    var taxes: [Tax] = []
    var product: String?
    /// When it is recognized without a rule.
    var timing: Timing
    /// When it is booked.
    var bookedAt: Instant
    /// In which days and periods lengths are counted.
    var calendar = Calendar.months
    /// Whether it is a line of an invoice; otherwise a payment that stands alone.
    var isLine: Bool
    /// Whether its timing is its own, as that of usage and pending items, so that rules only divide.
    var keepsTiming = false
    /// Whether it is left out of the books by name.
    var isExcluded = false
    /// Whether it sells credit.
    var sellsCredit = false
    /// Whether its discount is shown as contra revenue.
    var showsDiscount = false
    /// A period told from outside, which beats every other timing.
    var override: ServicePeriod?
    /// The parts of the bundle that is sold, if it is one.
    var components: [StandaloneSellingPriceSet.Component]?
    /// How it becomes amounts of its book.
    var money = Money.asTold
  }

  /// How what was told becomes amounts of a book.
  enum Money {
    case asTold
    /// Each of revenue and tax by itself.
    case converted(Conversion)
    /// So much money, spread over revenue and tax.
    case settled(Int64)

    var isAsTold: Bool { if case .asTold = self { true } else { false } }
  }

  /// The same allocation in the book's currency, divided anew, so that its shares add up.
  static func book(_ told: Allocation, _ source: Source, rule: AppliedRule?) throws(Refusal) -> Allocation {
    var booked = source
    booked.discount = 0
    let tax = source.taxes.reduce(0) { $0 + $1.amount }
    let net = told.billed - tax
    let (netBooked, taxBooked): (Int64, Int64)
    switch source.money {
    case .asTold: return told
    case .converted(let conversion): (netBooked, taxBooked) = (try conversion.convert(net), try conversion.convert(tax))
    case .settled(let amount):
      let shares = Spreading.spread(amount, over: [net, tax])
      (netBooked, taxBooked) = (shares[0], shares[1])
    }
    if case .converted(let conversion) = source.money { booked.discount = try conversion.convert(source.shownDiscount) }
    booked.amount = netBooked + booked.discount
    booked.taxes = taxBooked == 0 ? [] : [Tax(amount: taxBooked, inclusive: false)]
    return try allocate(booked, rule: rule)
  }

  static func allocate(_ source: Source, rule: AppliedRule?) throws(Refusal) -> Allocation {
    var (tax, inclusive) = (Int64(0), Int64(0))
    for entry in source.taxes {
      tax += entry.amount
      if entry.inclusive { inclusive += entry.amount }
    }
    let net = source.amount - inclusive - source.discount
    guard max(net.magnitude, tax.magnitude) <= UInt64(FactLimits.amountMinorUnits) else { throw .amountTooLarge }
    if source.isExcluded { return Allocation(shares: [], tax: 0, excluded: net + tax) }
    if source.sellsCredit { return Allocation(shares: [], tax: tax, sold: net) }
    var result = Allocation(shares: [], tax: tax)
    guard let rule, !rule.treatments.isEmpty else {
      result.shares = [
        Allocation.Share(
          amount: net, discount: source.shownDiscount, timing: source.override.map { .over($0) } ?? source.timing,
          product: source.product)
      ]
      result.divide(source)
      return result
    }
    let weights = Self.weights(rule.treatments.map(\.percent))
    let shares = Spreading.spread(net, over: weights)
    let discounts = Spreading.spread(source.shownDiscount, over: weights)
    for (index, treatment) in rule.treatments.enumerated() {
      switch treatment.action {
      case .tax: result.tax += shares[index]
      case .passthroughFees: result.passthrough += shares[index]
      case .exclude:
        let itsTax = Spreading.spread(tax, over: weights)[index]
        result.tax -= itsTax
        result.excluded += shares[index] + itsTax
      default:
        let timing = timing(of: treatment.action, source)
        result.shares.append(
          Allocation.Share(
            amount: shares[index], discount: discounts[index], timing: timing, product: source.product))
      }
    }
    if source.keepsTiming { result.joinShares() } else { result.divide(source) }
    return result
  }

  /// Whole weights in the proportion of percentages.
  static func weights(_ percents: [ExactDecimal]) -> [Int64] {
    let scale = percents.map(\.scale).max() ?? 0
    return percents.map { $0.shifted(by: scale)?.rounded ?? 0 }
  }

  /// The timing of a treatment; where it meets the wrong kind, the share keeps the default.
  static func timing(of action: Treatment.Action, _ source: Source) -> Timing {
    if let period = source.override { return .over(period) }
    if source.keepsTiming { return source.timing }
    switch action {
    case .amortizeCustomPeriod(.paid, let offset, let over) where source.isLine:
      return .paid(offset: offset, over: over)
    case .amortizeCustomPeriod(_, let offset, let over):
      return custom(from: source.bookedAt, offset: offset, over: over, source.calendar)
    case .deferUntil(let moment):
      return .at(moment)
    case .deferUntilFulfilled(let fallback) where source.isLine:
      return .fulfilled(fallback: source.calendar.moment(fallback, after: source.bookedAt))
    default:
      return source.timing
    }
  }

  /// A period counted from a moment: the offset first, then the length from the date reached.
  static func custom(from moment: Instant, offset: Duration, over: Duration, _ calendar: Calendar) -> Timing {
    let start = calendar.moment(offset, after: moment)
    return .over(ServicePeriod(start: start, end: calendar.moment(over, after: start)))
  }
}

extension Allocator.Source {
  /// The discount that is shown.
  var shownDiscount: Int64 { showsDiscount ? discount : 0 }
}

extension Calendar {
  /// The moment this much later: days, months and years are counted from midnight to midnight where the account is.
  func moment(_ duration: Duration, after moment: Instant) -> Instant {
    guard !zones.isEmpty, [.day, .week, .month, .year].contains(duration.unit) else { return duration.after(moment) }
    let day = date(containing: moment)
    let ofDay = moment.microseconds - midnight(of: day).microseconds
    return midnight(of: duration.after(Instant(day)).date).advanced(byMicroseconds: ofDay)
  }
}

extension Allocation {
  /// Divides what is recognizable over the parts of a bundle, each with its own product: one with a treatment is recognized
  /// by it, one without as the bundle.
  /// (ASC 606-10-32-31: in proportion to standalone selling prices.)
  fileprivate mutating func divide(_ source: Allocator.Source) {
    guard let components = source.components, !source.keepsTiming, !shares.isEmpty else { return }
    let amounts = Spreading.spread(recognizable, over: Allocator.weights(components.map(\.weight)))
    let whole = shares
    let discounts = whole.map { Spreading.spread($0.discount, over: amounts) }
    shares = []
    for (place, (component, amount)) in zip(components, amounts).enumerated() {
      switch component.treatment?.action {
      case .tax: tax += amount
      case .passthroughFees: passthrough += amount
      case .exclude: excluded += amount
      case let action?:
        shares.append(
          Share(
            amount: amount, discount: discounts.reduce(0) { $0 + $1[place] },
            timing: Allocator.timing(of: action, source), product: component.product))
      case nil:
        for (index, part) in Spreading.spread(amount, over: whole.map(\.amount)).enumerated() {
          shares.append(
            Share(
              amount: part, discount: discounts[index][place], timing: whole[index].timing, product: component.product)
          )
        }
      }
    }
  }

  /// Makes one share of all that are recognized at the same time.
  fileprivate mutating func joinShares() {
    guard let first = shares.first, shares.count > 1 else { return }
    shares = [Share(amount: recognizable, timing: first.timing, product: first.product)]
  }
}
