/// The reports there are, by the name that stands in an address and after `earned report`.
public enum ReportName: String, CaseIterable, Sendable {
  /// Net revenue, deferred revenue and receivables, month by month.
  case overview
  /// The journal itself.
  case entries
  /// Every account's starting balance, change and ending balance.
  case trialBalance = "trial_balance"
  /// What moved between which accounts.
  case debitsAndCredits = "debits_and_credits"
  /// When what was booked in a period is recognized.
  case waterfall
  /// Facts that wait or are refused, and why.
  case openFacts = "open_facts"
}
