import Accounting
import Messages
import Postgres

/// The SQL by which the journal is taken in. Each batch is a handful of statements, however many postings it has.
struct ReportingStore {
  let connection: PostgresConnection
  let lane: Int

  /// Keeps the messages as they were published.
  func insert(_ postings: [JournalBatch.Posting]) throws {
    try connection.copy(
      into: "posting", columns: ["lane", "sequence", "account", "livemode", "recorded_time", "type", "bytes"]
    ) { copy in
      for posting in postings {
        try copy.append(
          .int(Int64(lane)), .int(posting.sequence), .text(posting.ledger.account), .bool(posting.ledger.livemode),
          .instant(posting.recordedTime.microseconds), .text(posting.type), .bytes(posting.bytes))
      }
    }
  }

  /// Keeps their entries, a row for each run.
  func insert(_ entries: [JournalBatch.Entry]) throws {
    guard !entries.isEmpty else { return }
    try connection.copy(into: "entry", columns: Self.entryColumns) { copy in
      for entry in entries {
        let posted = entry.posted
        try copy.append(
          .int(Int64(lane)), .int(entry.sequence), .int(Int64(entry.run)), .text(entry.ledger.account),
          .bool(entry.ledger.livemode),
          .instant(entry.recordedTime.microseconds), .text(posted.currency.code), .text(posted.debit.rawValue),
          .text(posted.credit.rawValue), .int(Int64(posted.from.ordinal)), .ints(posted.amounts),
          .int(Int64(posted.booked.ordinal)), .optionalInt(posted.originalPeriod.map { Int64($0.ordinal) }),
          .text(posted.transaction), .optionalText(posted.line), .optionalText(posted.customer),
          .optionalText(posted.product), .optionalText(posted.price), .text(posted.event), .text(posted.cause),
          .text(entry.fact))
      }
    }
  }

  private static let entryColumns = [
    "lane", "sequence", "run", "account", "livemode", "recorded_time", "currency", "debit", "credit", "first_period",
    "amounts", "booked", "original_period", "transaction", "line", "customer", "product", "price", "event", "cause",
    "fact",
  ]

  /// Keeps what was told of facts.
  func insert(_ facts: [JournalBatch.Told]) throws {
    guard !facts.isEmpty else { return }
    try connection.copy(
      into: "told_fact",
      columns: ["lane", "sequence", "account", "livemode", "type", "source", "fact", "time", "data"]
    ) { copy in
      for told in facts {
        try copy.append(
          .int(Int64(lane)), .int(told.sequence), .text(told.ledger.account), .bool(told.ledger.livemode),
          .text(told.fact.type), .text(told.fact.source), .text(told.fact.id), .instant(told.time.microseconds),
          .bytes(told.data))
      }
    }
  }

  /// Keeps what was told of transactions.
  func insert(_ transactions: [JournalBatch.Transaction]) throws {
    guard !transactions.isEmpty else { return }
    try connection.copy(
      into: "booked_transaction",
      columns: ["lane", "sequence", "account", "livemode", "transaction", "booked", "due", "data"]
    ) { copy in
      for told in transactions {
        try copy.append(
          .int(Int64(lane)), .int(told.sequence), .text(told.ledger.account), .bool(told.ledger.livemode),
          .text(told.transaction.id), .instant(told.transaction.booked.microseconds),
          .optionalInstant(told.transaction.due?.microseconds), .bytes(told.transaction.json))
      }
    }
  }

  /// Keeps which versions of rules treat what.
  func insert(_ treated: [JournalBatch.Treated]) throws {
    guard !treated.isEmpty else { return }
    try connection.copy(
      into: "treated", columns: ["lane", "sequence", "account", "livemode", "target", "rule", "version"]
    ) { copy in
      for told in treated {
        try copy.append(
          .int(Int64(lane)), .int(told.sequence), .text(told.ledger.account), .bool(told.ledger.livemode),
          .text(told.version.target), .optionalText(told.version.rule), .optionalText(told.version.version))
      }
    }
  }

  /// Keeps where things stand.
  func insert(_ standings: [JournalBatch.Standing], into table: String, id: String) throws {
    guard !standings.isEmpty else { return }
    try connection.copy(into: table, columns: ["lane", "sequence", "account", "livemode", id, "data"]) { copy in
      for told in standings {
        try copy.append(
          .int(Int64(lane)), .int(told.sequence), .text(told.ledger.account), .bool(told.ledger.livemode),
          .text(told.id), told.data.map { .bytes($0) } ?? .null)
      }
    }
  }

  /// Keeps which transactions are contracts, or bill one.
  func insert(ofContracts transactions: [LedgerID: Set<String>]) throws {
    let rows = transactions.sorted { $0.key < $1.key }.flatMap { ledger, ids in ids.sorted().map { (ledger, $0) } }
    guard !rows.isEmpty else { return }
    try connection.execute(
      """
      INSERT INTO contract_transaction (account, livemode, transaction) SELECT * FROM unnest($1, $2, $3)
      ON CONFLICT DO NOTHING
      """, [.texts(rows.map(\.0.account)), .bools(rows.map(\.0.livemode)), .texts(rows.map(\.1))])
  }

  /// Counts the facts that postings tell of for the first time, and those that have come into the books or left them.
  /// - Parameter openFacts: what was not in the books before the batch.
  func count(_ batch: JournalBatch, _ openFacts: Set<JournalBatch.FactKey>) throws {
    let through =
      try connection.query(
        "SELECT sequence FROM telling_position WHERE lane = $1", [.int(Int64(lane))]
      ).first?.int(0) ?? 0
    let tellings = batch.tellings(after: through, openFacts)
    guard let last = batch.counted.map(\.sequence).max() else { return }
    let rows = tellings.sorted { $0.key < $1.key }
    if !rows.isEmpty {
      try connection.execute(
        """
        INSERT INTO telling AS kept (account, livemode, source, told, booked)
        SELECT * FROM unnest($1, $2, $3, $4, $5)
        ON CONFLICT (account, livemode, source)
          DO UPDATE SET told = kept.told + excluded.told, booked = kept.booked + excluded.booked
        """,
        [
          .texts(rows.map(\.key.ledger.account)), .bools(rows.map(\.key.ledger.livemode)),
          .texts(rows.map(\.key.source)), .ints(rows.map(\.value.told)), .ints(rows.map(\.value.booked)),
        ])
    }
    try connection.execute(
      """
      INSERT INTO telling_position VALUES ($1, $2)
      ON CONFLICT (lane) DO UPDATE SET sequence = greatest(telling_position.sequence, excluded.sequence)
      """, [.int(Int64(lane)), .int(max(last, through))])
  }

  /// Adds to the sums, in their order.
  func add(_ sums: [JournalBatch.SumKey: Int128]) throws {
    let rows = sums.filter { $0.value != 0 }.sorted { $0.key < $1.key }
    guard !rows.isEmpty else { return }
    try connection.execute(
      """
      INSERT INTO period_sum AS kept
        (account, livemode, period, booked, original_period, currency, debit, credit, recorded_on, amount)
      SELECT account, livemode, period, booked, original_period, currency, debit, credit, date '1970-01-01' + day,
        amount::numeric
      FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        AS given (account, livemode, period, booked, original_period, currency, debit, credit, day, amount)
      ON CONFLICT (account, livemode, period, booked, original_period, currency, debit, credit, recorded_on)
        DO UPDATE SET amount = kept.amount + excluded.amount
      """,
      [
        .texts(rows.map(\.key.ledger.account)), .bools(rows.map(\.key.ledger.livemode)),
        .int32s(rows.map(\.key.period)),
        .int32s(rows.map(\.key.booked)), .int32s(rows.map(\.key.originalPeriod)),
        .texts(rows.map(\.key.currency.code)), .texts(rows.map(\.key.debit.rawValue)),
        .texts(rows.map(\.key.credit.rawValue)), .int32s(rows.map(\.key.recordedOn)),
        .texts(rows.map { String($0.value) }),
      ])
  }

  /// The facts of the lane that are not in the books.
  func openFacts() throws -> Set<JournalBatch.FactKey> {
    let rows = try connection.query(
      "SELECT account, livemode, source, fact FROM open_fact WHERE lane = $1", [.int(Int64(lane))])
    return Set(
      rows.map {
        JournalBatch.FactKey(
          ledger: LedgerID(account: $0.text(0), livemode: $0.bool(1)), source: $0.text(2), id: $0.text(3))
      })
  }

  /// Notes facts that are not in the books, or are so for another reason than before.
  func open(_ facts: [(key: JournalBatch.FactKey, open: JournalBatch.Open)]) throws {
    guard !facts.isEmpty else { return }
    try connection.execute(
      """
      INSERT INTO open_fact AS kept
        (account, livemode, source, fact, lane, sequence, type, time, state, code, reason)
      SELECT account, livemode, source, fact, $10, sequence, type, time, state, code, reason
      FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $11)
        AS given (account, livemode, source, fact, sequence, type, time, state, code, reason)
      ON CONFLICT (account, livemode, source, fact) DO UPDATE SET
        sequence = excluded.sequence, time = coalesce(excluded.time, kept.time), state = excluded.state,
        code = excluded.code, reason = excluded.reason
      """,
      [
        .texts(facts.map(\.key.ledger.account)), .bools(facts.map(\.key.ledger.livemode)),
        .texts(facts.map(\.key.source)),
        .texts(facts.map(\.key.id)), .ints(facts.map(\.open.sequence)), .texts(facts.map(\.open.outcome.type)),
        .optionalInstants(facts.map { $0.open.time?.microseconds }),
        .texts(facts.map(\.open.outcome.status.rawValue)), .optionalTexts(facts.map(\.open.outcome.code)),
        .int(Int64(lane)), .texts(facts.map { $0.open.outcome.message ?? "" }),
      ])
  }

  /// Forgets facts that are in the books now.
  func settle(_ facts: [JournalBatch.FactKey]) throws {
    guard !facts.isEmpty else { return }
    try connection.execute(
      """
      DELETE FROM open_fact USING unnest($1, $2, $3, $4) AS settled (account, livemode, source, fact)
      WHERE open_fact.account = settled.account AND open_fact.livemode = settled.livemode
        AND open_fact.source = settled.source AND open_fact.fact = settled.fact
      """,
      [
        .texts(facts.map(\.ledger.account)), .bools(facts.map(\.ledger.livemode)), .texts(facts.map(\.source)),
        .texts(facts.map(\.id)),
      ])
  }
}
