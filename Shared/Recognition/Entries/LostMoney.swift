import Accounting
import Messages

// Money that had cleared something is gone again: a delayed method failed, a payment was taken off an invoice.
extension Billing {
  /// What money had cleared that is gone, in the book's currency.
  struct Reopened {
    /// Of each line, excluded shares among it.
    var lines: [Int64]
    /// Of each line's excluded share.
    var excluded: [Int64]
    /// Of what the customer owed before.
    var owed: Int64
  }

  /// What money that is gone had cleared is open again; of what was written off it is bad debt as far as it was earned by now, and of a
  /// void the customer's balance, which had taken it, gives it back.
  /// - Parameter settled: the money in the book's currency; nil: as much as it had cleared.
  mutating func lose(
    _ amount: ToldAndBooked, settled: Int64?, from account: Account, in period: Int, _ cause: Cause,
    _ journal: inout Journal
  ) {
    switch status {
    case .open:
      let reopened = reopen(amount, in: period)
      book(reopened, settled: settled, from: account, in: period, cause, &journal)
    case .voided(let keepsPaid):
      // What was paid of one that had been written off stayed revenue.
      journal.clear(
        keepsPaid ? .voids : .customerBalance, -amount.booked, with: account, settled: settled.map { -$0 }, in: period,
        subject, cause)
    case .uncollectible(var writeOff):
      var taking = Taking(contra: .badDebt, cause: cause)
      take(amount.told, in: period, into: &taking)
      taking.divide(over: [(account, 0)])
      taking.book(in: &journal)
      if let settled {
        journal.book(.fxLoss, account, settled - taking.amount, in: self.period(of: period), subject, cause)
      }
      writeOff.add(taking, told: amount.told)
      status = .uncollectible(writeOff)
    }
  }

  /// So much is open again, spread over the lines in proportion to what each billed.
  mutating func reopen(_ amount: ToldAndBooked, in period: Int) -> Reopened {
    let cleared = lines.map(\.cleared)
    let forLines = min(amount.booked, max(cleared.reduce(0, +), 0))
    let shares = spread(forLines, over: lines.map(\.billed), within: cleared)
    if let presentment {
      let toldForLines = min(amount.told, max(presentment.lines.reduce(0) { $0 + $1.cleared }, 0))
      for (index, told) in presentment.spread(toldForLines, within: { $0.cleared }).enumerated() {
        self.presentment?.clear(line: index, -told, in: period)
      }
      self.presentment?.clear(line: nil, toldForLines - amount.told, in: period)
    }
    var excluded = shares.map { _ in Int64(0) }
    for index in lines.indices where shares[index] != 0 {
      let line = lines[index]
      excluded[index] =
        Spreading.spread(
          shares[index], over: [line.billed - line.allocation.excluded, line.allocation.excluded],
          within: [line.cleared - line.clearedExcluded, line.clearedExcluded]
        ).shares[1]
      lines[index].cleared -= shares[index]
      lines[index].clearedExcluded -= excluded[index]
    }
    owed += amount.booked - forLines
    return Reopened(lines: shares, excluded: excluded, owed: amount.booked - forLines)
  }

  private func book(
    _ reopened: Reopened, settled: Int64?, from account: Account, in period: Int, _ cause: Cause,
    _ journal: inout Journal
  ) {
    let money = settled.map { Spreading.spread($0, over: reopened.lines + [reopened.owed]).map { -$0 } }
    for index in lines.indices where reopened.lines[index] != 0 {
      let parts = [reopened.lines[index] - reopened.excluded[index], reopened.excluded[index]]
      let moneyOfParts = money.map { Spreading.spread($0[index], over: parts) }
      let subject = lines[index].subject
      journal.clear(
        .accountsReceivable, -parts[0], with: account, settled: moneyOfParts?[0], in: period, subject, cause)
      journal.book(.exclusion, account, moneyOfParts.map { -$0[1] } ?? parts[1], in: period, subject, cause)
    }
    journal.clear(
      .accountsReceivable, -reopened.owed, with: account, settled: money?.last, in: period, subject, cause)
  }
}
