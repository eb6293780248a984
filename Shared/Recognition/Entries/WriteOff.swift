import Accounting
import Messages

extension Taking {
  /// Divides what is written off over what is open and what was submitted.
  mutating func divide(open: Int64, submitted: Int64) {
    divide(
      over: submitted == 0
        ? [(.accountsReceivable, open)] : [(.accountsReceivable, open - submitted), (.pendingCash, submitted)])
  }
}

/// What was written off an invoice, piece by piece, and what of each has come back.
struct WriteOff {
  /// A piece and what of it can still come back.
  struct Piece {
    let taken: Taking.Piece
    var left: Int64

    init(taken: Taking.Piece, left: Int64) {
      self.taken = taken
      self.left = left
    }

    /// A piece that another event took; what was earned of it is written off now.
    init(_ piece: Taking.Piece, as account: Account) {
      guard case .earned = piece.kind else {
        self.init(taken: piece, left: piece.amount)
        return
      }
      self.init(
        taken: Taking.Piece(
          kind: piece.kind, line: piece.line, subject: piece.subject, account: account, counter: piece.counter,
          period: piece.period, amount: piece.amount),
        left: piece.amount)
    }
  }

  var pieces: [Piece]
  /// What was open of it, and what of that has come back, as told.
  var told: (written: Int64, back: Int64) = (0, 0)

  /// What can still come back.
  var left: Int64 { pieces.reduce(0) { $0 + $1.left } }
  /// What was written off.
  var written: Int64 { pieces.reduce(0) { $0 + $1.taken.amount } }

  /// Money that had come back is gone: it is written off again.
  mutating func add(_ taking: Taking, told amount: Int64) {
    pieces += taking.pieces.map { Piece(taken: $0, left: $0.amount) }
    told.written += amount
  }
}

extension Billing {
  /// All that is left of each line is written off: what is open against bad debt, the paid part as far as it was earned stays
  /// revenue, and what it paid ahead is a gain.
  /// - Parameter submitted: what of the receivable was cleared by money that is on its way; it is written off like what is open.
  mutating func writeOff(submitted: ToldAndBooked, in period: Int, _ cause: Cause, _ journal: inout Journal) {
    let acts = self.period(of: period)
    let reopened = reopen(submitted, in: acts)
    for (index, excluded) in reopened.excluded.enumerated() {
      journal.book(.exclusion, .pendingCash, excluded, in: acts, lines[index].subject, cause)
    }
    var onItsWay = (ofContracts: Int64(0), ofOthers: reopened.owed)
    for (index, amount) in reopened.lines.enumerated() {
      let amount = amount - reopened.excluded[index]
      if lines[index].contract == nil { onItsWay.ofOthers += amount } else { onItsWay.ofContracts += amount }
    }
    let openAsTold = self.openAsTold
    let leftAsTold = presentment?.left ?? self.left
    var written = writeOffContracts(submitted: onItsWay.ofContracts, in: acts, cause, &journal)
    let (open, left) = (self.open, lines.reduce(0) { $0 + ($1.contract == nil ? $1.left : 0) })
    var taking = Taking(contra: .badDebt, cause: cause)
    for index in lines.indices where lines[index].contract == nil {
      lines[index].take(lines[index].left, place: index, in: acts, into: &taking)
    }
    let pieces = taking.pieces.filter { $0.kind != .excluded }
    let excluded = taking.pieces.filter { $0.kind == .excluded }
    // Excluded shares have no receivable in the books, so they are no part of what is open there either.
    let excludedLeft = excluded.reduce(0) { $0 + $1.amount }
    let paid = (left - excludedLeft) - (open - openExcluded)
    let kept = Self.paidShares(paid, of: pieces)
    taking.pieces = []
    for (piece, paid) in zip(pieces, kept) {
      switch piece.kind {
      case .deferred(let part, _), .discount(let part, _):
        journal.book(piece.account, .recoverables, paid, in: acts, piece.subject, cause)
        if let line = piece.line {
          lines[line].parts[part].taken -= paid
          lines[line].parts[part].recovered += paid
        }
      default:
        if let line = piece.line, paid != 0 { lines[line].giveBack(paid, of: piece, in: acts) }
      }
      var taken = piece
      taken.amount -= paid
      taking.pieces.append(taken)
    }
    for piece in excluded { written += writeOffExcluded(piece, in: acts) }
    // What is open beyond all that is left, as a collected owed balance, is a negative gain.
    let beyond = kept.reduce(0, +) - paid
    if beyond != 0 {
      taking.pieces.append(
        Taking.Piece(
          kind: .loss, line: nil, subject: subject, account: .recoverables, counter: .accountsReceivable, period: acts,
          amount: beyond))
    }
    taking.divide(open: open - openExcluded, submitted: onItsWay.ofOthers)
    taking.book(in: &journal)
    written += taking.pieces.map { WriteOff.Piece(taken: $0, left: $0.amount) }
    for index in lines.indices {
      lines[index].cleared = lines[index].billed
      lines[index].clearedExcluded = lines[index].allocation.excluded
    }
    owed = 0
    status = .uncollectible(WriteOff(pieces: written, told: (openAsTold, 0)))
    guard presentment != nil else { return }
    countAllTaken(in: &taking)
    presentment?.clearAll(in: acts)
    // The paid part stays, where events can still take it.
    for (index, kept) in Spreading.spread(leftAsTold - openAsTold, over: lines.map(\.left)).enumerated() {
      presentment?.lines[index].taken -= kept
    }
  }

  /// An excluded share is not in the books, so nothing is written off there; but what is paid of it later is a gain, as ever. What
  /// was paid stays, where events can still take it.
  private mutating func writeOffExcluded(_ piece: Taking.Piece, in period: Int) -> [WriteOff.Piece] {
    guard let line = piece.line else { return [] }
    let open = lines[line].allocation.excluded - lines[line].clearedExcluded
    let share = piece.amount < 0 ? max(piece.amount, min(open, 0)) : min(piece.amount, max(open, 0))
    lines[line].giveBack(piece.amount - share, of: piece, in: period)
    var taken = piece
    taken.amount = share
    taken.counter = .accountsReceivable
    return [WriteOff.Piece(taken: taken, left: share)]
  }

  /// The paid part, spread once over what is left of the invoice as earned, deferred, tax and passthrough. A collected owed
  /// balance makes it negative: then no piece keeps anything.
  private static func paidShares(_ paid: Int64, of pieces: [Taking.Piece]) -> [Int64] {
    var groups: [[Int]] = [[], [], [], []]
    for (index, piece) in pieces.enumerated() {
      switch piece.kind {
      case .earned, .recovered, .billed, .loss, .overpayment: groups[0].append(index)
      case .deferred, .discount: groups[1].append(index)
      case .tax: groups[2].append(index)
      case .passthrough, .sold, .excluded: groups[3].append(index)
      }
    }
    let sums = groups.map { group in group.reduce(Int64(0)) { $0 + pieces[$1].amount } }
    let shares = Spreading.spread(max(paid, 0), over: sums)
    var result = pieces.map { _ in Int64(0) }
    for (group, share) in zip(groups, shares) {
      for (index, part) in zip(group, Spreading.spread(share, over: group.map { pieces[$0].amount })) {
        result[index] = part
      }
    }
    return result
  }

  /// Money came in for what was written off: tax and passthrough are owed again, then bad debt is lowered, and the rest is a
  /// gain or revenue. Returns what exceeds the write-off.
  mutating func payWrittenOff(
    _ amount: Int64, settled: Int64?, from account: Account, asGain: Bool, in period: Int, _ cause: Cause,
    _ journal: inout Journal
  ) -> ToldAndBooked {
    guard case .uncollectible(var writeOff) = status else {
      return ToldAndBooked(told: amount, booked: settled ?? booked(amount))
    }
    let acts = self.period(of: period)
    let isTold = presentment != nil
    let told = min(amount, max(isTold ? writeOff.told.written - writeOff.told.back : writeOff.left, 0))
    writeOff.told.back += told
    let through = Self.share(of: writeOff.written, writeOff.told.back, writeOff.told.written)
    let comesBack = isTold ? max(min(through - (writeOff.written - writeOff.left), writeOff.left), 0) : told
    let money = settled.map { Spreading.spread($0, over: [told, amount - told]) }
    func indexes(_ isWanted: (Taking.Kind) -> Bool) -> [Int] {
      writeOff.pieces.indices.filter { isWanted(writeOff.pieces[$0].taken.kind) }
    }
    func left(_ group: [Int]) -> Int64 { group.reduce(0) { $0 + writeOff.pieces[$1].left } }
    let (tax, passthrough) = (indexes { $0 == .tax }, indexes { $0 == .passthrough || $0 == .sold })
    let excluded = indexes { $0 == .excluded }
    let earned = indexes {
      switch $0 {
      case .earned, .billed: true
      default: false
      }
    }
    let rest = indexes { kind in
      switch kind {
      case .deferred, .discount, .recovered, .loss: true
      default: false
      }
    }
    let revenue = left(earned) + left(rest)
    let lefts = [revenue, left(tax), left(passthrough), left(excluded)]
    let shares = Spreading.spread(comesBack, over: lefts, within: lefts).shares
    let badDebt = min(shares[0], max(left(earned), 0))
    let groups = [
      (tax, shares[1]), (passthrough, shares[2]), (excluded, shares[3]), (earned, badDebt), (rest, shares[0] - badDebt),
    ]
    for (group, share) in groups {
      let lefts = group.map { writeOff.pieces[$0].left }
      for (index, part) in zip(group, Spreading.spread(share, over: lefts, within: lefts).shares) where part != 0 {
        writeOff.pieces[index].left -= part
        comeBack(part, of: writeOff.pieces[index].taken, from: account, asGain: asGain, in: acts, cause, &journal)
      }
    }
    status = .uncollectible(writeOff)
    if let presentment, comesBack != 0 {
      // What has come back is there to be taken again.
      for (index, part) in presentment.spread(told, within: { $0.taken }).enumerated() {
        self.presentment?.lines[index].taken -= part
      }
    }
    if let money { journal.book(.fxLoss, account, comesBack - money[0], in: acts, subject, cause) }
    return ToldAndBooked(told: amount - told, booked: money?[1] ?? booked(amount - told))
  }

  private mutating func comeBack(
    _ amount: Int64, of piece: Taking.Piece, from account: Account, asGain: Bool, in period: Int, _ cause: Cause,
    _ journal: inout Journal
  ) {
    let counter = piece.counter
    var piece = piece
    piece.counter = account
    let part: Int? =
      switch piece.kind {
      case .deferred(let part, _), .discount(let part, _): part
      default: nil
      }
    if let part, asGain, let line = piece.line {
      journal.book(account, .recoverables, amount, in: period, piece.subject, cause)
      lines[line].parts[part].taken -= amount
      lines[line].parts[part].recovered += amount
      return
    }
    if case .billed(let contract, let taker, let rate) = piece.kind {
      let origin = PositionMove.Origin(cause: taker, subject: piece.subject, counter: counter)
      journal.move(
        piece.move(contract, -amount, at: rate, in: period, cause, origin: origin, contraFirst: true, asGain: asGain))
    } else {
      Taking.book(piece, -amount, in: period, cause, &journal)
    }
    if let line = piece.line { lines[line].giveBack(amount, of: piece, in: period) }
  }
}
