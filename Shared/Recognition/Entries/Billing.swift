import Accounting
import Messages

/// An invoice, or a payment that stands alone: lines that were billed at one moment, and what was paid of them.
struct Billing {
  /// What became of it.
  enum Status {
    case open
    /// Voided; once written off, what had been paid stays.
    case voided(keepsPaid: Bool)
    /// Written off: what was, piece by piece, and what of it has come back.
    case uncollectible(WriteOff)
  }

  /// The invoice or payment.
  let id: String
  /// The event that billed it.
  let cause: Cause
  /// What entries about the whole are about.
  let subject: EntrySubject
  /// The currency in which it and what happens to it are told.
  let currency: Currency
  /// What was told, if that was in another currency than the book's.
  var presentment: Presentment?
  /// When it was billed.
  let bookedAt: Instant
  /// The ordinal of the period it is booked in.
  let booked: Int
  /// The account that money went to: of an external sale, outside.
  var cash = Account.cash
  /// What it bills.
  var lines: [Line] = []
  /// What the customer owed before and is collected with it.
  var owed: Int64 = 0
  /// What of that was billed.
  var owedBilled: Int64 = 0
  var status = Status.open
  /// What was submitted by delayed methods and is not confirmed, as told.
  var submitted: Int64 = 0
  /// What was paid outside, as far as it was not given back.
  var paidOutside: Int64 = 0
  /// What of that was beyond what was open.
  var overpaidOutside = ToldAndBooked.zero
  /// What paid credits paid, of excluded shares and of the others.
  var paidByGrants = (excluded: Int64(0), others: Int64(0))
  /// When it was said that nothing more is expected, by the ordinal of the period, and by which event.
  var paidInFull: (period: Int, cause: Cause)?

  init(id: String, cause: Cause, subject: EntrySubject, currency: Currency, bookedAt: Instant, booked: Int) {
    self.id = id
    self.cause = cause
    self.subject = subject
    self.currency = currency
    self.bookedAt = bookedAt
    self.booked = booked
  }

  /// What is still to be received, excluded shares among it.
  var open: Int64 { lines.reduce(owed) { $0 + $1.open } }
  /// What is open of excluded shares, which no receivable in the books shows.
  var openExcluded: Int64 { lines.reduce(0) { $0 + $1.allocation.excluded - $1.clearedExcluded } }
  /// What events can still take.
  var left: Int64 { lines.reduce(0) { $0 + $1.left } }

  /// The period in which an event acts: its own, or the booking's if that is later.
  func period(of event: Int) -> Int { max(event, booked) }
}

// MARK: - Money comes in

extension Billing {
  /// Money came in: it clears what is open, spread over the lines in proportion to what each billed. Returns what exceeds that, as
  /// told and in the book's currency.
  /// - Parameter settled: the money in the book's currency; nil: as much as it clears.
  mutating func clear(
    _ amount: Int64, settled: Int64? = nil, from account: Account, in period: Int, _ cause: Cause,
    _ journal: inout Journal
  ) -> ToldAndBooked {
    let clears = max(0, min(amount, openAsTold))
    let clearsBooked = booked(clearing: clears)
    let owedAsTold = presentment?.owed.open ?? owed
    // What clears all clears all of what was owed before, which a note beyond what was left makes negative.
    let forOwed = clears == openAsTold ? owedAsTold : clears - min(clears, max(openAsTold - owedAsTold, 0))
    let owedBooked = forOwed == presentment?.owed.open ? owed : min(booked(forOwed), clearsBooked)
    let shares = spread(clearsBooked - owedBooked, over: lines.map(\.billed), within: lines.map(\.open))
    let money = settled.map { Spreading.spread($0, over: [clears, amount - clears]) }
    let moneyOfLines = money.map { Spreading.spread($0[0], over: shares + [owedBooked]) }
    if let presentment {
      for (index, told) in presentment.spread(clears - forOwed, within: { $0.open }).enumerated() {
        self.presentment?.clear(line: index, told, in: period)
      }
      self.presentment?.clear(line: nil, forOwed, in: period)
    }
    for index in lines.indices where shares[index] != 0 || moneyOfLines.map({ $0[index] != 0 }) ?? false {
      clear(line: index, shares[index], settled: moneyOfLines?[index], from: account, in: period, cause, &journal)
    }
    owed -= owedBooked
    journal.clear(
      .accountsReceivable, owedBooked, with: account, settled: moneyOfLines?.last, in: period, subject, cause)
    if openAsTold == 0 { settleExcluded(in: period, cause, &journal) }
    return ToldAndBooked(told: amount - clears, booked: money?[1] ?? booked(amount - clears))
  }

  mutating func clear(
    line index: Int, _ amount: Int64, settled: Int64? = nil, from account: Account, in period: Int, _ cause: Cause,
    _ journal: inout Journal
  ) {
    let line = lines[index]
    lines[index].cleared += amount
    guard line.allocation.excluded != 0 else {
      journal.clear(.accountsReceivable, amount, with: account, settled: settled, in: period, line.subject, cause)
      return
    }
    // The excluded share was never booked, so its money is a gain.
    let excluded = line.allocation.excluded
    let leftExcluded = excluded - line.clearedExcluded
    let shares = Spreading.spread(
      amount, over: [line.billed - excluded, excluded], within: [line.open - leftExcluded, leftExcluded]
    ).shares
    let money = settled.map { Spreading.spread($0, over: shares) }
    lines[index].clearedExcluded += shares[1]
    journal.clear(.accountsReceivable, shares[0], with: account, settled: money?[0], in: period, line.subject, cause)
    // What never comes is no gain either.
    if account == .underpayments { return }
    let gain: Account = account == .customerBalance ? .customerBalanceAdjustments : .exclusion
    journal.book(account, gain, money?[1] ?? shares[1], in: period, line.subject, cause)
  }

  /// An amount spread over lines by weights, none beyond what is left of it.
  func spread(_ amount: Int64, over weights: [Int64], within left: [Int64]) -> [Int64] {
    guard lines.count != 1 else { return [amount] }
    return Spreading.spread(amount, over: weights, within: left).shares
  }
}

// MARK: - Events take

extension Billing {
  /// Takes an amount from the lines in proportion to what each billed; what exceeds what is left is a loss.
  mutating func take(_ amount: Int64, in period: Int, into taking: inout Taking) {
    let booked = booked(taking: amount)
    count(taken: amount, in: &taking)
    let (shares, excess) = Spreading.spread(booked, over: lines.map(\.billed), within: lines.map(\.left))
    for index in lines.indices where shares[index] != 0 {
      lines[index].take(shares[index], place: index, in: period, into: &taking)
    }
    if excess != 0 {
      taking.pieces.append(
        Taking.Piece(
          kind: .loss, line: nil, subject: subject, account: .otherLoss, counter: .cash,
          period: self.period(of: period), amount: excess))
    }
  }

  /// Takes an amount from one line.
  /// - Parameter tax: what of the amount is tax; nil: in proportion.
  mutating func take(_ amount: Int64, tax: Int64?, ofLine index: Int, in period: Int, into taking: inout Taking) {
    let booked = booked(taking: amount, ofLine: index)
    let tax = tax.map { self.booked(tax: $0, ofLine: index) }
    count(taken: lines.indices.map { $0 == index ? amount : 0 }, rest: 0, in: &taking)
    lines[index].take(booked, tax: tax, place: index, in: period, into: &taking)
  }

  /// What lowers the receivable clears what is open of its lines.
  mutating func clearReceivable(by taking: Taking, in period: Int, _ cause: Cause, _ journal: inout Journal) {
    guard taking.pieces.contains(where: { $0.counter == .accountsReceivable }) else { return }
    countCleared(by: taking, in: period)
    for piece in taking.pieces where piece.counter == .accountsReceivable {
      if let line = piece.line {
        lines[line].cleared += piece.amount
        if piece.kind == .excluded { lines[line].clearedExcluded += piece.amount }
      } else {
        owed -= piece.amount
      }
    }
    if openAsTold == 0 { settleExcluded(in: period, cause, &journal) }
  }

  /// Nothing is open, so neither is anything of the shares that are in the books, nor of those that are not: a note takes by
  /// what is left of each, payments by what is open, so what one of the two was paid too much pays the other. What is left in
  /// the book's currency alone is a loss of exchange.
  mutating func settleExcluded(in period: Int, _ cause: Cause, _ journal: inout Journal) {
    let (paidTooMuch, rest) = (-openExcluded, open)
    guard paidTooMuch != 0 || rest != 0 else { return }
    journal.book(.exclusion, .accountsReceivable, paidTooMuch, in: period, subject, cause)
    journal.book(.fxLoss, .accountsReceivable, rest, in: period, subject, cause)
    for index in lines.indices {
      lines[index].cleared = lines[index].billed
      lines[index].clearedExcluded = lines[index].allocation.excluded
    }
    owed = 0
  }

  /// Undoes what an event took, in a later period. Returns what came back.
  @discardableResult
  mutating func undo(_ taking: Taking, in period: Int, _ cause: Cause, _ journal: inout Journal) -> Int64 {
    let acts = self.period(of: period)
    if let ending = ending(of: taking) { return keep(taking, as: ending, in: acts, cause, &journal) }
    countBack(taking, in: acts)
    for piece in taking.pieces { giveBack(piece, in: acts, cause, &journal) }
    return taking.amount
  }

  /// Gives a piece back to its line.
  mutating func giveBack(_ piece: Taking.Piece, in period: Int, _ cause: Cause, _ journal: inout Journal) {
    let amount = piece.amount
    Taking.book(piece, -amount, in: period, cause, &journal)
    if let line = piece.line {
      lines[line].giveBack(amount, of: piece, in: period)
      if piece.counter == .accountsReceivable, piece.kind == .excluded { lines[line].clearedExcluded -= amount }
    } else if piece.counter == .accountsReceivable {
      owed += amount
    }
  }

  /// What an event took comes back as a gain: all but tax and passthrough, which are owed again, what was excluded and what
  /// was overpaid. Returns what came back.
  mutating func recover(_ taking: Taking, in period: Int, _ cause: Cause, _ journal: inout Journal) -> Int64 {
    let acts = self.period(of: period)
    countBack(taking, in: acts)
    for piece in taking.pieces {
      let amount = piece.amount
      switch piece.kind {
      case .earned(let part), .deferred(let part, _), .discount(let part, _), .recovered(let part):
        journal.book(piece.counter, .recoverables, amount, in: acts, piece.subject, cause)
        if let line = piece.line {
          lines[line].parts[part].taken -= amount
          lines[line].parts[part].recovered += amount
        }
      case .billed:
        journal.book(piece.counter, .recoverables, amount, in: acts, piece.subject, cause)
        if let line = piece.line {
          lines[line].parts[0].taken -= amount
          lines[line].parts[0].recovered += amount
        }
      case .loss: journal.book(piece.counter, .recoverables, amount, in: acts, piece.subject, cause)
      case .tax, .passthrough, .sold, .excluded, .overpayment:
        Taking.book(piece, -amount, in: acts, cause, &journal)
        if let line = piece.line { lines[line].giveBack(amount, of: piece, in: acts) }
      }
    }
    return taking.amount
  }
}
