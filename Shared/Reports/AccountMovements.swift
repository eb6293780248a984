import Accounting

/// How far each account moved, debits positive, per currency and period: the sums that balances are made of.
struct AccountMovements {
  struct Key: Hashable {
    let currency: Currency
    let account: Account
    /// What it is called in the general ledger; nil: as here.
    var name: GeneralLedgerAccount?
  }

  private(set) var byKey: [Key: [AccountingPeriod: Int128]] = [:]

  init(_ rows: [LedgerRow]) {
    for row in rows {
      byKey[Key(currency: row.currency, account: row.debit, name: row.debitName), default: [:]][
        row.period, default: 0] += row.amount
      byKey[Key(currency: row.currency, account: row.credit, name: row.creditName), default: [:]][
        row.period, default: 0] -= row.amount
    }
  }

  /// The currencies that moved, by code.
  var currencies: [Currency] {
    Set(byKey.keys.map(\.currency)).sorted { $0.code < $1.code }
  }

  /// Whether any account is called otherwise in the general ledger.
  var isMapped: Bool { byKey.keys.contains { $0.name != nil } }

  /// What the account is called in the general ledger, each name once, in order; nil stands for its own.
  func names(of account: Account, _ currency: Currency) -> [GeneralLedgerAccount?] {
    let keys = byKey.keys.filter { $0.account == account && $0.currency == currency }
    return keys.map(\.name).sorted { ($0?.key ?? "") < ($1?.key ?? "") }
  }

  /// How far the account moved in each period, whatever it is called.
  func movements(of account: Account, _ currency: Currency) -> [AccountingPeriod: Int128] {
    guard isMapped else { return byKey[Key(currency: currency, account: account)] ?? [:] }
    return byKey.reduce(into: [:]) { sums, movement in
      guard movement.key.account == account, movement.key.currency == currency else { return }
      sums.merge(movement.value, uniquingKeysWith: +)
    }
  }

  /// What the account moved in periods that `included` holds; nil if nothing ever touched it there.
  func sum(
    _ account: Account, as name: GeneralLedgerAccount?, _ currency: Currency,
    where included: (AccountingPeriod) -> Bool
  ) -> Int128? {
    var total: Int128?
    let key = Key(currency: currency, account: account, name: name)
    for (period, amount) in byKey[key] ?? [:] where included(period) { total = (total ?? 0) + amount }
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
