import Accounting
import Messages

/// The books a case's facts gave, summed as its expectations look at them.
struct CaseBooks {
  /// A single entry with what it belongs to.
  struct Posted {
    let run: EntryRun
    let entry: Entry
  }

  /// What a pair of accounts was moved by.
  typealias Pair = (period: AccountingPeriod, debit: Account, credit: Account, amount: Int64, line: String?)

  private(set) var books = Books()
  private var told: [Pair]?
  private(set) var entries: [Posted] = []
  /// The code a fact was last refused with, by id; nil: it was not.
  private(set) var refusals: [String: String] = [:]

  var calendar: Calendar { books.configuration.calendar }

  /// The books of these facts.
  /// - Parameter atOnce: whether all arrive in one batch; otherwise one by one.
  init(_ facts: [WorkedCase.CaseFact], atOnce: Bool = false) {
    var told: [BookFact] = []
    for fact in facts {
      switch fact.fact {
      case .failure(let error): refusals[fact.id] = error.code
      case .success(let fact): told.append(fact)
      }
    }
    if atOnce {
      take(books.apply(told))
    } else {
      for fact in told { take(books.apply(fact)) }
    }
  }

  /// Books that were kept elsewhere; what their entries do not say is looked up in the books kept here of the same facts.
  init(_ entries: [Posted], pairs: [Pair], refusals: [String: String], kept books: Books) {
    self.entries = entries
    self.refusals = refusals
    self.books = books
    told = pairs
  }

  private mutating func take(_ arrival: Arrival) {
    for run in arrival.postings.joined() {
      entries.append(contentsOf: run.entries.map { Posted(run: run, entry: $0) })
    }
    for (id, outcome) in arrival.outcomes {
      switch outcome {
      case .refused(let refusal): refusals[id] = refusal.code
      // What waits for a rate has a code too.
      case .waiting(let reference) where reference.kind == .exchangeRate:
        refusals[id] = RefusalCode.exchangeRateMissing.rawValue
      case .posted, .waiting: refusals[id] = nil
      case .duplicate: break
      }
    }
  }

  /// What each pair of accounts was moved by in the end, for each subject, cause and period: what one step booked and another
  /// took back is no entry.
  var pairs: [Pair] {
    if let told { return told }
    var landed = PostedState()
    for posted in entries {
      var run = posted.run
      run.originalPeriod = nil
      run.from = posted.entry.period
      (run.debit, run.credit, run.amounts) = (posted.entry.debit, posted.entry.credit, [posted.entry.amountMinorUnits])
      landed.add(run)
    }
    return landed.runs.flatMap { run in
      run.entries.map { ($0.period, $0.debit, $0.credit, $0.amountMinorUnits, run.line) }
    }
  }

  /// The lines of an invoice, by their ids.
  func lines(of invoice: String) -> [String] {
    for fact in books.states.lazy.flatMap(\.facts) {
      if case .invoiceFinalized(let data) = fact.fact, data.invoice == invoice { return data.lines.map(\.line) }
    }
    return []
  }

  /// Net change by account and period's name, each account on its natural side.
  func balances(where isCounted: (Posted) -> Bool = { _ in true }) -> [Account: [String: Int64]] {
    var result: [Account: [String: Int64]] = [:]
    for posted in entries where isCounted(posted) {
      let period = calendar.name(posted.entry.period)
      let amount = posted.entry.amountMinorUnits
      let (debit, credit) = (posted.entry.debit, posted.entry.credit)
      result[debit, default: [:]][period, default: 0] += debit.normalSide == .debit ? amount : -amount
      result[credit, default: [:]][period, default: 0] += credit.normalSide == .credit ? amount : -amount
    }
    return result
  }
}
