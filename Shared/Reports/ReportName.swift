/// The reports there are, by the name that stands in an address and after `earned report`.
public enum ReportName: String, CaseIterable, Sendable {
  /// Net revenue, deferred revenue and receivables, month by month.
  case overview
  /// The journal itself.
  case entries
  /// The entries behind a figure.
  case activity
  /// Every account's starting balance, change and ending balance.
  case trialBalance = "trial_balance"
  /// Revenue, what lowers it, and net income.
  case incomeStatement = "income_statement"
  /// Assets, liabilities and equity.
  case balanceSheet = "balance_sheet"
  /// Where revenue came from and how deferred revenue moved.
  case periodSummary = "period_summary"
  /// Deferred revenue from the beginning to the end of each period.
  case deferredRollforward = "deferred_rollforward"
  /// Receivables, contract assets and contract liabilities.
  case contractBalances = "contract_balances"
  /// What contracts have promised and not recognized.
  case remainingObligations = "remaining_performance_obligations"
  /// What was booked later than it belonged.
  case corrections
  /// What customers owe, by how long it has been due.
  case receivablesAging = "ar_aging"
  /// What waits for fulfillment.
  case obligations
  /// Where contracts stand.
  case contracts
  /// What moved between which accounts.
  case debitsAndCredits = "debits_and_credits"
  /// When what was booked in a period is recognized.
  case waterfall
  /// Whether the books agree with what was told.
  case reconciliation
  /// Whether a period is ready to be closed.
  case close
  /// Facts that wait or are refused, and why.
  case openFacts = "open_facts"
}
