import Accounting
import Messages

// Usage accrues as it happens, until a line bills it.
extension Walk {
  /// What usage accrued before the line that bills it, so that events see it as earned.
  /// - Parameter conversion: the invoice's.
  func accrueUsage(
    of line: inout Line, item: UsageItem, end: Instant?, at moment: Instant, _ conversion: Conversion?
  ) throws(Refusal) {
    guard !line.parts.isEmpty else { return }
    var billed = item
    billed.bills.append(UsageItem.Bill(billing: -1, line: -1, end: end, finalizedAt: moment))
    let usage = usage(of: billed)
    line.parts[0].early = .usage
    guard let group = usage.groups.last(where: { $0.bill?.billing == -1 }), let first = group.first else { return }
    let earlier = try Self.through(Array(group.accrued.prefix(max(line.booked - first, 0))), conversion)
    let sum = earlier.reduce(0, +)
    guard sum != 0 || earlier.contains(where: { $0 != 0 }) else { return }
    var schedule = Schedule(first: first, amounts: earlier, weights: earlier.map { _ in 0 })
    schedule.join(.atOnce(line.parts[0].amount - sum, in: line.booked))
    schedule.weights[line.booked - first] = 1
    line.parts[0].streams = [Part.Stream(cause: line.cause, schedule: schedule)]
  }

  /// What usage accrues: what rules pass on, call tax or leave out is no revenue, neither before the invoice nor after.
  private func usage(of item: UsageItem) -> UsageSchedule {
    var usage = UsageSchedule(item: item, calendar: calendar)
    let rule = input.applied[Reference(.subscriptionItem, item.id)]
    let isExcluded = isExcluded([item.id])
    guard rule != nil || isExcluded else { return usage }
    usage.replaceValues { value in
      let source = Allocator.Source(
        amount: value, timing: .at(.epoch), bookedAt: .epoch, isLine: true, keepsTiming: true, isExcluded: isExcluded)
      // What is too large to be divided is refused with the line that bills it.
      return (try? Allocator.allocate(source, rule: rule))?.recognizable ?? value
    }
    return usage
  }

  /// Amounts of consecutive periods at one rate: what lies through each of them is rounded once.
  private static func through(_ amounts: [Int64], _ conversion: Conversion?) throws(Refusal) -> [Int64] {
    guard let conversion else { return amounts }
    var (sum, before) = (Int64(0), Int64(0))
    var result: [Int64] = []
    for amount in amounts {
      sum += amount
      let through = try conversion.convert(sum)
      result.append(through - before)
      before = through
    }
    return result
  }

  /// Books what usage accrues, and takes back what invoices bill of it.
  mutating func bookUsage(of item: UsageItem) {
    for group in usage(of: item).groups {
      do throws(Refusal) {
        try book(group, of: item)
      } catch {
        // What was counted waits; the item itself is only a price.
        for fact in input.facts {
          if case .usageTotaled(let data) = fact.fact, data.subscriptionItem == item.id, data.from >= group.from,
            data.from < group.to
          {
            refuse(fact.id, error)
          }
        }
      }
    }
  }

  private mutating func book(_ group: UsageSchedule.Group, of item: UsageItem) throws(Refusal) {
    guard let first = group.first else { return }
    let definition = item.latest
    let cause = Cause(type: "subscription_item", id: item.id)
    let line = group.bill.map { billings[$0.billing].lines[$0.line] }
    let book = line?.subject.currency ?? bookCurrency(of: definition.currency, at: group.from)
    let subject = EntrySubject(
      transaction: item.id, customer: definition.customer, product: definition.product, price: definition.price,
      currency: book, booked: AccountingPeriod(ordinal: Int32(first)))
    let accrued = try ofItsPeriods(group, definition.currency, to: book)
    journal.book(.unbilledAccountsReceivable, .revenue, accrued, from: first, subject, cause)
    let pair = CurrencyPair(from: definition.currency, to: book)
    var receivable = ForeignReceivable(account: .unbilledAccountsReceivable, pair: pair, subject: subject)
    for (index, amount) in accrued.enumerated() {
      receivable.change(first + index, told: group.accrued[index], booked: amount)
    }
    if let bill = group.bill, let line {
      // Each accrual leaves by the invoice, at the invoice's rate: those of its period and before in it, later ones in theirs.
      let atInvoice = try Self.through(group.accrued, billings[bill.billing].presentment?.conversion)
      var reversed = [Int64](repeating: 0, count: max(first + accrued.count - line.booked, 1))
      var exchange = reversed
      for (index, amount) in accrued.enumerated() {
        let place = max(first + index - line.booked, 0)
        reversed[place] += atInvoice[index]
        exchange[place] += amount - atInvoice[index]
        receivable.change(line.booked + place, told: -group.accrued[index], booked: -amount)
      }
      journal.book(.revenue, .unbilledAccountsReceivable, reversed, from: line.booked, line.subject, line.cause)
      journal.book(.fxLoss, .unbilledAccountsReceivable, exchange, from: line.booked, line.subject, line.cause)
    }
    if pair.from != pair.to { foreignReceivables.append(receivable) }
  }

  /// What a group accrued in each period, at the rate of the period's last day.
  private mutating func ofItsPeriods(
    _ group: UsageSchedule.Group, _ currency: Currency, to book: Currency
  ) throws(Refusal) -> [Int64] {
    guard let first = group.first, currency != book else { return group.accrued }
    var result: [Int64] = []
    for (index, amount) in group.accrued.enumerated() {
      let end = calendar.end(of: AccountingPeriod(ordinal: Int32(first + index)))
      result.append(
        amount == 0 ? 0 : try converted(amount, currency, to: book, at: end.advanced(byMicroseconds: -1)))
    }
    return result
  }
}
