import JSON
import Messages
import Recognition
import ServiceKit

/// Passes every fact on in lane order and adds which rule treats what. A fact that changes rules or catalog is followed, in
/// steps of a bounded size, by what it changed.
final class RuleEvaluationHandler: LaneHandler {
  /// How many facts one step of a change looks at.
  private static let factsPerStep = 500
  /// How many lines and payments it evaluates, give or take one fact's.
  private static let candidatesPerStep = 5_000
  /// The step after which a changing fact has been passed on; later steps are that plus the last candidate looked at.
  private static let passedOn: Int64 = 1

  private var known: [LedgerID: LedgerRules] = [:]

  func handle(
    _ messages: ArraySlice<InboundMessage>, step: Int64, in transaction: LaneTransaction
  ) throws -> Handled {
    let store = RuleEvaluationStore(connection: transaction.connection, lane: transaction.lane)
    if step > 0, let message = messages.first {
      return try followUp(message, after: step - Self.passedOn, store, transaction)
    }
    var batch = Batch()
    for (index, message) in messages.enumerated() where try pass(message, into: &batch, store) {
      try save(batch, store, transaction)
      return Handled(messages: index, step: Self.passedOn)
    }
    try save(batch, store, transaction)
    return Handled(messages: messages.count)
  }

  /// What the messages of one transaction add up to before it is stored.
  private struct Batch {
    var drafts: [Draft] = []
    var candidates: [RuleEvaluationStore.NewCandidate] = []
    var catalog: [(ledger: LedgerID, type: String, subject: String, bytes: [UInt8])] = []
  }

  private func save(_ batch: Batch, _ store: RuleEvaluationStore, _ transaction: LaneTransaction) throws {
    try store.addCandidates(batch.candidates)
    try store.setCatalogFacts(batch.catalog)
    try transaction.append(batch.drafts)
  }

  /// Passes one fact on. Returns whether it changes what rules say of others, which is to follow.
  private func pass(_ message: InboundMessage, into batch: inout Batch, _ store: RuleEvaluationStore) throws -> Bool {
    let ledger = message.envelope.ledger
    let fact = try BookFact(message.envelope)
    var rules = try rules(of: ledger, store)
    defer { known[ledger] = rules }

    let candidates = candidates(of: fact)
    if let first = candidates.first, let thing = fact.fact.treatedThing {
      var treated: [Treated] = []
      if rules.canTreat {
        let earlier = try earlier(thing, in: ledger, batch, store)
        let told = earlier.isEmpty ? candidates : Recognition.candidates(of: earlier + [fact])
        treated = try treat(told, with: &rules, in: ledger, store)
      }
      batch.candidates.append(.init(ledger: ledger, thing: thing, message: message, customer: first.customer))
      batch.drafts.append(passedOn(message, treated: treated))
      return false
    }
    let changesRules: Bool
    do throws(Refusal) {
      changesRules = try rules.rules.apply(fact)
    } catch {
      batch.drafts.append(passedOn(message, refusal: .init(code: error.code, message: error.message)))
      return false
    }
    batch.drafts.append(passedOn(message))
    if changesRules {
      try store.addRuleFact(message, in: ledger)
      return true
    }
    guard let change = rules.catalog.apply(fact) else { return false }
    batch.catalog.append((ledger, message.envelope.type, change.subject, message.bytes))
    return rules.look(at: change)
  }

  /// What was told before of a thing, in this transaction too.
  private func earlier(
    _ thing: String, in ledger: LedgerID, _ batch: Batch, _ store: RuleEvaluationStore
  ) throws -> [BookFact] {
    let kept = try store.tellings(of: [thing], in: ledger)[thing] ?? []
    let passed = batch.candidates.filter { $0.ledger == ledger && $0.thing == thing }.map(\.message.bytes)
    return try (kept + passed).map(Self.fact)
  }

  /// Evaluates, after a change, the next candidates that it may have touched.
  private func followUp(
    _ message: InboundMessage, after sequence: Int64, _ store: RuleEvaluationStore, _ transaction: LaneTransaction
  ) throws -> Handled {
    let ledger = message.envelope.ledger
    var rules = try rules(of: ledger, store)
    defer { known[ledger] = rules }
    let customer: String? =
      if case .customerUpdated(let data) = try BookFact(message.envelope).fact { data.customer } else { nil }
    let found = try store.candidates(of: ledger, customer: customer, after: sequence, limit: Self.factsPerStep)
    // Each thing is looked at once, with all that was told of it.
    let others = try store.tellings(of: found.map(\.thing), without: found.map(\.sequence), in: ledger)
    let tellings = Dictionary(grouping: found, by: \.thing)
    var touched: [Candidate] = []
    var looked: Set<String> = []
    var last = sequence
    for row in found where touched.count < Self.candidatesPerStep {
      last = row.sequence
      guard looked.insert(row.thing).inserted else { continue }
      let told = (tellings[row.thing] ?? []).map(\.bytes) + (others[row.thing] ?? [])
      touched += candidates(of: try told.map(Self.fact))
    }
    let treated = try treat(touched, with: &rules, in: ledger, store)
    if !treated.isEmpty { try transaction.append([changed(by: message, treated: treated)]) }
    let isDone = found.count < Self.factsPerStep && last == found.last?.sequence ?? sequence
    return isDone ? Handled(messages: 1) : Handled(messages: 0, step: Self.passedOn + last)
  }

  /// Says of each candidate whether its rule is another than before, and keeps that.
  private func treat(
    _ candidates: [Candidate], with rules: inout LedgerRules, in ledger: LedgerID, _ store: RuleEvaluationStore
  ) throws -> [Treated] {
    guard rules.canTreat else { return [] }
    let targets = candidates.map(\.target.description)
    let before = rules.isAnythingTreated ? try store.treated(targets, in: ledger) : [:]
    var changes: [(target: String, rule: [UInt8]?)] = []
    var treated: [Treated] = []
    for (candidate, target) in zip(candidates, targets) {
      let rule = rules.rule(for: candidate)
      let written = rule.map(Self.written)
      guard written != before[target] else { continue }
      changes.append((target, written))
      treated.append(Treated(target: target, rule: rule))
    }
    guard !changes.isEmpty else { return [] }
    try store.setTreated(changes, in: ledger)
    rules.isAnythingTreated = true
    return treated
  }

  private static func fact(_ bytes: [UInt8]) throws -> BookFact {
    try BookFact(Envelope(JSONDocument(parsing: bytes).root))
  }

  private static func written(_ rule: Treated.TreatedBy) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { rule.write(to: &$0) }
    return writer.bytes
  }

  /// The account's rules and catalog at this place of the lane.
  private func rules(of ledger: LedgerID, _ store: RuleEvaluationStore) throws -> LedgerRules {
    if let rules = known[ledger] { return rules }
    var loaded = LedgerRules(isAnythingTreated: try store.isAnythingTreated(in: ledger))
    for bytes in try store.ruleFacts(of: ledger) {
      _ = try loaded.rules.apply(Self.fact(bytes))
    }
    for bytes in try store.catalogFacts(of: ledger) {
      _ = loaded.catalog.apply(try Self.fact(bytes))
    }
    return loaded
  }

  /// The fact, unchanged, with what was found for it.
  private func passedOn(
    _ message: InboundMessage, treated: [Treated] = [], refusal: Evaluation.RefusedFact? = nil
  ) -> Draft {
    draft(
      message, type: MessageType.evaluation,
      data: Evaluation.data(fact: message.bytes, treated: treated, refusal: refusal))
  }

  /// A later step of the change that a fact made.
  private func changed(by message: InboundMessage, treated: [Treated]) -> Draft {
    let cause = Posting.FactReference(
      type: message.envelope.type, source: message.envelope.source, id: message.envelope.id,
      sequence: message.place.sequence)
    return draft(message, type: MessageType.reevaluation, data: Evaluation.data(cause: cause, treated: treated))
  }

  private func draft(_ message: InboundMessage, type: String, data: [UInt8]) -> Draft {
    let envelope = message.envelope
    return Draft(
      id: envelope.id, source: envelope.source, type: type, time: envelope.time, account: envelope.account,
      livemode: envelope.livemode, traceparent: envelope.traceparent, recordedTime: message.place.recordedTime,
      data: data)
  }
}
