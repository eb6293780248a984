import Accounting

extension [LedgerRow] {
  /// The rows, upright, with what was posted for a cause and later taken back of it as one net amount: a recognition planned
  /// for next year and then brought forward is not shown as moved there and back. Entries of different causes stay apart,
  /// usage accrued and usage billed among them. Rows without a cause have been netted by their source.
  func nettedWithinCauses() -> [LedgerRow] {
    var rows: [LedgerRow] = []
    var places: [LedgerRow: Int] = [:]
    for row in self {
      let row = row.upright
      guard row.cause != nil else {
        rows.append(row)
        continue
      }
      var key = row
      (key.amount, key.fact, key.rule) = (0, nil, nil)
      if row.debit.place > row.credit.place {
        (key.debit, key.credit, key.debitName, key.creditName) = (row.credit, row.debit, row.creditName, row.debitName)
      }
      guard let place = places[key] else {
        places[key] = rows.count
        rows.append(row)
        continue
      }
      rows[place].amount += rows[place].debit == row.debit ? row.amount : -row.amount
    }
    return rows.compactMap { $0.amount == 0 ? nil : $0.upright }
  }
}
