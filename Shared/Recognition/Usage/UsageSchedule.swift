import Accounting
import Messages

/// A price by usage within a book: its versions, what was counted, and the lines that bill it.
struct UsageItem {
  /// A line that bills usage.
  struct Bill {
    let billing: Int
    let line: Int
    /// The end of the line's period: all earlier records are billed. Nil: all up to finalization.
    let end: Instant?
    let finalizedAt: Instant
  }

  let id: String
  /// By time.
  var versions: [(time: Instant, data: SubscriptionItemDefined)]
  /// What was counted, the latest total of each slice.
  var slices: [UsageTotaled] = []
  /// The billing periods of its subscription, as far as they were told.
  var periods: [ServicePeriod] = []
  /// By time of finalization.
  var bills: [Bill] = []

  init(id: String, versions: [(time: Instant, data: SubscriptionItemDefined)]) {
    self.id = id
    self.versions = versions
  }

  /// The definition as last told.
  var latest: SubscriptionItemDefined { versions[versions.count - 1].data }

  /// The definition in force at a moment: the first one before any.
  func version(at moment: Instant) -> SubscriptionItemDefined {
    (versions.last { $0.time <= moment } ?? versions[0]).data
  }
}

/// What usage accrues, billing period by billing period, in the accounting periods in which it happened.
struct UsageSchedule {
  /// The records that are priced together.
  struct Group {
    /// The line that bills them; nil while they are unbilled.
    let bill: UsageItem.Bill?
    /// The ordinal of the first period something accrued in; nil if there is none.
    var first: Int?
    /// What accrued in each period.
    var accrued: [Int64] = []
    /// When its first slice begins and its last one ends.
    var from = Instant.epoch
    var to = Instant.epoch
  }

  private(set) var groups: [Group] = []

  init(item: UsageItem, calendar: Calendar) {
    let slices = item.slices.filter { $0.events > 0 }.sorted(by: UsageTotaled.isPricedBefore)
    var position = 0
    // Lines bill what no earlier line billed. A line without a period takes all up to its finalization.
    for bill in item.bills {
      let from = position
      while position < slices.count, slices[position].isBefore(bill) { position += 1 }
      let end = bill.end ?? bill.finalizedAt.advanced(byMicroseconds: 1)
      groups.append(Self.group(Array(slices[from..<position]), bill, to: end, item, calendar))
    }
    // What is unbilled is one billing period, divided by every billing period that was told.
    let periods = item.versions.compactMap(\.data.currentPeriod) + item.periods
    let boundaries = Set(periods.flatMap { [$0.start, $0.end] }).sorted()
    while position < slices.count {
      let end = boundaries.first { $0 > slices[position].from }
      let from = position
      while position < slices.count, end.map({ slices[position].from < $0 }) ?? true { position += 1 }
      groups.append(Self.group(Array(slices[from..<position]), nil, to: end ?? .distantFuture, item, calendar))
    }
  }

  /// Replaces the value accrued through each period by what a share of it is.
  mutating func replaceValues(by share: (Int64) -> Int64) {
    for group in groups.indices {
      var (value, before) = (Int64(0), Int64(0))
      for index in groups[group].accrued.indices {
        value += groups[group].accrued[index]
        let through = share(value)
        groups[group].accrued[index] = through - before
        before = through
      }
    }
  }

  /// The value accrued through each period is the aggregate of the records so far times the price; the period shows the
  /// change.
  private static func group(
    _ slices: [UsageTotaled], _ bill: UsageItem.Bill?, to end: Instant, _ item: UsageItem, _ calendar: Calendar
  ) -> Group {
    var group = Group(bill: bill)
    guard let first = slices.first, let last = slices.last else { return group }
    let pricing = UsagePricing(item: item, from: first.from, to: end)
    var aggregate = UsagePricing.Aggregated()
    var before: Int64 = 0
    let firstPeriod = Int(calendar.period(containing: first.from).ordinal)
    group.first = firstPeriod
    (group.from, group.to) = (first.from, last.to)
    for (index, slice) in slices.enumerated() {
      pricing.add(slice, to: &aggregate)
      let period = Int(calendar.period(containing: slice.from).ordinal)
      let isLast = index + 1 == slices.count
      let next = isLast ? period + 1 : Int(calendar.period(containing: slices[index + 1].from).ordinal)
      guard next != period else { continue }
      let through = pricing.value(of: aggregate)
      while group.accrued.count <= period - firstPeriod { group.accrued.append(0) }
      group.accrued[period - firstPeriod] = through - before
      before = through
    }
    return group
  }
}

extension UsageTotaled {
  /// The order in which totals are priced: by time; of one slice those with the latest record last, else by price.
  fileprivate static func isPricedBefore(_ left: UsageTotaled, _ right: UsageTotaled) -> Bool {
    if left.from != right.from { return left.from < right.from }
    if left.lastAt != right.lastAt { return left.lastAt < right.lastAt }
    return UsagePrice(left.unitAmount) < UsagePrice(right.unitAmount)
  }

  /// Whether a line bills the slice: it lies before the end of the line's period, or not after its finalization.
  fileprivate func isBefore(_ bill: UsageItem.Bill) -> Bool {
    if let end = bill.end { return from < end }
    return lastAt <= bill.finalizedAt
  }
}
