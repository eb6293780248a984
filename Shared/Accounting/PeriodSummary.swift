/// The lines of the summary of a period, as accountants read it from top to bottom.
public enum PeriodSummaryLine: String, CaseIterable, Sendable {
  case revenueFromBillingsThisMonth = "revenue_from_billings_this_month"
  case fromMetered = "from_metered"
  case previouslyDeferred = "previously_deferred"
  case fromUnbilled = "from_unbilled"
  case fromPlatformFees = "from_platform_fees"
  case lessRefunds = "less_refunds"
  case lessRefundsFromPlatformFees = "less_refunds_from_platform_fees"
  case lessExternalAssetRefunds = "less_external_asset_refunds"
  case lessDisputes = "less_disputes"
  case lessBadDebt = "less_bad_debt"
  case lessVoids = "less_voids"
  case lessUnbilledVoids = "less_unbilled_voids"
  case lessCreditNotes = "less_credit_notes"
  case lessTransfers = "less_transfers"
  case lessDiscounts = "less_discounts"
  case netRevenue = "net_revenue"
  case deferredStarting = "deferred_starting"
  case deferredChangeFromNewBillings = "deferred_change_from_new_billings"
  case lessRecognizedRevenue = "less_recognized_revenue"
  case lessCreditsIssued = "less_credits_issued"
  case deferredEnding = "deferred_ending"
  case futureBillingsStarting = "future_billings_starting"
  case futureBillingsEnding = "future_billings_ending"
}

/// What happened to revenue, to deferred revenue and to what contracts will still bill, period by period. What lowers a
/// figure is negative, so that each section adds up.
public struct PeriodSummary: Sendable {
  /// An entry, as far as the summary looks at it.
  public struct Movement: Sendable {
    /// The period it stands in.
    public var period: AccountingPeriod
    /// The period in which its transaction was booked.
    public var booked: AccountingPeriod
    /// The account debited.
    public var debit: Account
    /// The account credited.
    public var credit: Account
    /// The amount in minor units.
    public var amount: Int128
    /// The kind of business event.
    public var event: String?
    /// The line, or where there is none the transaction.
    public var line: String?
    /// Whether its transaction is a contract, or bills one.
    public var isOfContract: Bool

    /// An entry.
    public init(
      period: AccountingPeriod, booked: AccountingPeriod, debit: Account, credit: Account, amount: Int128,
      event: String?, line: String?, isOfContract: Bool = false
    ) {
      self.period = period
      self.booked = booked
      self.debit = debit
      self.credit = credit
      self.amount = amount
      self.event = event
      self.line = line
      self.isOfContract = isOfContract
    }
  }

  private var changes: [AccountingPeriod: [PeriodSummaryLine: Int128]] = [:]

  /// The summary of these entries.
  public init(_ movements: some Sequence<Movement>) {
    let movements = Array(movements)
    let metered = Self.linesOfUsage(movements)
    for movement in movements {
      for (account, amount) in [(movement.credit, movement.amount), (movement.debit, -movement.amount)] {
        if let line = Self.line(of: account, movement, metered) {
          changes[movement.period, default: [:]][line, default: 0] += amount
        }
        if Self.isOfFutureBillings(account, movement) {
          changes[movement.period, default: [:]][.futureBillingsEnding, default: 0] +=
            account == .unbilledDeferredRevenue ? amount : -amount
        }
      }
    }
  }

  /// What a line says of a period.
  public func amount(_ line: PeriodSummaryLine, in period: AccountingPeriod) -> Int128 {
    let own = changes[period] ?? [:]
    switch line {
    case .netRevenue: return own.reduce(0) { $0 + (Self.ofNetRevenue.contains($1.key) ? $1.value : 0) }
    case .deferredStarting: return sum(Self.ofDeferred) { $0 < period }
    case .deferredEnding: return sum(Self.ofDeferred) { $0 <= period }
    case .futureBillingsStarting: return sum([.futureBillingsEnding]) { $0 < period }
    case .futureBillingsEnding: return sum([.futureBillingsEnding]) { $0 <= period }
    default: return own[line] ?? 0
    }
  }

  private func sum(_ lines: Set<PeriodSummaryLine>, where counts: (AccountingPeriod) -> Bool) -> Int128 {
    changes.reduce(0) { total, change in
      guard counts(change.key) else { return total }
      return total + change.value.reduce(0) { $0 + (lines.contains($1.key) ? $1.value : 0) }
    }
  }

  private static let ofDeferred: Set<PeriodSummaryLine> = [
    .deferredChangeFromNewBillings, .lessRecognizedRevenue, .lessCreditsIssued,
  ]

  private static let ofNetRevenue: Set<PeriodSummaryLine> = Set(
    PeriodSummaryLine.allCases.prefix { $0 != .netRevenue })
}

// MARK: - Which line an entry belongs to

extension PeriodSummary {
  /// The lines that bill usage: what they take back and recognize anew is revenue from usage as well.
  private static func linesOfUsage(_ movements: [Movement]) -> Set<String> {
    var lines: Set<String> = []
    for movement in movements
    where movement.event == "invoice.finalized" && movement.debit == .revenue && !movement.isOfContract {
      if movement.credit == .unbilledAccountsReceivable, let line = movement.line { lines.insert(line) }
    }
    return lines
  }

  private static func line(of account: Account, _ movement: Movement, _ metered: Set<String>) -> PeriodSummaryLine? {
    switch account {
    case .revenue, .breakageRevenue: return lineOfRevenue(movement, metered)
    case .refunds: return movement.event == "application_fee.refunded" ? .lessRefundsFromPlatformFees : .lessRefunds
    case .externalAssetRefunds, .externalRefunds: return .lessExternalAssetRefunds
    case .disputes: return .lessDisputes
    case .badDebt: return .lessBadDebt
    case .voids: return .lessVoids
    case .unbilledVoids: return .lessUnbilledVoids
    case .creditNotes: return .lessCreditNotes
    case .transfer: return .lessTransfers
    case .discounts: return .lessDiscounts
    case .deferredRevenue, .longTermDeferredRevenue: return lineOfDeferred(movement)
    default: return nil
    }
  }

  /// What contracts will still bill: what they have not recognized, and what of the recognized is not billed yet, less what
  /// is billed ahead.
  private static func isOfFutureBillings(_ account: Account, _ movement: Movement) -> Bool {
    switch account {
    case .unbilledDeferredRevenue: true
    case .unbilledAccountsReceivable, .deferredRevenue, .longTermDeferredRevenue: movement.isOfContract
    default: false
    }
  }

  private static func lineOfRevenue(_ movement: Movement, _ metered: Set<String>) -> PeriodSummaryLine {
    if movement.event == "application_fee.created" { return .fromPlatformFees }
    if movement.event == "subscription_item" || movement.line.map({ metered.contains($0) }) == true {
      return .fromMetered
    }
    if [movement.debit, movement.credit].contains(.unbilledAccountsReceivable) { return .fromUnbilled }
    return movement.period <= movement.booked ? .revenueFromBillingsThisMonth : .previouslyDeferred
  }

  private static func lineOfDeferred(_ movement: Movement) -> PeriodSummaryLine {
    let other = [movement.debit, movement.credit]
    if other.contains(.revenue) { return .lessRecognizedRevenue }
    return movement.event.map { credits.contains($0) } == true ? .lessCreditsIssued : .deferredChangeFromNewBillings
  }

  /// The events that take back what was billed, or give back what they took.
  private static let credits: Set<String> = [
    "refund.created", "refund.failed", "dispute.created", "dispute.won", "credit_note.issued", "credit_note.voided",
    "invoice.voided", "invoice.marked_uncollectible", "external_transaction.refunded", "charge.unapplied",
    "application_fee.refunded", "transfer.reversed",
  ]
}
