import Accounting
import Messages
import Recognition
import Reports

/// What was posted from facts in files, entry by entry, and what reports ask of those facts beside the entries. Nothing is
/// computed that no report asks for.
struct LedgerOfFacts: Ledger {
  let ledgers: Ledgers
  private let entries: LedgerInMemory

  init(_ postings: Postings, of ledgers: Ledgers) {
    self.ledgers = ledgers
    entries = LedgerInMemory(ledgers.named(postings.rows, of: postings.keys), open: ledgers.openFacts)
  }

  func extent(asOf: Instant?) -> ClosedRange<AccountingPeriod>? { entries.extent(asOf: asOf) }

  func rows(_ selection: LedgerSelection) -> [LedgerRow] { entries.rows(selection) }

  func openFacts() -> [OpenFact] { entries.open }

  func transactions(asOf: Instant?) -> [String: TransactionNotes] { ledgers.transactions }

  func obligations(asOf: Instant?) -> [ObligationNote] { ledgers.obligations }

  func contracts(at moment: Instant, asOf: Instant?) -> [ContractNote] { ledgers.contracts(at: moment) }

  func cash(asOf: Instant?) -> [CashNote] { ledgers.cash }

  func tellings(asOf: Instant?) -> [TellingNote] { ledgers.tellings }

  func configuration(asOf: Instant?) -> ConfigurationNotes { ledgers.configuration }
}
