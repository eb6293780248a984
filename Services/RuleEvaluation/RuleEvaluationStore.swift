import Messages
import Postgres
import ServiceKit

/// A fact with something that a rule can treat, as kept.
typealias KeptCandidate = (sequence: Int64, thing: String, bytes: [UInt8])

/// All the SQL of RuleEvaluation: one function for each question.
struct RuleEvaluationStore {
  /// A fact with something that a rule can treat, to be kept.
  struct NewCandidate {
    let ledger: LedgerID
    /// What it tells of, so that its tellings are found.
    let thing: String
    let message: InboundMessage
    let customer: String?
  }

  let connection: PostgresConnection
  let lane: Int

  /// Every version of the account's rules, in the order told.
  func ruleFacts(of ledger: LedgerID) throws -> [[UInt8]] {
    try connection.query(
      "SELECT bytes FROM rule_fact WHERE account = $1 AND livemode = $2 ORDER BY sequence", ledger.parameters
    ).map { $0.bytes(0) }
  }

  /// Customers, products and prices as last known.
  func catalogFacts(of ledger: LedgerID) throws -> [[UInt8]] {
    try connection.query(
      "SELECT bytes FROM catalog_fact WHERE account = $1 AND livemode = $2 ORDER BY type, subject", ledger.parameters
    ).map { $0.bytes(0) }
  }

  /// Whether any rule treats anything of the account.
  func isAnythingTreated(in ledger: LedgerID) throws -> Bool {
    try connection.query(
      "SELECT EXISTS (SELECT FROM treated WHERE account = $1 AND livemode = $2)", ledger.parameters)[0].bool(0)
  }

  /// Which of these targets a rule treats, and how.
  func treated(_ targets: [String], in ledger: LedgerID) throws -> [String: [UInt8]] {
    guard !targets.isEmpty else { return [:] }
    let rows = try connection.query(
      "SELECT target, rule FROM treated WHERE account = $1 AND livemode = $2 AND target = ANY($3)",
      ledger.parameters + [.texts(targets)])
    return Dictionary(rows.map { ($0.text(0), $0.bytes(1)) }) { first, _ in first }
  }

  /// Facts with candidates that come after a number, in order: of all the account's, or of one customer's.
  func candidates(
    of ledger: LedgerID, customer: String?, after sequence: Int64, limit: Int
  ) throws -> [KeptCandidate] {
    let rows =
      if let customer {
        try connection.query(
          """
          SELECT sequence, thing, bytes FROM candidate
          WHERE account = $1 AND livemode = $2 AND customer = $3 AND sequence > $4 ORDER BY sequence LIMIT $5
          """, ledger.parameters + [.text(customer), .int(sequence), .int(Int64(limit))])
      } else {
        try connection.query(
          """
          SELECT sequence, thing, bytes FROM candidate
          WHERE account = $1 AND livemode = $2 AND sequence > $3 ORDER BY sequence LIMIT $4
          """, ledger.parameters + [.int(sequence), .int(Int64(limit))])
      }
    return rows.map { ($0.int(0), $0.text(1), $0.bytes(2)) }
  }

  /// What was told of each of these things, but for the facts of these numbers.
  func tellings(
    of things: [String], without sequences: [Int64] = [], in ledger: LedgerID
  ) throws -> [String: [[UInt8]]] {
    guard !things.isEmpty else { return [:] }
    let rows = try connection.query(
      """
      SELECT thing, bytes FROM candidate
      WHERE account = $1 AND livemode = $2 AND thing = ANY($3) AND sequence <> ALL($4) ORDER BY sequence
      """, ledger.parameters + [.texts(things), .ints(sequences)])
    var tellings: [String: [[UInt8]]] = [:]
    for row in rows { tellings[row.text(0), default: []].append(row.bytes(1)) }
    return tellings
  }

  /// Keeps a version of a rule or of the rules' order.
  func addRuleFact(_ message: InboundMessage, in ledger: LedgerID) throws {
    try connection.execute(
      "INSERT INTO rule_fact (lane, sequence, account, livemode, bytes) VALUES ($1, $2, $3, $4, $5)",
      [.int(Int64(lane)), .int(message.place.sequence)] + ledger.parameters + [.bytes(message.bytes)])
  }

  /// Keeps the version that counts of customers, products and prices; of one subject the last given counts.
  func setCatalogFacts(_ facts: [(ledger: LedgerID, type: String, subject: String, bytes: [UInt8])]) throws {
    var latest: [String: Int] = [:]
    for (index, fact) in facts.enumerated() {
      latest["\(fact.ledger.livemode) \(fact.type) \(fact.subject) \(fact.ledger.account)"] = index
    }
    let kept = latest.values.sorted().map { facts[$0] }
    guard !kept.isEmpty else { return }
    try connection.execute(
      """
      INSERT INTO catalog_fact (account, livemode, type, subject, bytes)
      SELECT * FROM unnest($1::text[], $2::boolean[], $3::text[], $4::text[], $5::bytea[])
      ON CONFLICT (account, livemode, type, subject) DO UPDATE SET bytes = excluded.bytes
      """,
      [
        .texts(kept.map(\.ledger.account)), .bools(kept.map(\.ledger.livemode)), .texts(kept.map(\.type)),
        .texts(kept.map(\.subject)), .bytesArray(kept.map(\.bytes)),
      ])
  }

  /// Keeps facts with something that a rule can treat.
  func addCandidates(_ facts: [NewCandidate]) throws {
    guard !facts.isEmpty else { return }
    try connection.execute(
      """
      INSERT INTO candidate (lane, sequence, account, livemode, customer, thing, bytes)
      SELECT $1, * FROM unnest($2::bigint[], $3::text[], $4::boolean[], $5::text[], $6::text[], $7::bytea[])
      """,
      [
        .int(Int64(lane)), .ints(facts.map(\.message.place.sequence)), .texts(facts.map(\.ledger.account)),
        .bools(facts.map(\.ledger.livemode)), .optionalTexts(facts.map(\.customer)),
        .texts(facts.map(\.thing)),
        .bytesArray(facts.map(\.message.bytes)),
      ])
  }

  /// Keeps which rule treats each of these now; one without a rule is treated no more.
  func setTreated(_ changes: [(target: String, rule: [UInt8]?)], in ledger: LedgerID) throws {
    let set = changes.filter { $0.rule != nil }
    let removed = changes.filter { $0.rule == nil }
    if !set.isEmpty {
      try connection.execute(
        """
        INSERT INTO treated (account, livemode, target, rule)
        SELECT $1, $2, * FROM unnest($3::text[], $4::bytea[])
        ON CONFLICT (account, livemode, target) DO UPDATE SET rule = excluded.rule
        """, ledger.parameters + [.texts(set.map(\.target)), .bytesArray(set.map { $0.rule ?? [] })])
    }
    if !removed.isEmpty {
      try connection.execute(
        "DELETE FROM treated WHERE account = $1 AND livemode = $2 AND target = ANY($3)",
        ledger.parameters + [.texts(removed.map(\.target))])
    }
  }
}
