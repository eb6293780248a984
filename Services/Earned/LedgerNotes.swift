import Accounting
import Messages
import Recognition
import Reports

// What reports ask of the facts beside the entries.
extension Ledgers {
  /// Whether accounts have other names in the general ledger of any books.
  var haveMappings: Bool { books.values.contains { !$0.configuration.mappings.isEmpty } }

  /// The rows with the names that the general ledger of their books has for their accounts.
  func named(_ rows: [LedgerRow], of keys: [Key]) -> [LedgerRow] {
    let ledgers = books.mapValues { GeneralLedger($0) }
    guard ledgers.values.contains(where: { !$0.isEmpty }) else { return rows }
    return zip(rows, keys).map { row, key in
      guard let ledger = ledgers[key] else { return row }
      var row = row
      func name(_ account: Account) -> GeneralLedgerAccount? {
        ledger.account(
          account, transaction: row.transaction, product: row.product, customer: row.customer, booked: row.booked)
      }
      row.debitName = name(row.debit)
      row.creditName = name(row.credit)
      return row
    }
  }

  /// What is known of the transactions that bill something.
  var transactions: [String: TransactionNotes] {
    var notes: [String: TransactionNotes] = [:]
    for told in books.values.lazy.flatMap(\.states).flatMap(\.facts).compactMap(\.bookedTransaction) {
      func byKey(_ pairs: [Metadata]) -> [String: String] {
        Dictionary(pairs.map { ($0.key, $0.value) }) { _, later in later }
      }
      notes[told.id] = TransactionNotes(
        booked: told.booked, due: told.due, metadata: byKey(told.metadata),
        metadataOfLines: Dictionary(told.lines.map { ($0.line, byKey($0.metadata)) }) { _, later in later })
    }
    for (_, books) in books {
      for state in books.states {
        let book = BookInput(facts: state.facts, applied: state.applied, configuration: books.configuration)
        for id in contractTransactions(book) { notes[id]?.isOfContract = true }
      }
    }
    return notes
  }

  /// What is deferred until it is fulfilled.
  var obligations: [ObligationNote] {
    books.values.flatMap { books in
      books.states.filter(\.mayWaitForFulfillment).flatMap { state in
        Recognition.obligations(
          BookInput(facts: state.facts, applied: state.applied, configuration: books.configuration))
      }
    }.map { standing in
      ObligationNote(
        transaction: standing.subject.transaction, line: standing.line, customer: standing.subject.customer,
        currency: standing.subject.currency, amountMinorUnits: standing.amountMinorUnits,
        fulfilledMinorUnits: standing.fulfilledMinorUnits, leftMinorUnits: standing.leftMinorUnits,
        expires: standing.expires, evidence: standing.evidence)
    }.sorted { ($0.transaction, $0.line) < ($1.transaction, $1.line) }
  }
}

extension BookState {
  /// Whether a rule or a contract may defer something until it is fulfilled.
  fileprivate var mayWaitForFulfillment: Bool {
    !applied.isEmpty || facts.contains { $0.fact.type == .contractCreated }
  }
}
