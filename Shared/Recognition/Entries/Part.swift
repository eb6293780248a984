import Accounting
import Messages

/// A share of a line that is recognized by itself: a treatment's share, or a component of a bundle.
struct Part {
  /// Revenue of one cause within the part: the part's own schedule, or a fulfillment's.
  struct Stream {
    let cause: Cause
    var schedule: Schedule
  }

  /// What its entries are about.
  let subject: EntrySubject
  /// What is recognizable.
  let amount: Int64
  /// When it is recognized.
  let timing: Timing
  /// What recognizes it: its own schedule first, then fulfillments by time.
  var streams: [Stream]
  /// What units and percentages gave so far.
  var measuredSoFar: Int64 = 0
  /// What units and percentages add up to so far, as a share of the whole.
  var measureSoFar = ExactDecimal.zero

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
}
