import Accounting
import Messages

/// A receivable in another currency than its book's: how it changed, as told and in the book.
struct ForeignReceivable {
  struct Change {
    var told: Int64 = 0
    var booked: Int64 = 0
  }

  let account: Account
  let pair: CurrencyPair
  let subject: EntrySubject
  /// By the ordinal of the period.
  var changes: [Int: Change] = [:]

  mutating func change(_ period: Int, told: Int64, booked: Int64) {
    changes[period, default: Change()].told += told
    changes[period, default: Change()].booked += booked
  }
}

// Foreign receivables at each period's end: the difference to the rate published for its last day is unrealized, and is taken
// back with the next period's first instant. Deferred revenue is not monetary and stays.
extension Walk {
  mutating func remeasure() {
    guard settings.remeasureReceivables else { return }
    for receivable in foreignReceivables + receivablesOfBillings() { remeasure(receivable) }
  }

  /// What is to be received for invoices in other currencies than their books'.
  private func receivablesOfBillings() -> [ForeignReceivable] {
    let foreign = billings.filter { $0.presentment?.conversion != nil }
    guard !foreign.isEmpty else { return [] }
    var booked: [String: [Int: Int64]] = [:]
    for run in journal.runs where run.debit == .accountsReceivable || run.credit == .accountsReceivable {
      let sign: Int64 = run.debit == .accountsReceivable ? 1 : -1
      for (index, amount) in run.amounts.enumerated() {
        booked[run.transaction, default: [:]][Int(run.from.ordinal) + index, default: 0] += sign * amount
      }
    }
    return foreign.compactMap { billing in
      guard let presentment = billing.presentment, let pair = presentment.conversion?.pair else { return nil }
      var result = ForeignReceivable(account: .accountsReceivable, pair: pair, subject: billing.subject)
      for (period, amount) in presentment.receivable { result.change(period, told: amount, booked: 0) }
      for (period, amount) in booked[billing.id] ?? [:] { result.change(period, told: 0, booked: amount) }
      return result
    }
  }

  /// Takes note of what a contract of another currency has accrued at the end of each period.
  mutating func remeasure(_ contract: Contract, _ position: BillingPosition) {
    guard settings.remeasureReceivables, let conversion = contract.money.conversion else { return }
    var receivable = ForeignReceivable(
      account: .unbilledAccountsReceivable, pair: conversion.pair, subject: contract.subject)
    var before = ForeignReceivable.Change()
    for end in position.aheadAtEnd {
      let told = conversion.told(of: end.unbilled)
      receivable.change(end.period, told: told - before.told, booked: end.unbilled - before.booked)
      before = ForeignReceivable.Change(told: told, booked: end.unbilled)
    }
    foreignReceivables.append(receivable)
  }

  /// Until the last period for which the pair has a rate.
  private mutating func remeasure(_ receivable: ForeignReceivable) {
    let rates = input.configuration.exchangeRates
    output.rates.insert(receivable.pair)
    guard let first = receivable.changes.keys.min(), let lastDay = rates.lastDay(of: receivable.pair) else { return }
    let last = Int(calendar.period(containing: lastDay).ordinal)
    guard first <= last else { return }
    let cause = Cause(type: FactType.exchangeRatePublished.rawValue, id: receivable.pair.text)
    var open = ForeignReceivable.Change()
    for period in first...last {
      open.told += receivable.changes[period]?.told ?? 0
      open.booked += receivable.changes[period]?.booked ?? 0
      guard open.told != 0 else { continue }
      let end = calendar.end(of: AccountingPeriod(ordinal: Int32(period))).advanced(byMicroseconds: -1)
      // An amount too large to be converted is left as it is booked.
      guard let rate = rates.rate(of: receivable.pair, on: calendar.date(containing: end)),
        let value = try? Conversion(pair: receivable.pair, rate: rate).convert(open.told)
      else { continue }
      let loss = open.booked - value
      journal.book(.unrealizedFxLoss, receivable.account, loss, in: period, receivable.subject, cause)
      journal.book(.unrealizedFxLoss, receivable.account, -loss, in: period + 1, receivable.subject, cause)
    }
  }
}
