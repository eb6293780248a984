import Accounting
import Messages

/// What changes of the configuration would post, without posting it.
public struct Preview: Sendable {
  /// What moves between two accounts in a period.
  public struct Movement: Hashable, Sendable {
    /// The period it would be booked in.
    public var period: AccountingPeriod
    /// Of a correction, the closed period it belongs to.
    public var originalPeriod: AccountingPeriod?
    /// The currency of the books.
    public var currency: Currency
  }

  /// By period and currency, what each account would change by, on its natural side; zeros are left out.
  public private(set) var changes: [Movement: [Account: Int128]] = [:]
  /// The transactions whose entries would change.
  public private(set) var transactions: Set<String> = []
  /// The lines, items and payments that another rule would treat.
  public private(set) var treated: [RuleChange] = []
  /// The changes that would be refused, by envelope id.
  public private(set) var refusals: [(fact: String, refusal: Refusal)] = []

  /// What these facts would change in the books.
  public init(_ facts: [BookFact], in books: Books) {
    // Books are values: what happens to the copy has not happened.
    var copy = books
    for fact in facts {
      let arrival = copy.apply(fact)
      treated += arrival.rules
      for (id, outcome) in arrival.outcomes {
        if case .refused(let refusal) = outcome, id == fact.id { refusals.append((id, refusal)) }
      }
      for run in arrival.postings.joined() { add(run) }
    }
    changes = changes.compactMapValues { accounts in
      let moved = accounts.filter { $0.value != 0 }
      return moved.isEmpty ? nil : moved
    }
  }

  private mutating func add(_ run: EntryRun) {
    transactions.insert(run.transaction)
    for entry in run.entries {
      let key = Movement(period: entry.period, originalPeriod: entry.originalPeriod, currency: run.currency)
      let amount = Int128(entry.amountMinorUnits)
      changes[key, default: [:]][entry.debit, default: 0] += entry.debit.normalSide == .debit ? amount : -amount
      changes[key, default: [:]][entry.credit, default: 0] += entry.credit.normalSide == .credit ? amount : -amount
    }
  }
}

extension PreviewRequested {
  /// The changes as facts, told with the fact that asks for the preview.
  func facts(toldWith fact: BookFact) -> [BookFact] {
    changes.enumerated().map { index, change in
      BookFact(id: "\(fact.id)/\(index)", source: fact.source, time: change.time ?? fact.time, fact: change.fact)
    }
  }
}
