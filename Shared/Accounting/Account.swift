/// The two sides of an entry.
public enum Side: String, CaseIterable, Sendable {
  /// The left side, on which assets, contra revenue, expenses and losses grow.
  case debit
  /// The right side, on which liabilities, revenue and gains grow.
  case credit

  /// The other side.
  public var opposite: Side { self == .debit ? .credit : .debit }
}

/// The part of the statements an account belongs to.
public enum AccountCategory: String, CaseIterable, Sendable {
  /// What the business owns or is owed.
  case assets
  /// What lowers revenue: refunds, disputes, write-offs.
  case contraRevenue = "contra_revenue"
  /// What the business spends.
  case expenses
  /// What it loses outside its ordinary business.
  case losses
  /// What it owes, deferred revenue among it.
  case liabilities
  /// What it earned.
  case revenue
  /// What it gained outside its ordinary business.
  case gains

  /// The side on which accounts of the category grow.
  public var normalSide: Side {
    switch self {
    case .assets, .contraRevenue, .expenses, .losses: .debit
    case .liabilities, .revenue, .gains: .credit
    }
  }
}

/// An account of the ledger. The raw value is the name that reports, files and manual entries use.
public enum Account: String, CaseIterable, Sendable {
  // Assets
  case accountsReceivable = "AccountsReceivable"
  case unbilledAccountsReceivable = "UnbilledAccountsReceivable"
  case cash = "Cash"
  case pendingCash = "PendingCash"
  case externalAsset = "ExternalAsset"
  case contractAsset = "ContractAsset"
  case paidCreditGrantsReceivable = "PaidCreditGrantsReceivable"
  case contractCosts = "ContractCosts"
  case customerCashBalance = "CustomerCashBalance"
  // Contra revenue
  case refunds = "Refunds"
  case disputes = "Disputes"
  case creditNotes = "CreditNotes"
  case badDebt = "BadDebt"
  case voids = "Voids"
  case unbilledVoids = "UnbilledVoids"
  case transfer = "Transfer"
  case discounts = "Discounts"
  case externalAssetRefunds = "ExternalAssetRefunds"
  case externalRefunds = "ExternalRefunds"
  // Expenses
  case fees = "Fees"
  case customerBalanceAdjustments = "CustomerBalanceAdjustments"
  case underpayments = "Underpayments"
  case contractCostAmortization = "ContractCostAmortization"
  case interestExpense = "InterestExpense"
  case externalCustomerBalanceAdjustments = "ExternalCustomerBalanceAdjustments"
  // Losses
  case fxLoss = "FxLoss"
  case unrealizedFxLoss = "UnrealizedFxLoss"
  case otherLoss = "OtherLoss"
  case connectTransferLoss = "ConnectTransferLoss"
  // Liabilities
  case deferredRevenue = "DeferredRevenue"
  case longTermDeferredRevenue = "LongTermDeferredRevenue"
  case unbilledDeferredRevenue = "UnbilledDeferredRevenue"
  case taxLiability = "TaxLiability"
  case customerBalance = "CustomerBalance"
  case externalCustomerBalance = "ExternalCustomerBalance"
  case passthroughFees = "PassthroughFees"
  case deferredDiscounts = "DeferredDiscounts"
  case creditGrants = "CreditGrants"
  case refundLiability = "RefundLiability"
  case customerCashAdjustment = "CustomerCashAdjustment"
  // Revenue
  case revenue = "Revenue"
  case breakageRevenue = "BreakageRevenue"
  // Gains
  case recoverables = "Recoverables"
  case exclusion = "Exclusion"
  case overpayments = "Overpayments"

  /// The part of the statements the account belongs to.
  public var category: AccountCategory {
    switch self {
    case .accountsReceivable, .unbilledAccountsReceivable, .cash, .pendingCash, .externalAsset, .contractAsset,
      .paidCreditGrantsReceivable, .contractCosts, .customerCashBalance:
      .assets
    case .refunds, .disputes, .creditNotes, .badDebt, .voids, .unbilledVoids, .transfer, .discounts,
      .externalAssetRefunds, .externalRefunds:
      .contraRevenue
    case .fees, .customerBalanceAdjustments, .underpayments, .contractCostAmortization, .interestExpense,
      .externalCustomerBalanceAdjustments:
      .expenses
    case .fxLoss, .unrealizedFxLoss, .otherLoss, .connectTransferLoss:
      .losses
    case .deferredRevenue, .longTermDeferredRevenue, .unbilledDeferredRevenue, .taxLiability, .customerBalance,
      .externalCustomerBalance, .passthroughFees, .deferredDiscounts, .creditGrants, .refundLiability,
      .customerCashAdjustment:
      .liabilities
    case .revenue, .breakageRevenue:
      .revenue
    case .recoverables, .exclusion, .overpayments:
      .gains
    }
  }

  /// The side on which the account grows.
  public var normalSide: Side { category.normalSide }

  /// The account's place in the chart, from 0. (Cases without payload are numbered as they are written.)
  public var place: Int { Int(unsafeBitCast(self, to: UInt8.self)) }

  /// By place: of an enum with raw values the library would hash the names.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(place)
  }
}
