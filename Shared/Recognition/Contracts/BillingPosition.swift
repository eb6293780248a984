import Accounting

/// What a contract has billed less what it has recognized, period by period: above zero it is billed ahead and deferred, below
/// zero accrued and not billed. Each period is recognized first, then what happened in it moves the position.
struct BillingPosition {
  /// Revenue of one subject and cause, and how it met the position.
  private struct Stream {
    let subject: EntrySubject
    let cause: Cause
    let schedule: Schedule
    /// What was drawn from deferred revenue, and what accrued unbilled, period by period.
    var drawn: [Int64] = []
    var accrued: [Int64] = []
  }

  /// What an event took, as far as it was not given back.
  private struct Taken {
    let period: Int
    let contraAccount: Account?
    /// What was contra, in the book.
    var contra: Int64
    /// What was billed ahead, at the rate of signing and in the book.
    var ahead: Int64
    var aheadBooked: Int64
  }

  /// What is billed ahead at the end of a period, at the rate of signing and in the book.
  struct Ahead {
    let period: Int
    let amount: Int64
    let booked: Int64
    /// What is accrued unbilled instead.
    let unbilled: Int64
    /// What was billed so far.
    let billed: Int64
  }

  /// What is billed less what is recognized, so far, at the rate of signing.
  private(set) var position: Int64 = 0
  /// What was billed so far, without what was taken back before it was paid.
  private(set) var billed: Int64 = 0
  /// What is billed ahead at the end of each period that was played, as far as it is more than nothing.
  private(set) var aheadAtEnd: [Ahead] = []
  /// What is billed ahead in the book, at the rates at which it was billed.
  private var aheadBooked: Int64 = 0

  private var streams: [Stream]
  private var taken: [PositionMove.Origin: Taken] = [:]
  private var isVoided = false

  init(_ recognized: [(subject: EntrySubject, cause: Cause, schedule: Schedule)]) {
    streams = recognized.map { Stream(subject: $0.subject, cause: $0.cause, schedule: $0.schedule) }
  }

  private var ahead: Int64 { max(position, 0) }
  private var unbilled: Int64 { max(-position, 0) }

  /// Plays what was recognized and what happened, in order of period, and books it.
  /// - Parameter last: the last period to be played; nil: all.
  mutating func play(_ moves: [PositionMove], through last: Int? = nil, in journal: inout Journal) {
    let moves = Self.inOrder(moves)
    let starts = streams.filter { !$0.schedule.amounts.isEmpty }.map(\.schedule)
    var periods = Set(moves.map(\.period))
    if let first = starts.map(\.first).min(), let end = starts.map(\.end).max() { periods.formUnion(first..<end) }
    var next = 0
    for period in periods.sorted() where last.map({ period <= $0 }) ?? true {
      recognize(period)
      while next < moves.count, moves[next].period == period {
        let end = Self.endOfEvent(moves, from: next)
        act(Array(moves[next..<end]), &journal)
        next = end
      }
      aheadAtEnd.append(Ahead(period: period, amount: ahead, booked: aheadBooked, unbilled: unbilled, billed: billed))
    }
    for stream in streams {
      let first = stream.schedule.first
      journal.book(.deferredRevenue, .revenue, stream.drawn, from: first, stream.subject, stream.cause)
      journal.book(.unbilledAccountsReceivable, .revenue, stream.accrued, from: first, stream.subject, stream.cause)
    }
  }

  /// Recognition draws on what is billed ahead before it accrues.
  private mutating func recognize(_ period: Int) {
    for index in streams.indices {
      let place = period - streams[index].schedule.first
      guard place >= 0, place < streams[index].schedule.amounts.count else { continue }
      let amount = streams[index].schedule.amounts[place]
      let (aheadBefore, unbilledBefore) = (ahead, unbilled)
      position -= amount
      streams[index].drawn.append(draw(from: aheadBefore))
      streams[index].accrued.append(unbilled - unbilledBefore)
    }
  }

  /// What leaves deferred revenue in the book, after the position has moved: what is ahead at the rates at which it was billed.
  /// - Parameter rate: of what joins it.
  private mutating func draw(from before: Int64, at rate: PositionMove.Rate? = nil) -> Int64 {
    let drawn = before - ahead
    let booked: Int64
    if drawn < 0 {
      booked = rate.map { $0.ofContract == 0 ? drawn : Billing.share(of: $0.booked, drawn, $0.ofContract) } ?? drawn
    } else {
      booked = ahead == 0 ? aheadBooked : Billing.share(of: aheadBooked, drawn, before)
    }
    aheadBooked -= booked
    return booked
  }

  /// By period; what comes back comes back no earlier than it was taken.
  private static func inOrder(_ moves: [PositionMove]) -> [PositionMove] {
    var taken: [PositionMove.Origin: Int] = [:]
    var moves = moves
    for index in moves.indices {
      let move = moves[index]
      switch move.kind {
      case .take, .unbill:
        let origin = PositionMove.Origin(cause: move.cause, subject: move.subject, counter: move.counter)
        taken[origin] = max(taken[origin] ?? move.period, move.period)
      case .giveBack(let origin, _, _), .rename(let origin, _):
        moves[index].period = max(move.period, taken[origin] ?? move.period)
      case .bill, .void: break
      }
    }
    return moves.enumerated().sorted { ($0.element.period, $0.offset) < ($1.element.period, $1.offset) }.map(\.element)
  }

  /// What one event takes from several lines is taken at once.
  private static func endOfEvent(_ moves: [PositionMove], from start: Int) -> Int {
    guard case .take = moves[start].kind else { return start + 1 }
    var end = start + 1
    while end < moves.count, moves[end].kind == moves[start].kind, moves[end].cause == moves[start].cause,
      moves[end].counter == moves[start].counter, moves[end].period == moves[start].period
    {
      end += 1
    }
    return end
  }
}

// MARK: - What happens

extension BillingPosition {
  private mutating func act(_ moves: [PositionMove], _ journal: inout Journal) {
    guard let move = moves.first else { return }
    switch move.kind {
    case .bill:
      billed += move.amount
      bill(move.amount, move.booked, move, &journal)
    case .take(let contra): take(moves, contra, &journal)
    case .unbill: unbill(move, &journal)
    case .giveBack(let origin, let contraFirst, let asGain): giveBack(move, origin, contraFirst, asGain, &journal)
    case .rename(let origin, let account):
      guard let taken = taken[origin], let contra = taken.contraAccount else { return }
      journal.book(account, contra, taken.contra, in: move.period, move.subject, move.cause)
    case .void: isVoided = true
    }
    // Nothing will bill what is accrued of a contract that is no more.
    guard isVoided, unbilled != 0 else { return }
    journal.book(.unbilledVoids, .unbilledAccountsReceivable, unbilled, in: move.period, move.subject, move.cause)
    position = 0
  }

  /// What is accrued unbilled is billed first: its revenue is reversed, and recognized anew from what was billed.
  private mutating func bill(_ amount: Int64, _ booked: Int64, _ move: PositionMove, _ journal: inout Journal) {
    let meets = meet(amount, booked, move, &journal)
    journal.book(.revenue, .unbilledAccountsReceivable, meets, in: move.period, move.subject, move.cause)
    journal.book(.deferredRevenue, .revenue, meets, in: move.period, move.subject, move.cause)
  }

  /// What of an amount meets what is accrued unbilled, in the book; it was accrued at the rate of signing. The rest is ahead.
  private mutating func meet(
    _ amount: Int64, _ booked: Int64, _ move: PositionMove, _ journal: inout Journal
  ) -> Int64 {
    let before = unbilled
    position += amount
    let accrued = before - unbilled
    let meets = accrued == amount ? booked : Billing.share(of: booked, accrued, amount)
    aheadBooked += booked - meets
    journal.book(
      .fxLoss, .unbilledAccountsReceivable, accrued - meets, in: move.period, move.subject, move.cause)
    if ahead == 0, aheadBooked != 0 {
      journal.book(.deferredRevenue, .fxLoss, aheadBooked, in: move.period, move.subject, move.cause)
      aheadBooked = 0
    }
    return meets
  }

  private mutating func take(_ moves: [PositionMove], _ contra: Account, _ journal: inout Journal) {
    let amount = moves.reduce(0) { $0 + $1.amount }
    let fromAhead = amount > 0 ? min(amount, ahead) : 0
    let shares = Spreading.spread(fromAhead, over: moves.map(\.amount))
    let before = ahead
    position -= fromAhead
    let booked = Spreading.spread(draw(from: before), over: moves.map(\.amount))
    for (index, move) in moves.enumerated() {
      let rest = move.booked - booked[index]
      journal.book(.deferredRevenue, move.counter, booked[index], in: move.period, move.subject, move.cause)
      journal.book(contra, move.counter, rest, in: move.period, move.subject, move.cause)
      keep(
        Taken(
          period: move.period, contraAccount: contra, contra: rest, ahead: shares[index], aheadBooked: booked[index]),
        of: move)
    }
  }

  private mutating func unbill(_ move: PositionMove, _ journal: inout Journal) {
    billed -= move.amount
    let (aheadBefore, unbilledBefore) = (ahead, unbilled)
    position -= move.amount
    let drawn = draw(from: aheadBefore, at: PositionMove.Rate(ofContract: move.amount, booked: move.booked))
    let (accrued, rest) = (unbilled - unbilledBefore, move.booked - drawn)
    journal.book(.deferredRevenue, move.counter, drawn, in: move.period, move.subject, move.cause)
    journal.book(.unbilledAccountsReceivable, move.counter, rest, in: move.period, move.subject, move.cause)
    journal.book(.fxLoss, .unbilledAccountsReceivable, rest - accrued, in: move.period, move.subject, move.cause)
    keep(
      Taken(period: move.period, contraAccount: nil, contra: 0, ahead: move.amount, aheadBooked: move.booked), of: move)
  }

  private mutating func keep(_ more: Taken, of move: PositionMove) {
    let origin = PositionMove.Origin(cause: move.cause, subject: move.subject, counter: move.counter)
    guard var known = taken[origin] else {
      taken[origin] = more
      return
    }
    known.contra += more.contra
    known.ahead += more.ahead
    known.aheadBooked += more.aheadBooked
    taken[origin] = known
  }

  private mutating func giveBack(
    _ move: PositionMove, _ origin: PositionMove.Origin, _ contraFirst: Bool, _ asGain: Bool, _ journal: inout Journal
  ) {
    guard var known = taken[origin] else { return }
    let left = [known.contra, known.aheadBooked]
    let contra =
      contraFirst
      ? min(move.booked, max(known.contra, 0)) : Spreading.spread(move.booked, over: left, within: left).shares[0]
    let booked = move.booked - contra
    let ahead =
      booked == known.aheadBooked ? known.ahead : Billing.share(of: known.ahead, booked, known.aheadBooked)
    known.contra -= contra
    known.ahead -= ahead
    known.aheadBooked -= booked
    taken[origin] = known
    guard let account = known.contraAccount else {
      // It was unbilled: it is billed again, what is accrued by now first.
      billed += ahead
      let meets = meet(ahead, booked, move, &journal)
      journal.book(move.counter, .unbilledAccountsReceivable, meets, in: move.period, move.subject, move.cause)
      journal.book(move.counter, .deferredRevenue, booked - meets, in: move.period, move.subject, move.cause)
      return
    }
    journal.book(move.counter, account, contra, in: move.period, move.subject, move.cause)
    if asGain {
      journal.book(move.counter, .recoverables, booked, in: move.period, move.subject, move.cause)
    } else {
      journal.book(move.counter, .deferredRevenue, booked, in: move.period, move.subject, move.cause)
      bill(ahead, booked, move, &journal)
    }
  }
}
