import Messages
import Postgres
import Recognition
import ServiceKit

/// All the SQL of ObligationFulfillment: one function for each question.
struct ObligationFulfillmentStore {
  let connection: PostgresConnection
  let lane: Int

  private var laneParameter: PostgresValue { .int(Int64(lane)) }

  /// Which books these things belong to.
  func books(of references: [LedgerReference]) throws -> [LedgerReference: Int64] {
    guard !references.isEmpty else { return [:] }
    let rows = try connection.query(
      """
      SELECT asked.number, reference.book
      FROM unnest($1::text[], $2::boolean[], $3::text[]) WITH ORDINALITY AS asked (account, livemode, reference, number)
      JOIN reference USING (account, livemode, reference)
      """, parameters(references))
    return Dictionary(rows.map { (references[Int($0.int(0)) - 1], $0.int(1)) }) { first, _ in first }
  }

  /// Keeps which book each of these belongs to.
  func setBooks(_ books: [(reference: LedgerReference, book: Int64)]) throws {
    guard !books.isEmpty else { return }
    try connection.execute(
      """
      INSERT INTO reference (account, livemode, reference, book)
      SELECT * FROM unnest($1::text[], $2::boolean[], $3::text[], $4::bigint[])
      ON CONFLICT (account, livemode, reference) DO UPDATE SET book = excluded.book
      """, parameters(books.map(\.reference)) + [.ints(books.map(\.book))])
  }

  /// Keeps what follows things that no contract claims yet.
  func addFollowers(_ followers: [(followed: LedgerReference, follower: Reference)]) throws {
    guard !followers.isEmpty else { return }
    try connection.execute(
      """
      INSERT INTO follower (account, livemode, reference, follower)
      SELECT * FROM unnest($1::text[], $2::boolean[], $3::text[], $4::text[])
      ON CONFLICT DO NOTHING
      """, parameters(followers.map(\.followed)) + [.texts(followers.map(\.follower.description))])
  }

  /// What follows these things, which are claimed now and need no followers any more.
  func takeFollowers(of followed: [LedgerReference]) throws -> [Reference] {
    guard !followed.isEmpty else { return [] }
    return try connection.query(
      """
      DELETE FROM follower USING unnest($1::text[], $2::boolean[], $3::text[]) AS claimed (account, livemode, reference)
      WHERE follower.account = claimed.account AND follower.livemode = claimed.livemode
        AND follower.reference = claimed.reference
      RETURNING follower.follower
      """, parameters(followed)
    ).compactMap { Reference($0.text(0)) }
  }

  private func parameters(_ references: [LedgerReference]) -> [PostgresValue] {
    [
      .texts(references.map(\.ledger.account)), .bools(references.map(\.ledger.livemode)),
      .texts(references.map(\.reference.description)),
    ]
  }

  /// The states of these books, as kept.
  func states(of books: [Int64]) throws -> [StoredBook] {
    guard !books.isEmpty else { return [] }
    return try connection.query(
      "SELECT book, account, livemode, state, is_open, rates FROM book WHERE lane = $1 AND book = ANY($2)",
      [laneParameter, .ints(books)]
    ).map { row in
      StoredBook(
        book: row.int(0), ledger: LedgerID(account: row.text(1), livemode: row.bool(2)), state: row.bytes(3),
        isOpen: row.bool(4), rates: row.text(5).split(separator: " ").map(String.init))
    }
  }

  /// The facts of these books, in order of arrival.
  func facts(of books: [Int64]) throws -> [(book: Int64, bytes: [UInt8])] {
    guard !books.isEmpty else { return [] }
    return try connection.query(
      "SELECT book, bytes FROM book_fact WHERE lane = $1 AND book = ANY($2) ORDER BY sequence",
      [laneParameter, .ints(books)]
    ).map { ($0.int(0), $0.bytes(1)) }
  }

  /// Which of an account's books a change touches.
  enum Touched {
    case all
    /// Those with facts that wait or are refused.
    case open
    /// Those that have asked for a rate of this pair, as `eur/usd`.
    case rate(String)

    var condition: String {
      switch self {
      case .all: "TRUE"
      case .open: "is_open"
      // A pair is two codes of letters and a stroke, so that it needs no parameter of its own.
      case .rate(let pair): "rates <> '' AND rates LIKE '% \(pair) %'"
      }
    }
  }

  /// The next books of an account that a change touches, after a book.
  func books(of ledger: LedgerID, _ touched: Touched, after book: Int64, limit: Int) throws -> [Int64] {
    try connection.query(
      """
      SELECT book FROM book WHERE account = $1 AND livemode = $2 AND book > $3 AND \(touched.condition)
      ORDER BY book LIMIT $4
      """,
      ledger.parameters + [.int(book), .int(Int64(limit))]
    ).map { $0.int(0) }
  }

  /// Adds facts to books.
  func addFacts(_ facts: [(book: Int64, message: InboundMessage)]) throws {
    guard !facts.isEmpty else { return }
    try connection.execute(
      """
      INSERT INTO book_fact (lane, sequence, book, bytes)
      SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::bytea[])
      """,
      [
        laneParameter, .ints(facts.map(\.message.place.sequence)), .ints(facts.map(\.book)),
        .bytesArray(facts.map(\.message.bytes)),
      ])
  }

  /// Gives the facts of one book to another, which takes it in.
  func moveFacts(from book: Int64, to home: Int64) throws {
    try connection.execute(
      "UPDATE book_fact SET book = $3 WHERE lane = $1 AND book = $2", [laneParameter, .int(book), .int(home)])
    try connection.execute("DELETE FROM book WHERE lane = $1 AND book = $2", [laneParameter, .int(book)])
  }

  /// Keeps the states of books.
  func setStates(_ books: [StoredBook]) throws {
    guard !books.isEmpty else { return }
    try connection.execute(
      """
      INSERT INTO book (lane, book, account, livemode, state, is_open, rates)
      SELECT $1, * FROM unnest($2::bigint[], $3::text[], $4::boolean[], $5::bytea[], $6::boolean[], $7::text[])
      ON CONFLICT (lane, book)
      DO UPDATE SET state = excluded.state, is_open = excluded.is_open, rates = excluded.rates
      """,
      [
        laneParameter, .ints(books.map(\.book)), .texts(books.map(\.ledger.account)),
        .bools(books.map(\.ledger.livemode)), .bytesArray(books.map(\.state)), .bools(books.map(\.isOpen)),
        .texts(books.map { $0.rates.isEmpty ? "" : " " + $0.rates.joined(separator: " ") + " " }),
      ])
  }

  /// Settings and closings of an account, in the order told.
  func configurationFacts(of ledger: LedgerID) throws -> [[UInt8]] {
    try connection.query(
      "SELECT bytes FROM configuration_fact WHERE account = $1 AND livemode = $2 ORDER BY sequence", ledger.parameters
    ).map { $0.bytes(0) }
  }

  /// Keeps a setting or a closing.
  func addConfigurationFact(_ message: InboundMessage) throws {
    try connection.execute(
      "INSERT INTO configuration_fact (lane, sequence, account, livemode, bytes) VALUES ($1, $2, $3, $4, $5)",
      [laneParameter, .int(message.place.sequence)] + message.envelope.ledger.parameters + [.bytes(message.bytes)])
  }
}

/// What is kept of a book beside its facts.
struct StoredBook {
  let book: Int64
  let ledger: LedgerID
  let state: [UInt8]
  /// Whether a fact of it waits, is refused or was told twice.
  let isOpen: Bool
  /// The pairs whose published rates it has asked for, as `eur/usd`.
  let rates: [String]
}

/// A thing that the facts of one account's books speak of.
struct LedgerReference: Hashable {
  let ledger: LedgerID
  let reference: Reference
}
