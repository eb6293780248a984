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
      billings[place].status = .voided(keepsPaid: true)
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
    let owed = taking.unbill(open: open - openExcluded, paidByGrants: billings[place].paidByGrants.others)
    let owedExcluded = excluded.unbill(open: openExcluded, paidByGrants: billings[place].paidByGrants.excluded)
    journal.book(.customerBalance, .accountsReceivable, owed, in: period, subject, cause)
    journal.book(.customerBalance, .customerBalanceAdjustments, owedExcluded, in: period, subject, cause)
    taking.pieces += excluded.pieces
    taking.book(in: &journal)
    for index in billings[place].lines.indices {
      billings[place].lines[index].cleared = billings[place].lines[index].billed
      billings[place].lines[index].clearedExcluded = billings[place].lines[index].allocation.excluded
    }
    billings[place].owed = 0
    billings[place].status = .voided(keepsPaid: false)
    return nil
  }

  mutating func writeOff(_ data: InvoiceReference, _ fact: BookFact) -> Reference? {
    guard let place = billingPlaces[data.invoice] else { return Reference(.invoice, data.invoice) }
    guard case .open = billings[place].status else { return nil }
    let submitted = takeSubmitted(place)
    billings[place].writeOff(submitted: submitted, in: ordinal(fact.time), act(fact), &journal)
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

// MARK: - What comes back to an invoice that ended

extension Billing {
  /// As what an ended invoice keeps what comes back to it; nil where it goes back to the lines. Nothing of an ended invoice is
  /// open, so what had lowered its receivable is void, or bad debt, from now on. All the money of a voided one is the
  /// customer's, also what comes back later.
  func ending(of taking: Taking) -> Account? {
    let lowered = taking.pieces.contains { $0.counter == .accountsReceivable }
    switch status {
    case .open: return nil
    case .voided(let keepsPaid): return lowered || !keepsPaid ? .voids : nil
    case .uncollectible: return lowered ? .badDebt : nil
    }
  }

  /// What an event took goes to another account than the event's; its lines get nothing back. Returns what came back.
  mutating func keep(
    _ taking: Taking, as account: Account, in period: Int, _ cause: Cause, _ journal: inout Journal
  ) -> Int64 {
    var kept: [WriteOff.Piece] = []
    for piece in taking.pieces {
      if piece.line == nil || piece.kind == .loss {
        giveBack(piece, in: period, cause, &journal)
        continue
      }
      let isLowered = piece.counter == .accountsReceivable
      switch piece.kind {
      case .billed where !isLowered:
        giveBack(piece, in: period, cause, &journal)
        continue
      case .earned: journal.book(account, piece.account, piece.amount, in: period, piece.subject, cause)
      case .excluded where !isLowered:
        // Its money had been a gain, and is one again; the customer's balance is adjusted for it.
        journal.book(piece.counter, .exclusion, piece.amount, in: period, piece.subject, cause)
        journal.book(.customerBalanceAdjustments, .customerBalance, piece.amount, in: period, piece.subject, cause)
        continue
      default: break
      }
      if isLowered {
        kept.append(WriteOff.Piece(piece, as: account))
      } else if piece.counter != .customerBalance {
        journal.book(piece.counter, .customerBalance, piece.amount, in: period, piece.subject, cause)
      }
    }
    write(off: kept, told: taking.amountAsTold)
    return taking.amount
  }

  /// More is written off.
  private mutating func write(off pieces: [WriteOff.Piece], told: Int64) {
    guard case .uncollectible(var writeOff) = status else { return }
    writeOff.pieces += pieces
    writeOff.told.written += told
    status = .uncollectible(writeOff)
  }
}
