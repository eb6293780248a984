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
    var contra: Int64
    var ahead: Int64
  }

  /// What is billed less what is recognized, so far.
  private(set) var position: Int64 = 0
  /// What was billed so far, without what was taken back before it was paid.
  private(set) var billed: Int64 = 0
  /// What is billed ahead at the end of each period that was played, as far as it is more than nothing.
  private(set) var aheadAtEnd: [(period: Int, amount: Int64)] = []

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
      aheadAtEnd.append((period, ahead))
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
      streams[index].drawn.append(aheadBefore - ahead)
      streams[index].accrued.append(unbilled - unbilledBefore)
    }
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
      bill(move.amount, move, &journal)
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
  private mutating func bill(_ amount: Int64, _ move: PositionMove, _ journal: inout Journal) {
    let before = unbilled
    position += amount
    let meets = before - unbilled
    journal.book(.revenue, .unbilledAccountsReceivable, meets, in: move.period, move.subject, move.cause)
    journal.book(.deferredRevenue, .revenue, meets, in: move.period, move.subject, move.cause)
  }

  private mutating func take(_ moves: [PositionMove], _ contra: Account, _ journal: inout Journal) {
    let amount = moves.reduce(0) { $0 + $1.amount }
    let fromAhead = amount > 0 ? min(amount, ahead) : 0
    let shares = Spreading.spread(fromAhead, over: moves.map(\.amount))
    position -= fromAhead
    for (move, share) in zip(moves, shares) {
      let rest = move.amount - share
      journal.book(.deferredRevenue, move.counter, share, in: move.period, move.subject, move.cause)
      journal.book(contra, move.counter, rest, in: move.period, move.subject, move.cause)
      keep(Taken(period: move.period, contraAccount: contra, contra: rest, ahead: share), of: move)
    }
  }

  private mutating func unbill(_ move: PositionMove, _ journal: inout Journal) {
    billed -= move.amount
    let (aheadBefore, unbilledBefore) = (ahead, unbilled)
    position -= move.amount
    journal.book(.deferredRevenue, move.counter, aheadBefore - ahead, in: move.period, move.subject, move.cause)
    journal.book(
      .unbilledAccountsReceivable, move.counter, unbilled - unbilledBefore, in: move.period, move.subject, move.cause)
    keep(Taken(period: move.period, contraAccount: nil, contra: 0, ahead: move.amount), of: move)
  }

  private mutating func keep(_ more: Taken, of move: PositionMove) {
    let origin = PositionMove.Origin(cause: move.cause, subject: move.subject, counter: move.counter)
    guard var known = taken[origin] else {
      taken[origin] = more
      return
    }
    known.contra += more.contra
    known.ahead += more.ahead
    taken[origin] = known
  }

  private mutating func giveBack(
    _ move: PositionMove, _ origin: PositionMove.Origin, _ contraFirst: Bool, _ asGain: Bool, _ journal: inout Journal
  ) {
    guard var known = taken[origin] else { return }
    var contra = contraFirst ? min(move.amount, max(known.contra, 0)) : move.amount
    if !contraFirst {
      contra =
        Spreading.spread(move.amount, over: [known.contra, known.ahead], within: [known.contra, known.ahead]).shares[0]
    }
    let ahead = move.amount - contra
    known.contra -= contra
    known.ahead -= ahead
    taken[origin] = known
    guard let account = known.contraAccount else {
      // It was unbilled: it is billed again, what is accrued by now first.
      billed += ahead
      let before = unbilled
      position += ahead
      let meets = before - unbilled
      journal.book(move.counter, .unbilledAccountsReceivable, meets, in: move.period, move.subject, move.cause)
      journal.book(move.counter, .deferredRevenue, ahead - meets, in: move.period, move.subject, move.cause)
      return
    }
    journal.book(move.counter, account, contra, in: move.period, move.subject, move.cause)
    if asGain {
      journal.book(move.counter, .recoverables, ahead, in: move.period, move.subject, move.cause)
    } else {
      journal.book(move.counter, .deferredRevenue, ahead, in: move.period, move.subject, move.cause)
      bill(ahead, move, &journal)
    }
  }
}
