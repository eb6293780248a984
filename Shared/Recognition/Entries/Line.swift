import Accounting
import Messages

/// A line of an invoice, or a payment that stands alone: the unit of account.
struct Line {
  /// The line's id; the payment's, if it stands alone.
  let id: String
  /// What entries about the whole line are about.
  let subject: EntrySubject
  /// The event that billed it.
  let cause: Cause
  /// The ordinal of the period it is booked in.
  let booked: Int
  /// How many units were billed.
  let quantity: ExactDecimal?
  /// What is billed, divided.
  let allocation: Allocation
  /// The same as it was told, if that was in another currency than the book's.
  var told: Allocation?
  /// What is recognized, each share by itself.
  var parts: [Part] = []
  /// What fulfillments said so far.
  var delivered = Delivered()
  /// The place of the contract it bills; its recognizable part then only moves what that has billed.
  var contract: Int?
  /// What it bills of the contract, at the rate of signing.
  var ofContract: Int64 = 0
  /// What of the receivable was cleared, excluded shares among it.
  var cleared: Int64 = 0
  /// What of the excluded share was cleared.
  var clearedExcluded: Int64 = 0
  /// What events can still take of tax, passthrough, sold credit and excluded shares.
  var taxLeft: Int64
  var passthroughLeft: Int64
  var soldLeft: Int64
  var excludedLeft: Int64

  /// What sits in long-term deferred revenue at the end of each period, from the booking on, as far as it is settled.
  private var longTerm: [Int64] = []

  init(
    id: String, subject: EntrySubject, cause: Cause, booked: Int, quantity: ExactDecimal?, allocation: Allocation
  ) {
    self.id = id
    self.subject = subject
    self.cause = cause
    self.booked = booked
    self.quantity = quantity
    self.allocation = allocation
    taxLeft = allocation.tax
    passthroughLeft = allocation.passthrough
    soldLeft = allocation.sold
    excludedLeft = allocation.excluded
  }

  /// What is billed.
  var billed: Int64 { allocation.billed }
  /// What is not cleared yet.
  var open: Int64 { billed - cleared }
  /// What events can still take.
  var left: Int64 { parts.reduce(0) { $0 + $1.left } + taxLeft + passthroughLeft + soldLeft + excludedLeft }
}

// MARK: - Long-term

extension Line {
  /// The periods that are not long-term.
  private static let shortTermPeriods = 12

  /// Settles what is long-term at the end of each period before this one, by the schedule as it is now. To be called before
  /// an event of that period changes the schedule.
  mutating func settleLongTerm(before period: Int) {
    var next = booked + longTerm.count
    while next < period {
      let left = parts.reduce(0) { $0 + $1.amount(from: next + Self.shortTermPeriods + 1) }
      // Once nothing lies beyond twelve periods, nothing will, until an event changes the schedule.
      if next + Self.shortTermPeriods + 1 >= end {
        longTerm.append(contentsOf: repeatElement(0, count: period - next))
        return
      }
      longTerm.append(left)
      next += 1
    }
  }

  /// The ordinal after the last period in which something is recognized.
  private var end: Int { parts.reduce(booked) { max($0, $1.end) } }

  /// Books the change of what is long-term, period by period.
  mutating func bookLongTerm(in journal: inout Journal) {
    let last = end - Self.shortTermPeriods
    guard last > booked || longTerm.contains(where: { $0 != 0 }) else { return }
    settleLongTerm(before: max(last, booked + longTerm.count + 1))
    var before: Int64 = 0
    var changes: [Int64] = []
    changes.reserveCapacity(longTerm.count)
    for amount in longTerm {
      changes.append(amount - before)
      before = amount
    }
    journal.book(.deferredRevenue, .longTermDeferredRevenue, changes, from: booked, subject, cause)
  }
}

// MARK: - Booking and recognition

extension Line {
  /// Books what the line bills and what is recognized of it, by the schedule it ends with.
  func bookRevenue(in journal: inout Journal) {
    for part in parts { book(part, in: &journal) }
    journal.book(.accountsReceivable, .taxLiability, allocation.tax, in: booked, subject, cause)
    journal.book(.accountsReceivable, .passthroughFees, allocation.passthrough, in: booked, subject, cause)
    journal.book(.accountsReceivable, .paidCreditGrantsReceivable, allocation.sold, in: booked, subject, cause)
  }

  private func book(_ part: Part, in journal: inout Journal) {
    let early = part.amount(before: booked)
    let billedEarly: Int64
    switch part.early {
    case .restated: billedEarly = early
    case .item(let billed, let voided, let exchange):
      billedEarly = billed
      journal.book(.fxLoss, .unbilledAccountsReceivable, exchange, in: booked, part.subject, cause)
      journal.book(.unbilledVoids, .unbilledAccountsReceivable, voided, in: booked, part.subject, cause)
    case .usage:
      billedEarly = 0
      // Usage takes back what it accrued, so the booking recognizes it anew.
      journal.book(.deferredRevenue, .revenue, early, in: booked, part.subject, cause)
    }
    journal.book(.accountsReceivable, .unbilledAccountsReceivable, billedEarly, in: booked, part.subject, cause)
    journal.book(.accountsReceivable, .deferredRevenue, part.gross - billedEarly, in: booked, part.subject, cause)
    for stream in part.streams { book(stream, of: part, in: &journal) }
    bookDiscount(of: part, in: &journal)
  }

  private func book(_ stream: Part.Stream, of part: Part, in journal: inout Journal) {
    let schedule = stream.schedule
    let earlyCount = min(max(booked - schedule.first, 0), schedule.amounts.count)
    if earlyCount == 0 {
      journal.book(
        .deferredRevenue, .revenue, schedule.amounts, from: schedule.first, part.subject, stream.cause)
      return
    }
    if part.early == .restated {
      journal.book(
        .unbilledAccountsReceivable, .revenue, Array(schedule.amounts[..<earlyCount]), from: schedule.first,
        part.subject, stream.cause)
    }
    journal.book(
      .deferredRevenue, .revenue, Array(schedule.amounts[earlyCount...]), from: schedule.first + earlyCount,
      part.subject, stream.cause)
  }
}
