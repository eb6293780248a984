import Accounting
import Messages

/// Something that waits for an invoice and is earned meanwhile.
struct PendingItem {
  let data: InvoiceItemCreated
  /// When it first appeared.
  let appeared: Instant
  /// When it was deleted.
  var deleted: Instant?
  /// When an invoice billed it, and the currency of the invoice's book.
  private(set) var billed: Instant?
  private(set) var book: Currency?

  init(data: InvoiceItemCreated, appeared: Instant) {
    self.data = data
    self.appeared = appeared
  }

  /// Bills it, unless it is billed already: the first line counts, another one is a line like any.
  mutating func bill(at moment: Instant, in currency: Currency) {
    guard billed == nil else { return }
    (billed, book) = (moment, currency)
  }

  /// When it was deleted, unless an invoice had billed it by then.
  var deletedUnbilled: Instant? {
    deleted.flatMap { deleted in billed.map { deleted <= $0 } ?? true ? deleted : nil }
  }
}

// Pending items accrue until they are billed or deleted.
extension Walk {
  /// What an item accrues, period by period, from the one in which it appeared; tax that its price includes is in it.
  /// - Parameter conversion: into the book's currency; nil: as told.
  private func accrual(of item: PendingItem, _ conversion: Conversion?) throws(Refusal) -> Schedule {
    let data = item.data
    let appeared = ordinal(item.appeared)
    let source = Allocator.Source(
      amount: data.amount, discount: data.discount, product: data.product,
      timing: data.period.map { .over($0) } ?? .at(item.appeared), bookedAt: item.appeared, calendar: calendar,
      isLine: true,
      keepsTiming: true, isExcluded: isExcluded([data.invoiceItem]))
    let allocation = try Allocator.allocate(source, rule: input.applied[Reference(.invoiceItem, data.invoiceItem)])
    let amount = try conversion?.convert(allocation.recognizable) ?? allocation.recognizable
    var schedule =
      switch source.timing {
      case .over(let period): try straightLine.schedule(amount, over: period)
      default: Schedule.atOnce(amount, in: appeared)
      }
    schedule.fold(into: appeared)
    guard schedule.end - appeared <= ScheduleLimits.periods else { throw .periodTooLong }
    return schedule
  }

  /// What an item accrued before a period, unless it was deleted by the moment of its billing.
  func accrued(
    by item: PendingItem, before period: Int, at moment: Instant, _ conversion: Conversion?
  ) throws(Refusal) -> Int64 {
    guard item.deleted.map({ $0 > moment }) ?? true else { return 0 }
    return try accrual(of: item, conversion).amount(before: period)
  }

  /// The line bills an item: what it gives to periods before its own was accrued by the item, and meets that.
  /// - Parameter conversion: the invoice's.
  mutating func accrueEarlier(
    of line: inout Line, item: PendingItem, _ source: Allocator.Source, _ conversion: Conversion?
  ) throws(Refusal) {
    guard item.deleted.map({ $0 > source.bookedAt }) ?? true else { return }
    let timing = source.override.map { .over($0) } ?? source.timing
    // A line that has no revenue, as one that is left out or is tax by a rule, still meets what the item accrued.
    if line.parts.isEmpty {
      line.parts = [Part(subject: line.subject, amount: 0, timing: timing, streams: [])]
    }
    let appeared = ordinal(item.appeared)
    let booked = line.booked
    let part = line.parts[0]
    var schedule = Schedule.atOnce(part.amount, in: booked)
    if case .over(let period) = timing { schedule = try straightLine.schedule(part.amount, over: period) }
    schedule.fold(into: min(appeared, booked))
    let accrued = try accrual(of: item, conversion)
    let accruedAmount = accrued.amount(before: booked)
    var exchange: Int64 = 0
    if let conversion, accruedAmount != 0 {
      let ofItsDay = try self.conversion(from: conversion.pair.from, to: conversion.pair.to, at: item.appeared)
      exchange = try accrual(of: item, ofItsDay).amount(before: booked) - accruedAmount
    }
    let gives = schedule.amount(before: booked)
    // What accrued beyond what the line gives leaves as void; what the line gives beyond it is recognized at booking.
    let isMore = accruedAmount == 0 || (accruedAmount > 0 ? gives > accruedAmount : gives < accruedAmount)
    let billed = isMore ? accruedAmount : gives
    var own = schedule
    own.fold(into: booked)
    if own.first > booked, gives != billed { own.join(.atOnce(0, in: booked)) }
    if gives != 0 || accruedAmount != 0 {
      if own.first > booked { own.join(.atOnce(0, in: booked)) }
      own.amounts[booked - own.first] -= billed
      let earlier = Schedule(
        first: accrued.first, amounts: Array(accrued.amounts.prefix(max(booked - accrued.first, 0))),
        weights: Array(accrued.weights.prefix(max(booked - accrued.first, 0))))
      if !earlier.amounts.isEmpty {
        var whole = Schedule(
          first: earlier.first, amounts: earlier.amounts, weights: earlier.amounts.map { _ in 0 })
        whole.join(own)
        for (index, weight) in own.weights.enumerated() { whole.weights[own.first - whole.first + index] = weight }
        own = whole
      }
    }
    line.parts[0].streams = [Part.Stream(cause: line.cause, schedule: own)]
    line.parts[0].early = .item(billed: billed, voided: accruedAmount - billed, exchange: exchange)
    // What left as void is no revenue that an event could take.
    line.parts[0].contra = accruedAmount - billed
  }

  /// Books what an item accrued by itself: all of it while it is pending, else what lies before its invoice or its end.
  mutating func bookAccrual(of item: PendingItem) {
    do throws(Refusal) {
      try accrue(item)
    } catch {
      let fact = input.facts.first {
        if case .invoiceItemCreated(let other) = $0.fact { other.invoiceItem == item.data.invoiceItem } else { false }
      }
      refuse(fact?.id ?? item.data.invoiceItem, error)
    }
  }

  private mutating func accrue(_ item: PendingItem) throws(Refusal) {
    let data = item.data
    let told = try accrual(of: item, nil)
    let deleted = item.deletedUnbilled.map { ordinal($0) }
    let end = deleted ?? item.billed.map { ordinal($0) } ?? Int.max
    let count = end == Int.max ? told.amounts.count : min(max(end - told.first, 0), told.amounts.count)
    guard count > 0 else { return }
    let book = item.book ?? bookCurrency(of: data.currency, at: item.appeared)
    let conversion = try conversion(from: data.currency, to: book, at: item.appeared)
    let schedule = conversion == nil ? told : try accrual(of: item, conversion)
    let subject = EntrySubject(
      transaction: data.invoiceItem, customer: data.customer, product: data.product, price: data.price,
      currency: book, booked: AccountingPeriod(ordinal: Int32(ordinal(item.appeared))))
    let cause = Cause(type: FactType.invoiceItemCreated.rawValue, id: data.invoiceItem)
    let accrued = Array(schedule.amounts.prefix(count))
    journal.book(.unbilledAccountsReceivable, .revenue, accrued, from: schedule.first, subject, cause)
    if let deleted {
      journal.book(
        .unbilledVoids, .unbilledAccountsReceivable, schedule.amount(before: deleted),
        in: max(deleted, ordinal(item.appeared)), subject,
        Cause(type: FactType.invoiceItemDeleted.rawValue, id: data.invoiceItem))
    }
    guard let conversion else { return }
    var receivable = ForeignReceivable(account: .unbilledAccountsReceivable, pair: conversion.pair, subject: subject)
    for index in 0..<count {
      receivable.change(told.first + index, told: told.amounts[index], booked: accrued[index])
    }
    if end != Int.max {
      receivable.change(
        max(end, ordinal(item.appeared)), told: -told.amounts.prefix(count).reduce(0, +),
        booked: -accrued.reduce(0, +))
    }
    foreignReceivables.append(receivable)
  }
}
