import Accounting
import Messages

/// Why a fact is not booked. It stays in its book, and stands once what stood in its way is gone.
public enum Refusal: Error, Hashable, Sendable {
  /// A fulfillment is more than what is left of its obligation.
  case overFulfillment(left: Int64, asked: Int64)
  /// An amount is in another currency than what it is about.
  case currencyMismatch(expected: Currency, found: Currency)
  /// A thing that happens once was told again with other values.
  case conflict(with: String)
  /// The line is not deferred until it is fulfilled.
  case notDeferredUntilFulfilled(line: String)
  /// A fulfillment in units of a line that has no quantity.
  case quantityMissing(line: String)
  /// Service runs longer than can be kept in periods.
  case periodTooLong
  /// The calendar has no period of this name.
  case unknownPeriod(String)
  /// The period is closed.
  case periodClosed(String)
  /// A rule's treatment can never meet what the rule applies to.
  case treatmentNotApplicable(String)
  /// Amounts add up to more than can be kept.
  case amountTooLarge
  /// A note's lines do not add up to the note.
  case linesDoNotAddUp
  /// A note's destinations add up to more than the note.
  case destinationsExceedNote
  /// The invoice has no line of this id.
  case unknownLine(String)
  /// The chart has no account of this name.
  case unknownAccount(String)
  /// Two mappings of one account and condition would be in force at one time.
  case mappingConflict(with: String)
  /// A contract has no item of this id, or it has ended.
  case unknownItem(String)
  /// A contract has an item of this id already.
  case itemExists(String)
  /// The contract was voided before.
  case contractVoided(String)

  /// No rate of the pair is known for the day. A fact waits with it, so that it is never an outcome by itself.
  case exchangeRateMissing(CurrencyPair)
  /// What was booked before the cut-over does not add up.
  case doesNotTieOut(String)
  /// There is no time zone of this name.
  case unknownTimeZone(String)

  /// The kind of refusal, as the catalog lists it.
  public var kind: RefusalCode {
    switch self {
    case .overFulfillment: .overFulfillment
    case .currencyMismatch: .currencyMismatch
    case .conflict: .conflict
    case .notDeferredUntilFulfilled: .notDeferredUntilFulfilled
    case .quantityMissing: .quantityMissing
    case .periodTooLong: .periodTooLong
    case .unknownPeriod: .unknownPeriod
    case .periodClosed: .periodClosed
    case .treatmentNotApplicable: .treatmentNotApplicable
    case .amountTooLarge: .amountTooLarge
    case .linesDoNotAddUp: .linesDoNotAddUp
    case .destinationsExceedNote: .destinationsExceedNote
    case .unknownLine: .unknownLine
    case .unknownAccount: .unknownAccount
    case .exchangeRateMissing: .exchangeRateMissing
    case .doesNotTieOut: .doesNotTieOut
    case .unknownTimeZone: .unknownTimeZone
    case .mappingConflict: .mappingConflict
    case .unknownItem: .unknownItem
    case .itemExists: .itemExists
    case .contractVoided: .contractVoided
    }
  }

  /// The refusal's stable name, for machines.
  public var code: String { kind.rawValue }

  /// The refusal in words: what happened and what to do.
  public var message: String {
    switch self {
    case .overFulfillment(let left, let asked):
      "The fulfillment asks for \(asked) of an obligation that has \(left) left. Report at most what is left."
    case .currencyMismatch(let expected, let found):
      "The amount is in \(found.code), but what it is about is in \(expected.code). Report it in \(expected.code)."
    case .conflict(let fact):
      "The fact \(fact) told this before with other values. What happens once cannot be told differently."
    case .notDeferredUntilFulfilled(let line):
      "No rule defers \(line) until it is fulfilled. Set a rule with defer_until_fulfilled that holds for it."
    case .quantityMissing(let line):
      "\(line) has no quantity, so units of it mean nothing. Report an amount or a percentage."
    case .periodTooLong:
      "Booking and service lie more than \(ScheduleLimits.periods) periods apart. Split the line."
    case .unknownPeriod(let name):
      "The calendar has no period \(name). Months are named as 2022-06, periods of weeks as 2025-P01."
    case .periodClosed(let name):
      "The period \(name) is closed. Reopen it, or use an open one."
    case .treatmentNotApplicable(let treatment):
      "\(treatment) can never act on what the rule applies to. Choose another treatment or other conditions."
    case .amountTooLarge:
      "Amounts add up to more than ±\(FactLimits.amountMinorUnits) minor units. Split the transaction."
    case .linesDoNotAddUp:
      "The note's lines do not add up to its amount. Each line's amount includes its taxes."
    case .destinationsExceedNote:
      "What is refunded, credited and taken off before payment is more than the note's amount."
    case .unknownLine(let line):
      "The invoice has no line \(line). Name lines of the note's own invoice."
    case .exchangeRateMissing(let pair):
      "No rate from \(pair.from.code) to \(pair.to.code) is known for that day or before. Publish one."
    case .doesNotTieOut(let reason):
      "The opening balance does not tie out: \(reason)."
    case .unknownTimeZone(let name):
      "There is no time zone \(name). Names are those of the IANA, such as Europe/Berlin."
    case .unknownAccount(let name):
      "The chart has no account \(name). Names are those of the trial balance, such as DeferredRevenue."
    case .mappingConflict(let other):
      "The mapping \(other) maps the same account under the same condition at the same time. Let one end before the other."
    case .unknownItem(let item):
      "The contract has no item \(item), or it has ended. Name items that are in force."
    case .itemExists(let item):
      "The contract has an item \(item) already. Give the added one an id of its own, or update the one that is there."
    case .contractVoided(let contract):
      "The contract \(contract) was voided before that. Nothing more can happen to its items."
    }
  }
}
