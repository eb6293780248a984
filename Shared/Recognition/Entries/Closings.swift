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
    let (open, left) = (billings[place].open, billings[place].left)
    for index in billings[place].lines.indices {
      let amount = billings[place].lines[index].left
      billings[place].lines[index].take(amount, place: index, in: period, into: &taking)
    }
    billings[place].countAllTaken(in: &taking)
    billings[place].presentment?.clearAll(in: period)
    let subject = billings[place].subject
    if left >= 0, open < left {
      // An excluded share was never receivable in the books, so what paid it is told apart from what paid the others.
      var excluded = taking
      excluded.pieces.removeAll { $0.kind != .excluded }
      taking.pieces.removeAll { $0.kind == .excluded }
      let openExcluded = billings[place].lines.reduce(0) { $0 + $1.allocation.excluded - $1.clearedExcluded }
      excluded.divide(over: [(.accountsReceivable, max(openExcluded, 0)), (.customerBalance, 0)])
      taking.divide(over: [
        (.accountsReceivable, max(open - openExcluded, 0)), (.creditGrants, billings[place].paidByGrants),
        (.customerBalance, 0),
      ])
      taking.pieces += excluded.pieces
    } else {
      // A collected owed balance is owed again.
      taking.divide(over: [(.accountsReceivable, 0)])
      journal.book(.customerBalance, .accountsReceivable, open - left, in: period, subject, cause)
    }
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
