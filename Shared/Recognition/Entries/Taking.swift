import Accounting
import Messages

/// What an event takes from lines, piece by piece, so that it can be booked, explained and given back.
struct Taking {
  /// What a piece was of its line.
  enum Kind: Equatable {
    /// Revenue of earlier periods: it moves the contra account.
    case earned(part: Int)
    /// Revenue of this period and later.
    case deferred(part: Int, weights: Schedule)
    /// The discount that is cleared with the deferred part: it gives the other way round.
    case discount(part: Int, weights: Schedule)
    /// What had come back as a gain.
    case recovered(part: Int)
    /// What was billed of a contract; the event that took it tells whether it is given back.
    case billed(contract: Int, by: Cause, at: PositionMove.Rate)
    case tax
    case passthrough
    /// What sold credit.
    case sold
    /// A share that is not in the books.
    case excluded
    /// Money that was paid beyond what was open.
    case overpayment
    /// More than the lines had left.
    case loss
  }

  /// One piece.
  struct Piece {
    let kind: Kind
    /// The line's place in its billing; nil for what belongs to none.
    let line: Int?
    let subject: EntrySubject
    /// The account that gives it.
    let account: Account
    /// The account that gets it.
    var counter: Account
    /// The ordinal of the period it is booked in.
    let period: Int
    var amount: Int64
    /// The place of the event among those that took from the part.
    var event: Int?
  }

  /// What was told in another currency than the book's.
  struct Told {
    /// What of it each line gave.
    var lines: [Int64]
    /// What was overpaid, or more than the lines had left.
    var rest: Int64 = 0

    var amount: Int64 { lines.reduce(rest, +) }
  }

  let contra: Account
  let cause: Cause
  var pieces: [Piece] = []
  /// What was told of it, if that was in another currency than the book's.
  var told: Told?

  /// What it takes in all.
  var amount: Int64 { pieces.reduce(0) { $0 + $1.amount } }
  /// What it takes in all, as told.
  var amountAsTold: Int64 { told?.amount ?? amount }

  /// Whether it gave money back.
  var isRefund: Bool { pieces.contains { $0.counter == .cash } }

  /// So much of it as told.
  func share(of amount: Int64) -> Taking { share(amount, of: amountAsTold) }

  /// So much of it, piece by piece, by largest remainder; amounts are as told.
  func share(_ part: Int64, of whole: Int64) -> Taking {
    guard part < whole else { return self }
    var result = self
    let amounts = Spreading.spread(Billing.share(of: amount, part, whole), over: pieces.map(\.amount))
    for index in pieces.indices { result.pieces[index].amount = amounts[index] }
    if let told {
      let amounts = Spreading.spread(part, over: told.lines + [told.rest])
      result.told = Told(lines: Array(amounts.dropLast()), rest: amounts[amounts.count - 1])
    }
    return result
  }

  /// What is left of it without a share.
  mutating func remove(_ share: Taking) {
    for index in pieces.indices { pieces[index].amount -= share.pieces[index].amount }
    guard let told, let other = share.told else { return }
    self.told = Told(lines: zip(told.lines, other.lines).map { $0 - $1 }, rest: told.rest - other.rest)
  }

  /// Divides the pieces over counter accounts, in order; the last takes what is left.
  mutating func divide(over counters: [(account: Account, amount: Int64)]) {
    var divided: [Piece] = []
    var (place, left) = (0, counters.first?.amount ?? 0)
    for piece in pieces {
      var rest = piece.amount
      while rest != 0 {
        let isLast = place >= counters.count - 1
        var share = piece
        // A piece that gives the other way round stays whole with the counter at hand.
        share.amount = isLast || rest < 0 ? rest : min(rest, max(left, 0))
        share.counter = counters[min(place, counters.count - 1)].account
        rest -= share.amount
        if !isLast { left -= share.amount }
        if share.amount != 0 { divided.append(share) }
        if rest != 0 {
          place += 1
          left = counters[min(place, counters.count - 1)].amount
        }
      }
    }
    pieces = divided
  }

  /// Books the pieces.
  func book(in journal: inout Journal) {
    for piece in pieces { Self.book(piece, piece.amount, in: piece.period, cause, &journal) }
  }

  /// Books a piece, or gives it back with a negative amount.
  static func book(
    _ piece: Piece, _ amount: Int64, in period: Int, _ cause: Cause, _ journal: inout Journal
  ) {
    if case .billed(let contract, let taker, let rate) = piece.kind {
      let origin = PositionMove.Origin(cause: taker, subject: piece.subject, counter: piece.counter)
      journal.move(
        piece.move(contract, amount, at: rate, in: period, cause, origin: taker == cause ? nil : origin))
      return
    }
    guard piece.kind == .excluded else {
      journal.book(piece.account, piece.counter, amount, in: period, piece.subject, cause)
      return
    }
    // What was never booked moves no receivable; its money is a gain that goes back.
    switch piece.counter {
    case .accountsReceivable: return
    case .customerBalance:
      journal.book(.customerBalanceAdjustments, .customerBalance, amount, in: period, piece.subject, cause)
    default: journal.book(.exclusion, piece.counter, amount, in: period, piece.subject, cause)
    }
  }
}

// MARK: - Lines give

extension Line {
  /// Takes an amount from the line in a period, in proportion to what it billed as revenue, tax and passthrough; what exceeds
  /// what is left is a loss.
  /// - Parameter tax: what of the amount is tax; nil: in proportion.
  mutating func take(_ amount: Int64, tax: Int64? = nil, place: Int, in event: Int, into taking: inout Taking) {
    let period = max(event, booked)
    settleLongTerm(before: period)
    let revenue = parts.reduce(0) { $0 + $1.amount }
    let revenueLeft = parts.reduce(0) { $0 + $1.left }
    var shares: [Int64]
    var excess: Int64
    if let tax {
      let takenTax = tax >= 0 ? min(tax, max(taxLeft, 0)) : max(tax, min(taxLeft, 0))
      (shares, excess) = Spreading.spread(
        amount - takenTax, over: [revenue, allocation.passthrough, allocation.sold, allocation.excluded],
        within: [revenueLeft, passthroughLeft, soldLeft, excludedLeft])
      shares.insert(takenTax, at: 1)
    } else {
      (shares, excess) = Spreading.spread(
        amount,
        over: [revenue, allocation.tax, allocation.passthrough, allocation.sold, allocation.excluded],
        within: [revenueLeft, taxLeft, passthroughLeft, soldLeft, excludedLeft])
    }
    takeRevenue(shares[0], place: place, in: period, into: &taking)
    taxLeft -= shares[1]
    passthroughLeft -= shares[2]
    soldLeft -= shares[3]
    excludedLeft -= shares[4]
    func give(_ kind: Taking.Kind, _ account: Account, _ amount: Int64) {
      guard amount != 0 else { return }
      taking.pieces.append(
        Taking.Piece(
          kind: kind, line: place, subject: subject, account: account, counter: .cash, period: period, amount: amount))
    }
    give(.tax, .taxLiability, shares[1])
    give(.passthrough, .passthroughFees, shares[2])
    give(.sold, .paidCreditGrantsReceivable, shares[3])
    give(.excluded, .exclusion, shares[4])
    give(.loss, .otherLoss, excess)
  }

  private mutating func takeRevenue(_ amount: Int64, place: Int, in period: Int, into taking: inout Taking) {
    if contract != nil { return takeBilled(amount, place: place, in: period, into: &taking) }
    let shares =
      parts.count == 1
      ? [amount] : Spreading.spread(amount, over: parts.map(\.amount), within: parts.map(\.left)).shares
    let takesAll = amount == parts.reduce(0) { $0 + $1.left }
    for (index, share) in shares.enumerated() {
      // Where the discount is as much as what it lowers, taking all clears both sides, though nothing is left of them.
      guard share != 0 || (takesAll && parts[index].discount(from: period) != 0) else { continue }
      let taken = parts[index].take(share, in: period)
      let subject = parts[index].subject
      func give(_ kind: Taking.Kind, _ account: Account, _ amount: Int64) {
        guard amount != 0 else { return }
        taking.pieces.append(
          Taking.Piece(
            kind: kind, line: place, subject: subject, account: account, counter: .cash, period: period, amount: amount,
            event: parts[index].events.count - 1))
      }
      give(.earned(part: index), taking.contra, taken.earned)
      give(.discount(part: index, weights: taken.weights), .deferredDiscounts, -taken.discount)
      give(.deferred(part: index, weights: taken.weights), .deferredRevenue, taken.deferred + taken.discount)
      give(.recovered(part: index), .recoverables, taken.recovered)
    }
  }

  /// Gives a piece back in a period, as if so much of it had never been taken.
  mutating func giveBack(_ amount: Int64, of piece: Taking.Piece, in event: Int) {
    let period = max(event, booked)
    settleLongTerm(before: period)
    switch piece.kind {
    case .earned(let part):
      parts[part].taken -= amount
      parts[part].contra -= amount
    case .deferred(let part, let weights):
      parts[part].taken -= amount
      parts[part].restore(deferred: amount, weights: weights, in: period)
      if let event = piece.event { parts[part].events[event].back += amount }
    case .discount(let part, let weights):
      parts[part].taken -= amount
      parts[part].restore(discount: -amount, weights: weights, in: period)
    case .recovered(let part):
      parts[part].taken -= amount
      parts[part].recovered += amount
    case .billed: parts[0].taken -= amount
    case .tax: taxLeft += amount
    case .passthrough: passthroughLeft += amount
    case .sold: soldLeft += amount
    case .excluded: excludedLeft += amount
    case .overpayment, .loss: break
    }
    if piece.counter == .accountsReceivable { cleared -= amount }
  }
}
