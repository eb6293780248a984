import Accounting
import Messages

// Invoices that end unpaid: voided, or written off.
extension Walk {
  /// Takes all that is left of each line: against the receivable as far as the invoice is open, the rest against what paid it.
  mutating func void(_ data: InvoiceReference, _ fact: BookFact) -> Reference? {
    guard let place = billingPlaces[data.invoice] else { return Reference(.invoice, data.invoice) }
    let cause = act(fact)
    let period = billings[place].period(of: ordinal(fact.time))
    if case .uncollectible(let writeOff) = billings[place].status {
      // It was taken when it was written off; now it has another name.
      for piece in writeOff.pieces where piece.taken.account == .badDebt {
        if case .billed(let contract, let taker, _) = piece.taken.kind {
          journal.move(piece.taken.renamed(contract, taker, to: .voids, in: period, cause))
          continue
        }
        journal.book(.voids, .badDebt, piece.left, in: period, piece.taken.subject, cause)
      }
      billings[place].status = .voided
      return nil
    }
    var taking = Taking(contra: .voids, cause: cause)
    let open = billings[place].open
    for index in billings[place].lines.indices {
      let amount = billings[place].lines[index].left
      billings[place].lines[index].take(amount, place: index, in: period, into: &taking)
    }
    billings[place].countAllTaken(in: &taking)
    billings[place].presentment?.clearAll(in: period)
    // An excluded share was never receivable in the books, so what paid it is told apart from what paid the others.
    var excluded = taking
    excluded.pieces.removeAll { $0.kind != .excluded }
    taking.pieces.removeAll { $0.kind == .excluded }
    let (subject, openExcluded) = (billings[place].subject, billings[place].openExcluded)
    let owed = taking.unbill(open: open - openExcluded, paidByGrants: billings[place].paidByGrants)
    let owedExcluded = excluded.unbill(open: openExcluded, paidByGrants: 0)
    journal.book(.customerBalance, .accountsReceivable, owed, in: period, subject, cause)
    journal.book(.customerBalance, .customerBalanceAdjustments, owedExcluded, in: period, subject, cause)
    taking.pieces += excluded.pieces
    taking.book(in: &journal)
    for index in billings[place].lines.indices {
      billings[place].lines[index].cleared = billings[place].lines[index].billed
      billings[place].lines[index].clearedExcluded = billings[place].lines[index].allocation.excluded
    }
    billings[place].owed = 0
    billings[place].status = .voided
    return nil
  }

  mutating func writeOff(_ data: InvoiceReference, _ fact: BookFact) -> Reference? {
    guard let place = billingPlaces[data.invoice] else { return Reference(.invoice, data.invoice) }
    guard case .open = billings[place].status else { return nil }
    billings[place].writeOff(in: ordinal(fact.time), act(fact), &journal)
    return nil
  }
}

extension Taking {
  /// Divides what a void takes over what is open and over what paid the rest. Returns what is open beyond what was left to
  /// take, as a collected owed balance is, or what went back without having been paid: it is owed again.
  fileprivate mutating func unbill(open: Int64, paidByGrants: Int64) -> Int64 {
    let left = amount
    if left < 0 || open >= left {
      divide(over: [(.accountsReceivable, 0)])
      return open - left
    }
    divide(over: [(.accountsReceivable, max(open, 0)), (.creditGrants, paidByGrants), (.customerBalance, 0)])
    return min(open, 0)
  }
}
