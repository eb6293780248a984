/// Every kind of refusal: the catalog that the command and the documentation show.
public enum RefusalCode: String, CaseIterable, Sendable {
  case overFulfillment = "over_fulfillment"
  case currencyMismatch = "currency_mismatch"
  case conflict = "conflict"
  case notDeferredUntilFulfilled = "not_deferred_until_fulfilled"
  case quantityMissing = "quantity_missing"
  case periodTooLong = "period_too_long"
  case unknownPeriod = "unknown_period"
  case periodClosed = "period_closed"
  case treatmentNotApplicable = "treatment_not_applicable"
  case amountTooLarge = "amount_too_large"
  case linesDoNotAddUp = "lines_do_not_add_up"
  case destinationsExceedNote = "destinations_exceed_note"
  case unknownLine = "unknown_line"
  case unknownAccount = "unknown_account"
  case exchangeRateMissing = "exchange_rate_missing"
  case doesNotTieOut = "does_not_tie_out"
  case unknownTimeZone = "unknown_time_zone"
  case mappingConflict = "mapping_conflict"
  case unknownItem = "unknown_item"
  case itemExists = "item_exists"
  case contractVoided = "contract_voided"

  /// What happened, in words.
  public var meaning: String {
    switch self {
    case .overFulfillment: "a fulfillment is more than what is left of its obligation"
    case .currencyMismatch: "an amount is in another currency than what it is about"
    case .conflict: "what happens once was told again with other values"
    case .notDeferredUntilFulfilled: "no rule defers the line until it is fulfilled"
    case .quantityMissing: "units were fulfilled of a line without a quantity"
    case .periodTooLong: "booking and service lie too many periods apart"
    case .unknownPeriod: "the calendar has no period of that name"
    case .periodClosed: "the period of a manual entry is closed"
    case .treatmentNotApplicable: "a treatment can never act on what its rule applies to"
    case .amountTooLarge: "amounts add up to more than can be kept"
    case .linesDoNotAddUp: "the lines of a note do not add up to it"
    case .destinationsExceedNote: "what a note refunds and credits is more than its amount"
    case .unknownLine: "a note names a line that its invoice has not"
    case .unknownAccount: "the chart has no account of that name"
    case .exchangeRateMissing: "no rate of the pair is known for the day or before"
    case .doesNotTieOut: "what was booked before the cut-over does not add up"
    case .unknownTimeZone: "there is no time zone of that name"
    case .mappingConflict: "two mappings of one account and condition overlap in time"
    case .unknownItem: "a change or discount names an item that its contract has not, or no longer"
    case .itemExists: "an item is added that its contract has already"
    case .contractVoided: "something happens to a contract after it was voided"
    }
  }

  /// What to do about it.
  public var remedy: String {
    switch self {
    case .overFulfillment: "report at most what is left, or reverse an earlier fulfillment"
    case .currencyMismatch: "report it in that currency"
    case .conflict: "correct it with a fact of its own: a note, a refund, a reversal"
    case .notDeferredUntilFulfilled: "set a rule with defer_until_fulfilled that holds for the line"
    case .quantityMissing: "report an amount or a percentage"
    case .periodTooLong: "split the line"
    case .unknownPeriod: "name months as 2022-06, periods of weeks as 2025-P01"
    case .periodClosed: "reopen the period, or use an open one"
    case .treatmentNotApplicable: "choose another treatment or other conditions"
    case .amountTooLarge: "split the transaction"
    case .linesDoNotAddUp: "each line's amount includes its taxes"
    case .destinationsExceedNote: "let the destinations add up to the amount at most"
    case .unknownLine: "name lines of the note's own invoice"
    case .unknownAccount: "use the names of the trial balance"
    case .exchangeRateMissing: "publish a rate; the fact waits, and is booked then"
    case .doesNotTieOut: "billed is recognized and deferred; what is left adds up to deferred"
    case .unknownTimeZone: "use a name of the IANA, such as Europe/Berlin"
    case .mappingConflict: "let one end before the other begins, or delete one"
    case .unknownItem: "name items that are in force"
    case .itemExists: "give it an id of its own, or update the one that is there"
    case .contractVoided: "sign a new contract"
    }
  }
}
