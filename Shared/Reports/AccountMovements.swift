import Accounting

/// How far each account moved, debits positive, per currency and period: the sums that balances are made of.
struct AccountMovements {
  struct Key: Hashable {
    let currency: Currency
    let account: Account
  }

  private(set) var byKey: [Key: [AccountingPeriod: Int128]] = [:]

  init(_ rows: [LedgerRow]) {
    for row in rows {
      byKey[Key(currency: row.currency, account: row.debit), default: [:]][row.period, default: 0] += row.amount
      byKey[Key(currency: row.currency, account: row.credit), default: [:]][row.period, default: 0] -= row.amount
    }
  }

  /// The currencies that moved, by code.
  var currencies: [Currency] {
    Set(byKey.keys.map(\.currency)).sorted { $0.code < $1.code }
  }

  /// What the account moved in periods that `included` holds; nil if nothing ever touched it there.
  func sum(_ account: Account, _ currency: Currency, where included: (AccountingPeriod) -> Bool) -> Int128? {
    var total: Int128?
    for (period, amount) in byKey[Key(currency: currency, account: account)] ?? [:] where included(period) {
      total = (total ?? 0) + amount
    }
    return total
  }
}

extension Account {
  /// Revenue and what is taken from it: net revenue is what these were credited, less what they were debited.
  static let ofNetRevenue = Set(allCases.filter { $0.category == .revenue || $0.category == .contraRevenue })

  /// Billed revenue that is still to be earned.
  static let ofDeferredRevenue: Set<Account> = [.deferredRevenue, .longTermDeferredRevenue]

  /// What customers owe, billed or not.
  static let ofReceivables: Set<Account> = [.accountsReceivable, .unbilledAccountsReceivable]
}
