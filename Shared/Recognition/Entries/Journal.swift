import Accounting

/// Collects the entries of a book.
struct Journal {
  private(set) var runs: [EntryRun] = []
  /// What moves the positions of contracts, and is booked once all of it is known.
  private(set) var moves: [PositionMove] = []

  /// An empty one, with room for what a small book has.
  init() {
    runs.reserveCapacity(4)
  }

  /// Something that moves the position of a contract.
  mutating func move(_ move: PositionMove) { moves.append(move) }

  /// One entry; an amount of zero is none, a negative one turns the accounts.
  mutating func book(
    _ debit: Account, _ credit: Account, _ amount: Int64, in period: Int, _ subject: EntrySubject, _ cause: Cause
  ) {
    guard amount != 0 else { return }
    runs.append(
      EntryRun(
        subject: subject, debit: debit, credit: credit, cause: cause, from: AccountingPeriod(ordinal: Int32(period)),
        amounts: [amount]))
  }

  /// Money clears what was booked before, as much as was settled; what is missing of the booked amount is a loss of exchange.
  /// - Parameter settled: nil: as much as was booked.
  mutating func clear(
    _ credit: Account, _ amount: Int64, with debit: Account, settled: Int64?, in period: Int, _ subject: EntrySubject,
    _ cause: Cause
  ) {
    book(debit, credit, settled ?? amount, in: period, subject, cause)
    if let settled { book(.fxLoss, credit, amount - settled, in: period, subject, cause) }
  }

  /// Entries in consecutive periods.
  mutating func book(
    _ debit: Account, _ credit: Account, _ amounts: [Int64], from period: Int, _ subject: EntrySubject, _ cause: Cause
  ) {
    guard amounts.contains(where: { $0 != 0 }) else { return }
    runs.append(
      EntryRun(
        subject: subject, debit: debit, credit: credit, cause: cause, from: AccountingPeriod(ordinal: Int32(period)),
        amounts: amounts))
  }
}
