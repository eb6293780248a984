import Accounting

// What events take of lines that bill a contract: how much of it was billed ahead is known once the position is played.
extension Line {
  mutating func takeBilled(_ amount: Int64, place: Int, in period: Int, into taking: inout Taking) {
    guard let contract, amount != 0 else { return }
    let part = parts[0]
    let shares = Spreading.spread(amount, over: [part.left - part.recovered, part.recovered])
    parts[0].taken += amount
    parts[0].recovered -= shares[1]
    func give(_ kind: Taking.Kind, _ account: Account, _ amount: Int64) {
      guard amount != 0 else { return }
      taking.pieces.append(
        Taking.Piece(
          kind: kind, line: place, subject: subject, account: account, counter: .cash, period: period, amount: amount))
    }
    let rate = PositionMove.Rate(ofContract: ofContract, booked: part.amount)
    give(.billed(contract: contract, by: taking.cause, at: rate), taking.contra, shares[0])
    give(.recovered(part: 0), .recoverables, shares[1])
  }
}

extension Taking.Piece {
  /// How the piece moves the position of its contract: taken by its event, or given back to an earlier one.
  func move(
    _ contract: Int, _ amount: Int64, at rate: PositionMove.Rate, in period: Int, _ cause: Cause,
    origin: PositionMove.Origin?, contraFirst: Bool = false, asGain: Bool = false
  ) -> PositionMove {
    let kind: PositionMove.Kind
    if let origin {
      kind = .giveBack(origin, contraFirst: contraFirst, asGain: asGain)
    } else {
      kind = unbills ? .unbill : .take(contra: account)
    }
    let moved = origin == nil ? amount : -amount
    return PositionMove(
      contract: contract, period: period, kind: kind, amount: rate.ofContract(moved), booked: moved, counter: counter,
      subject: subject, cause: cause)
  }

  /// What was written off has another name now.
  func renamed(_ contract: Int, _ taker: Cause, to account: Account, in period: Int, _ cause: Cause) -> PositionMove {
    PositionMove(
      contract: contract, period: period,
      kind: .rename(PositionMove.Origin(cause: taker, subject: subject, counter: counter), to: account),
      amount: 0, booked: 0, counter: counter, subject: subject, cause: cause)
  }

  /// Whether so much was never billed after all, rather than given up: a void, a note before payment, a payment that is put on
  /// an invoice.
  private var unbills: Bool {
    account == .voids || account == .revenue || (account == .creditNotes && counter == .accountsReceivable)
  }
}

extension Billing {
  /// Of lines that bill a contract only what is open is written off.
  /// - Parameter submitted: what of that is money on its way.
  mutating func writeOffContracts(
    submitted: Int64, in period: Int, _ cause: Cause, _ journal: inout Journal
  ) -> [WriteOff.Piece] {
    var taking = Taking(contra: .badDebt, cause: cause)
    for index in lines.indices where lines[index].contract != nil {
      lines[index].take(min(lines[index].open, lines[index].left), place: index, in: period, into: &taking)
      lines[index].cleared = lines[index].billed
    }
    taking.divide(open: taking.amount, submitted: submitted)
    taking.book(in: &journal)
    return taking.pieces.filter { $0.kind != .excluded }.map { WriteOff.Piece(taken: $0, left: $0.amount) }
  }
}
