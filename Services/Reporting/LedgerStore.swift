import Accounting
import Messages
import Postgres
import Recognition
import ReportNotes
import Reports

/// The SQL that answers reports: the rows of one account's books, on a connection whose transaction sees one moment.
struct LedgerStore: Ledger {
  let connection: PostgresConnection
  let ledger: LedgerID
  /// What accounts are called in the general ledger, where rows are to say so; nil: as here.
  var generalLedger: GeneralLedger?

  var book: [PostgresValue] { [.text(ledger.account), .bool(ledger.livemode)] }

  func extent(asOf: Instant?) throws -> ClosedRange<AccountingPeriod>? {
    let rows = try connection.query(
      """
      SELECT min(period), max(period) FROM period_sum
      WHERE account = $1 AND livemode = $2 AND ($3::timestamptz IS NULL OR recorded_on <= ($3 AT TIME ZONE 'UTC')::date)
      """, book + [.optionalInstant(asOf?.microseconds)])
    guard let row = rows.first, !row.isNull(0) else { return nil }
    return AccountingPeriod(ordinal: Int32(row.int(0)))...AccountingPeriod(ordinal: Int32(row.int(1)))
  }

  func rows(_ selection: LedgerSelection) throws -> [LedgerRow] {
    let accounts = selection.accounts.map { PostgresValue.texts($0.map(\.rawValue).sorted()) }
    let parameters: [PostgresValue] =
      book + [
        .int(Int64(selection.first?.ordinal ?? .min)), .int(Int64(selection.last?.ordinal ?? .max)),
        .optionalText(selection.currency?.code), accounts ?? .null, .optionalInstant(selection.asOf?.microseconds),
      ]
    // What an account is called depends on these.
    let named: [LedgerDimension] = generalLedger == nil ? [] : [.transaction, .customer, .product]
    let dimensions = selection.dimensions + named.filter { !selection.dimensions.contains($0) }
    let rows: PostgresRows
    if selection.inPostingOrder {
      rows = try connection.query(
        selection.namesRules ? Self.entriesWithRules : Self.entriesInOrder,
        parameters + [.optionalInt(selection.limit.map(Int64.init))] + Self.filters(of: selection))
    } else if selection.netsCauses {
      rows = try connection.query(Self.netSums(by: dimensions), parameters)
    } else if dimensions.isEmpty {
      rows = try connection.query(selection.asOf == nil ? Self.sums : Self.sumsAsOf, parameters)
    } else {
      rows = try connection.query(Self.sums(by: dimensions), parameters)
    }
    let told = selection.inPostingOrder ? LedgerDimension.allCases : dimensions
    return rows.map { stored in
      var row = Self.row(stored, told)
      if let generalLedger { row = row.named(by: generalLedger) }
      if selection.namesRules, let rule = stored.optionalText(7 + told.count) {
        row.rule = RuleNote(rule: rule, version: stored.optionalText(8 + told.count) ?? "")
      }
      return row
    }
  }

  func transactions(asOf: Instant?) throws -> [String: TransactionNotes] {
    var notes: [String: TransactionNotes] = [:]
    for told in try bookedTransactions(asOf: asOf) { notes[told.id] = TransactionNotes(told) }
    let ofContracts = try connection.query(
      "SELECT transaction FROM contract_transaction WHERE account = $1 AND livemode = $2", book)
    for row in ofContracts { notes[row.text(0)]?.isOfContract = true }
    return notes
  }

  func openFacts() throws -> [OpenFact] {
    let rows = try connection.query(
      """
      SELECT state, fact, type, time, code, reason FROM open_fact WHERE account = $1 AND livemode = $2
      ORDER BY sequence, source, fact LIMIT 10000
      """, book)
    return rows.map { row in
      guard let state = OpenFact.State(rawValue: row.text(0)) else {
        preconditionFailure("open_fact.state has these values only")
      }
      return OpenFact(
        state: state, fact: row.text(1), type: row.text(2),
        time: row.optionalInstant(3).map(Instant.init(microseconds:)), code: row.optionalText(4), reason: row.text(5))
    }
  }

  /// How far the books have been read, and what is not in them.
  func completeness() throws -> Completeness {
    var completeness = Completeness()
    let lanes = try connection.query(
      "SELECT lane, read_sequence, complete_through FROM lane WHERE name = $1 ORDER BY lane",
      [.text(JournalReader.group)])
    if let lane = lanes.isEmpty ? nil : lanes[ledger.lane(of: lanes.count)] {
      completeness.positions = [.init(lane: Int(lane.int(0)), sequence: lane.int(1))]
      // Before the first word from the writer of the journal there is no such time.
      completeness.through = lane.instant(2) > 0 ? Instant(microseconds: lane.instant(2)) : nil
    }
    let counts = try connection.query(
      """
      SELECT count(*) FILTER (WHERE state = 'waiting'), count(*) FILTER (WHERE state = 'refused') FROM open_fact
      WHERE account = $1 AND livemode = $2
      """, book)
    completeness.waiting = Int(counts[0].int(0))
    completeness.refused = Int(counts[0].int(1))
    return completeness
  }

  // MARK: - Statements

  /// The columns that every statement gives first, in the order in which `row` reads them.
  private static func row(_ row: PostgresRow, _ dimensions: [LedgerDimension]) -> LedgerRow {
    guard let currency = Currency(row.text(3)), let debit = Account(rawValue: row.text(4)),
      let credit = Account(rawValue: row.text(5)), let amount = Int128(row.text(6))
    else { preconditionFailure("what stands in entry was written from values of these types") }
    let period = AccountingPeriod(ordinal: Int32(row.int(0)))
    let original = AccountingPeriod(ordinal: Int32(row.int(1)))
    var found = LedgerRow(
      period: period, originalPeriod: original == period ? nil : original,
      booked: AccountingPeriod(ordinal: Int32(row.int(2))), currency: currency, debit: debit, credit: credit,
      amount: amount)
    for (index, dimension) in dimensions.enumerated() { found[dimension] = row.optionalText(7 + index) }
    return found
  }

  private static let sums = """
    SELECT period, original_period, booked, currency, debit, credit, sum(amount)::text FROM period_sum
    WHERE account = $1 AND livemode = $2 AND period BETWEEN $3 AND $4 AND ($5::text IS NULL OR currency = $5)
      AND ($6::text[] IS NULL OR debit = ANY ($6) OR credit = ANY ($6)) AND $7::timestamptz IS NULL
    GROUP BY period, original_period, booked, currency, debit, credit
    """

  /// The days before are in the sums; of the day itself, the entries tell when they were recorded.
  private static let sumsAsOf = """
    SELECT period, original_period, booked, currency, debit, credit, sum(amount)::text FROM (
      SELECT period, original_period, booked, currency, debit, credit, amount FROM period_sum
      WHERE account = $1 AND livemode = $2 AND period BETWEEN $3 AND $4 AND ($5::text IS NULL OR currency = $5)
        AND ($6::text[] IS NULL OR debit = ANY ($6) OR credit = ANY ($6))
        AND recorded_on < ($7::timestamptz AT TIME ZONE 'UTC')::date
      UNION ALL
      SELECT period, original_period, booked, currency, debit, credit, amount::numeric FROM (\(expanded)) AS today
      WHERE recorded_time >= date_trunc('day', $7::timestamptz, 'UTC')
    ) AS known
    GROUP BY period, original_period, booked, currency, debit, credit
    """

  /// Every entry of the selection, a row for each period.
  private static let expanded = """
    SELECT first_period + place::integer - 1 AS period,
      coalesce(original_period, first_period + place::integer - 1) AS original_period, booked, currency,
      CASE WHEN one.amount < 0 THEN credit ELSE debit END AS debit,
      CASE WHEN one.amount < 0 THEN debit ELSE credit END AS credit, abs(one.amount) AS amount, transaction, line, customer, product, price, event, cause, fact, lane, sequence, run, place,
      recorded_time
    FROM entry, unnest(amounts) WITH ORDINALITY AS one (amount, place)
    WHERE account = $1 AND livemode = $2 AND one.amount <> 0
      AND first_period + place - 1 BETWEEN $3::bigint AND $4::bigint AND ($5::text IS NULL OR currency = $5)
      AND ($6::text[] IS NULL OR debit = ANY ($6) OR credit = ANY ($6))
      AND ($7::timestamptz IS NULL OR recorded_time <= $7)
    """

  private static let entriesInOrder = entriesInOrder("", "")

  /// Beside each entry, the version of the rule that treated what it is about when it was posted.
  private static let entriesWithRules = entriesInOrder(
    ", rule, version",
    """
    LEFT JOIN LATERAL (
      SELECT rule, version FROM treated
      WHERE treated.account = $1 AND treated.livemode = $2 AND treated.lane = entries.lane
        AND treated.sequence <= entries.sequence AND target = ANY (ARRAY['line:' || line,
          'invoice_item:' || coalesce(line, transaction), 'charge:' || transaction])
      ORDER BY sequence DESC LIMIT 1
    ) AS rules ON true
    """)

  private static func entriesInOrder(_ columns: String, _ joined: String) -> String {
    """
    SELECT period, original_period, booked, currency, debit, credit, amount::text,
      \(LedgerDimension.allCases.map(\.rawValue).joined(separator: ", "))\(columns)
    FROM (\(expanded)) AS entries \(joined)
    WHERE ($9::text[] IS NULL OR debit = ANY ($9) OR credit = ANY ($9))
      AND ($10::text IS NULL OR debit = $10 OR credit = $10) AND ($11::bigint IS NULL OR booked = $11)
      AND ($12::bigint IS NULL OR original_period = $12)
      AND ($13 = 'include' OR ($13 = 'only') = (original_period <> period))
      \(filtered.enumerated().map { "AND ($\($0 + 14)::text IS NULL OR \($1.rawValue) = $\($0 + 14))" }.joined(separator: " "))
    ORDER BY lane, entries.sequence, run, place LIMIT $8::bigint
    """
  }

  /// The dimensions that can be filtered by, in the order of their parameters.
  private static let filtered: [LedgerDimension] = [.transaction, .line, .customer, .product, .price, .event]

  private static func filters(of selection: LedgerSelection) -> [PostgresValue] {
    let filters = selection.filters
    return [
      filters.accounts.isEmpty ? .null : .texts(filters.accounts.map(\.rawValue).sorted()),
      .optionalText(filters.against?.rawValue), .optionalInt(filters.booked.map { Int64($0.ordinal) }),
      .optionalInt(filters.original.map { Int64($0.ordinal) }), .text(selection.corrections.rawValue),
    ] + filtered.map { .optionalText(filters.values[$0]) }
  }

  private static func sums(by dimensions: [LedgerDimension]) -> String {
    let names = dimensions.map(\.rawValue).joined(separator: ", ")
    return """
      SELECT period, original_period, booked, currency, debit, credit, sum(amount)::text, \(names)
      FROM (\(expanded)) AS entries GROUP BY period, original_period, booked, currency, debit, credit, \(names)
      """
  }
  /// Sums of what is left of each cause's entries: what was posted and taken back again adds nothing.
  private static func netSums(by dimensions: [LedgerDimension]) -> String {
    let names = dimensions.map { ", \($0.rawValue)" }.joined()
    return """
      SELECT period, original_period, booked, currency, CASE WHEN net > 0 THEN one ELSE other END AS debit,
        CASE WHEN net > 0 THEN other ELSE one END AS credit, sum(abs(net))::text\(names)
      FROM (
        SELECT period, original_period, booked, currency, least(debit, credit) AS one, greatest(debit, credit) AS other,
          transaction, line, customer, product, price, event,
          sum(CASE WHEN debit < credit THEN amount ELSE -amount END) AS net
        FROM (\(expanded)) AS entries
        GROUP BY period, original_period, booked, currency, one, other, transaction, line, customer, product, price, event,
          cause
      ) AS netted
      WHERE net <> 0 GROUP BY period, original_period, booked, currency, 5, 6\(names)
      """
  }
}
