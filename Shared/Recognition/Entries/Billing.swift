import Accounting
import Messages

/// An invoice, or a payment that stands alone: lines that were billed at one moment, and what was paid of them.
struct Billing {
  /// The invoice or payment.
  let id: String
  /// The event that billed it.
  let cause: Cause
  /// What entries about the whole are about.
  let subject: EntrySubject
  /// The currency of its amounts.
  let currency: Currency
  /// When it was billed.
  let bookedAt: Instant
  /// The ordinal of the period it is booked in.
  let booked: Int
  /// What it bills.
  var lines: [Line] = []
  /// What is still to be received, excluded shares among it.
  var open: Int64 = 0

  init(id: String, cause: Cause, subject: EntrySubject, currency: Currency, bookedAt: Instant, booked: Int) {
    self.id = id
    self.cause = cause
    self.subject = subject
    self.currency = currency
    self.bookedAt = bookedAt
    self.booked = booked
  }
}

extension Billing {
  /// Money came in: it clears what is open, spread over the lines in proportion to what each billed; what exceeds that is an
  /// overpayment.
  mutating func pay(_ amount: Int64, from account: Account, in period: Int, _ cause: Cause, _ journal: inout Journal) {
    let clears = min(amount, max(open, 0))
    open -= clears
    let shares = spread(clears)
    for index in lines.indices where shares[index] != 0 {
      clear(line: index, shares[index], from: account, in: period, cause, &journal)
    }
    journal.book(account, .overpayments, amount - clears, in: period, subject, cause)
  }

  private mutating func clear(
    line index: Int, _ amount: Int64, from account: Account, in period: Int, _ cause: Cause, _ journal: inout Journal
  ) {
    let line = lines[index]
    lines[index].cleared += amount
    guard line.allocation.excluded != 0 else {
      journal.book(account, .accountsReceivable, amount, in: period, line.subject, cause)
      return
    }
    // The excluded share was never booked, so its money is a gain.
    let (excluded, receivable) = (line.allocation.excluded, line.receivable)
    let leftExcluded = excluded - line.clearedExcluded
    let leftReceivable = receivable - (line.cleared - line.clearedExcluded)
    let shares = Spreading.spread(amount, over: [receivable, excluded], within: [leftReceivable, leftExcluded])
    lines[index].clearedExcluded += shares[1]
    journal.book(account, .accountsReceivable, shares[0], in: period, line.subject, cause)
    journal.book(account, .exclusion, shares[1], in: period, line.subject, cause)
  }

  /// An amount spread over the lines in proportion to what each billed, none beyond what is open of it.
  private func spread(_ amount: Int64) -> [Int64] {
    guard lines.count > 1 else { return [amount] }
    return Spreading.spread(
      amount, over: lines.map(\.allocation.billed), within: lines.map { $0.allocation.billed - $0.cleared })
  }
}
