import Accounting

/// Entries in memory, summed as they come: what a report needs that tells apart no more than periods, currency and accounts. It
/// holds as much as there are such sums, however many entries they are of.
public struct LedgerOfSums: Ledger, Sendable {
  private struct Key: Hashable {
    let booked: AccountingPeriod
    let currency: Currency
    let debit: Account
    let credit: Account
    /// Of corrections, the period they belong to.
    let original: AccountingPeriod?
  }

  /// Consecutive amounts, from a period on.
  private struct Sums {
    var from: AccountingPeriod
    var amounts: [Int128]

    mutating func add(_ more: [Int64], from start: AccountingPeriod) {
      var offset = from.distance(to: start)
      if offset < 0 {
        amounts.insert(contentsOf: repeatElement(0, count: -offset), at: 0)
        from = start
        offset = 0
      }
      if offset + more.count > amounts.count {
        amounts.append(contentsOf: repeatElement(0, count: offset + more.count - amounts.count))
      }
      for (index, amount) in more.enumerated() { amounts[offset + index] += Int128(amount) }
    }
  }

  private var sums: [Key: Sums] = [:]
  /// The facts that gave no entries, in the order they were told.
  public var open: [OpenFact]

  /// A ledger without entries.
  public init(open: [OpenFact] = []) {
    self.open = open
  }

  /// Whether a report can be made of sums alone.
  public static func suffices(for definition: ReportDefinition, _ query: ReportQuery) -> Bool {
    guard definition.needs(for: query).isEmpty, let selection = definition.select?(query, nil) else { return false }
    return selection.dimensions.isEmpty && !selection.netsCauses && !selection.inPostingOrder
  }

  /// Adds entries of one pair of accounts in consecutive periods, in minor units; a negative amount swaps the accounts.
  public mutating func add(
    booked: AccountingPeriod, currency: Currency, debit: Account, credit: Account, original: AccountingPeriod?,
    from: AccountingPeriod, amounts: [Int64]
  ) {
    let key = Key(booked: booked, currency: currency, debit: debit, credit: credit, original: original)
    sums[key, default: Sums(from: from, amounts: [])].add(amounts, from: from)
  }

  /// The facts that gave no entries.
  public func openFacts() -> [OpenFact] { open }

  /// The first and the last period of the entries; what was known when makes no difference here.
  public func extent(asOf: Instant?) -> ClosedRange<AccountingPeriod>? {
    var range: ClosedRange<AccountingPeriod>?
    for row in rows(LedgerSelection()) {
      range = min(range?.lowerBound ?? row.period, row.period)...max(range?.upperBound ?? row.period, row.period)
    }
    return range
  }

  /// The sums of the selection, by period, then by booking period, currency and accounts.
  public func rows(_ selection: LedgerSelection) -> [LedgerRow] {
    var rows: [LedgerRow] = []
    for (key, sums) in sums {
      for (index, amount) in sums.amounts.enumerated() where amount != 0 {
        let row = LedgerRow(
          period: sums.from.advanced(by: index), originalPeriod: key.original, booked: key.booked,
          currency: key.currency, debit: key.debit, credit: key.credit, amount: amount)
        if selection.holds(row) { rows.append(row) }
      }
    }
    return rows.sorted { left, right in
      (left.period, left.booked, left.currency.code, left.debit.rawValue, left.credit.rawValue)
        < (right.period, right.booked, right.currency.code, right.debit.rawValue, right.credit.rawValue)
    }
  }
}
