import Accounting
import Messages

// Usage accrues as it happens, until a line bills it.
extension Walk {
  /// What usage accrued before the line that bills it, so that events see it as earned.
  func accrueUsage(of line: inout Line, item: UsageItem, end: Instant?, at moment: Instant) {
    guard !line.parts.isEmpty else { return }
    var billed = item
    billed.bills.append(UsageItem.Bill(billing: -1, line: -1, end: end, finalizedAt: moment))
    let usage = UsageSchedule(item: billed, calendar: calendar)
    line.parts[0].early = .usage
    guard let group = usage.groups.last(where: { $0.bill?.billing == -1 }), let first = group.first else { return }
    let earlier = Array(group.accrued.prefix(max(line.booked - first, 0)))
    let sum = earlier.reduce(0, +)
    guard sum != 0 || earlier.contains(where: { $0 != 0 }) else { return }
    var schedule = Schedule(first: first, amounts: earlier, weights: earlier.map { _ in 0 })
    schedule.join(.atOnce(line.parts[0].amount - sum, in: line.booked))
    schedule.weights[line.booked - first] = 1
    line.parts[0].streams = [Part.Stream(cause: line.cause, schedule: schedule)]
  }

  /// Books what usage accrues, and takes back what invoices bill of it.
  mutating func bookUsage(of item: UsageItem) {
    let meter = UsageSchedule(item: item, calendar: calendar)
    let definition = item.latest
    let cause = Cause(type: "subscription_item", id: item.id)
    for group in meter.groups {
      guard let first = group.first else { continue }
      let subject = EntrySubject(
        transaction: item.id, customer: definition.customer, product: definition.product, price: definition.price,
        currency: definition.currency, booked: AccountingPeriod(ordinal: Int32(first)))
      journal.book(.unbilledAccountsReceivable, .revenue, group.accrued, from: first, subject, cause)
      guard let bill = group.bill else { continue }
      let line = billings[bill.billing].lines[bill.line]
      let before = group.amount(through: line.booked)
      journal.book(.revenue, .unbilledAccountsReceivable, before, in: line.booked, line.subject, line.cause)
      let later = max(line.booked + 1 - first, 0)
      if later < group.accrued.count {
        journal.book(
          .revenue, .unbilledAccountsReceivable, Array(group.accrued[later...]), from: first + later, line.subject,
          line.cause)
      }
    }
  }
}
