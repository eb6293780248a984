import Accounting
import Messages
import Recognition
import ReportNotes
import Reports

// What reports ask of the facts beside the entries.
extension Ledgers {
  /// Whether accounts have other names in the general ledger of any books.
  var haveMappings: Bool { books.values.contains { !$0.configuration.mappings.isEmpty } }

  /// The rows with the names that the general ledger of their books has for their accounts.
  func named(_ rows: [LedgerRow], of keys: [Key]) -> [LedgerRow] {
    let ledgers = books.mapValues { GeneralLedger($0) }
    guard ledgers.values.contains(where: { !$0.isEmpty }) else { return rows }
    return zip(rows, keys).map { row, key in ledgers[key].map(row.named) ?? row }
  }

  /// What is known of the transactions that bill something.
  var transactions: [String: TransactionNotes] {
    var notes: [String: TransactionNotes] = [:]
    for told in books.values.lazy.flatMap(\.states).flatMap(\.facts).compactMap(\.bookedTransaction) {
      notes[told.id] = TransactionNotes(told)
    }
    for (books, state) in states {
      for id in contractTransactions(books.input(state)) { notes[id]?.isOfContract = true }
    }
    return notes
  }

  /// What is deferred until it is fulfilled.
  var obligations: [ObligationNote] {
    states.filter(\.state.mayWaitForFulfillment).flatMap { Recognition.obligations($0.books.input($0.state)) }
      .map(ObligationNote.init).sorted { ($0.transaction, $0.line) < ($1.transaction, $1.line) }
  }

  /// Where the contracts stand at the end of the period that holds a moment.
  func contracts(at moment: Instant) -> [ContractNote] {
    ContractNote.notes(states.flatMap { contractMetrics($0.books.input($0.state), at: moment) })
  }

  /// The money that processors told of.
  var cash: [CashNote] { CashNote.told(by: facts, only) }

  /// What was configured.
  var configuration: ConfigurationNotes {
    let refused = Set(openFacts.filter { $0.state == .refused }.map(\.fact))
    return ConfigurationNotes(facts.filter { !refused.contains($0.id) }, only)
  }

  /// The configuration of the only account; several in one file have none in common.
  private var only: Configuration {
    books.count == 1 ? books.first?.value.configuration ?? Configuration() : Configuration()
  }

  private var states: [(books: Books, state: BookState)] {
    books.values.flatMap { books in books.states.map { (books, $0) } }
  }
}

extension Books {
  /// All that the entries of a book depend on.
  fileprivate func input(_ state: BookState) -> BookInput {
    BookInput(facts: state.facts, applied: state.applied, configuration: configuration)
  }
}

extension BookState {
  /// Whether a rule or a contract may defer something until it is fulfilled.
  fileprivate var mayWaitForFulfillment: Bool {
    !applied.isEmpty || facts.contains { $0.fact.type == .contractCreated }
  }
}
