import Accounting

/// What has been posted for a book so far: for each subject, pair of accounts and cause, an amount for each period that the
/// entries belong to, wherever corrections were booked.
public struct PostedState: Sendable {
  /// What tells entries apart that are never netted.
  struct Key: Hashable {
    let subject: EntrySubject
    let debit: Account
    let credit: Account
    let cause: Cause
  }

  /// The sums, one run for each key; the pair is turned so that the account named first in the chart is debited.
  public private(set) var runs: [EntryRun] = []
  private var places: [Key: Int] = [:]

  /// Nothing posted.
  public init() {}

  /// What these postings add up to.
  public init(_ runs: [EntryRun]) {
    add(runs)
  }

  /// Adds posted runs.
  public mutating func add(_ more: [EntryRun]) {
    if runs.isEmpty { runs.reserveCapacity(more.count) }
    for place in more.indices { add(more[place], times: 1) }
  }

  /// Adds a posted run.
  public mutating func add(_ run: EntryRun) {
    add(run, times: 1)
  }

  mutating func add(_ run: EntryRun, times factor: Int64) {
    let turned = run.debit.place > run.credit.place
    let sign = turned ? -factor : factor
    let key = Key(
      subject: run.subject, debit: turned ? run.credit : run.debit, credit: turned ? run.debit : run.credit,
      cause: run.cause)
    let from = run.originalPeriod ?? run.from
    let amounts = sign == 1 ? run.amounts : run.amounts.map { $0 * sign }
    if let place = place(of: key) {
      runs[place].add(amounts, from: from)
    } else {
      if runs.count >= Self.linearLimit { places[key] = runs.count }
      runs.append(
        EntryRun(
          subject: run.subject, debit: key.debit, credit: key.credit, cause: run.cause, from: from, amounts: amounts))
      if runs.count == Self.linearLimit { indexAll() }
    }
  }

  /// Few runs are found faster by looking at each than by hashing.
  private static let linearLimit = 16

  private mutating func indexAll() {
    for (index, run) in runs.enumerated() { places[Self.key(of: run)] = index }
  }

  private static func key(of run: EntryRun) -> Key {
    Key(subject: run.subject, debit: run.debit, credit: run.credit, cause: run.cause)
  }

  private func place(of key: Key) -> Int? {
    if runs.count >= Self.linearLimit { return places[key] }
    return runs.indices.first { place in
      runs[place].debit == key.debit && runs[place].credit == key.credit && runs[place].subject == key.subject
        && runs[place].cause == key.cause
    }
  }
}

extension EntryRun {
  /// Adds amounts for the periods from this one on, widening the run where needed.
  mutating func add(_ more: [Int64], from start: AccountingPeriod) {
    guard !more.isEmpty else { return }
    if amounts.isEmpty { from = start }
    var offset = from.distance(to: start)
    if offset < 0 {
      amounts.insert(contentsOf: repeatElement(0, count: -offset), at: 0)
      from = start
      offset = 0
    }
    if offset + more.count > amounts.count {
      amounts.append(contentsOf: repeatElement(0, count: offset + more.count - amounts.count))
    }
    for (index, amount) in more.enumerated() { amounts[offset + index] += amount }
  }
}
