import Accounting
import Messages

/// How the entries of a book came about: what each fact added to each entry, and how lines were laid over time.
///
/// The book is computed anew after each fact, in the order in which facts act, and the difference is what that fact did. So
/// an explanation adds up to the entries by itself, whatever kind of fact there is.
public struct Explanation: Sendable {
  /// What a fact added to an entry; below zero it took from it.
  public struct Contribution: Hashable, Sendable {
    /// The envelope id of the fact.
    public var fact: String
    /// What it told.
    public var type: FactType
    /// The amount, in the direction of the entry it is part of.
    public var amountMinorUnits: Int64
  }

  /// An entry as it is in the end, with all that made it.
  public struct ExplainedEntry: Sendable {
    /// The subject, the pair of accounts and the cause.
    public var run: EntryRun
    /// The period it belongs to.
    public var period: AccountingPeriod
    /// The amount in the direction of the run's pair; zero where facts took back all that others had made.
    public var amountMinorUnits: Int64
    /// What facts added, in the order in which they act. They add up to the amount.
    public var contributions: [Contribution]
  }

  /// The facts of the book, in the order in which they act.
  public var facts: [BookFact] = []
  /// The lines that were billed, in order of billing, with the steps by which they were laid over time.
  public var lines: [ExplainedLine] = []
  /// Every entry, in the order in which facts made it.
  public var entries: [ExplainedEntry] = []

  /// Explains a book.
  public init(_ book: BookInput) {
    let story = Story(book.facts)
    facts = story.events.map { story.facts[$0.index] }
    var places: [EntryKey: Int] = [:]
    var before = PostedState()
    for end in Self.steps(of: facts) {
      var input = book
      // The last step takes the book as it is, so that nothing of it is left unexplained.
      if end < facts.count { input.facts = Array(facts[..<end]) }
      var walk = Walk(input)
      let now = PostedState(walk.run().runs)
      let fact = facts[end - 1]
      add(now, since: before, because: fact, &places)
      note(walk, because: fact)
      before = now
    }
  }

  /// After how many facts the book is looked at: after each but totals of usage, of which there may be very many.
  private static func steps(of facts: [BookFact]) -> [Int] {
    var steps: [Int] = []
    let stride = facts.count / mostSteps + 1
    for (index, fact) in facts.enumerated() {
      if fact.fact.type == .usageTotaled || index % stride != 0 { continue }
      steps.append(index + 1)
    }
    if steps.last != facts.count, !facts.isEmpty { steps.append(facts.count) }
    return steps
  }

  private static let mostSteps = 400

  private struct EntryKey: Hashable {
    let run: PostedState.Key
    let period: Int32
  }

  private mutating func add(
    _ now: PostedState, since before: PostedState, because fact: BookFact, _ places: inout [EntryKey: Int]
  ) {
    var change = now
    for run in before.runs { change.add(run, times: -1) }
    for run in change.runs {
      let key = PostedState.Key(subject: run.subject, debit: run.debit, credit: run.credit, cause: run.cause)
      for (index, amount) in run.amounts.enumerated() where amount != 0 {
        let period = run.from.advanced(by: index)
        let contribution = Contribution(fact: fact.id, type: fact.fact.type, amountMinorUnits: amount)
        if let place = places[EntryKey(run: key, period: period.ordinal)] {
          entries[place].amountMinorUnits += amount
          entries[place].contributions.append(contribution)
        } else {
          places[EntryKey(run: key, period: period.ordinal)] = entries.count
          entries.append(
            ExplainedEntry(run: run, period: period, amountMinorUnits: amount, contributions: [contribution]))
        }
      }
    }
  }

  private mutating func note(_ walk: Walk, because fact: BookFact) {
    for billing in walk.billings {
      for line in billing.lines {
        if let place = lines.firstIndex(where: { $0.id == line.id && $0.transaction == billing.id }) {
          lines[place].note(line, because: fact)
        } else {
          var explained = ExplainedLine(line, of: billing, applied: walk.input.applied)
          explained.note(line, because: fact)
          lines.append(explained)
        }
      }
    }
  }
}
