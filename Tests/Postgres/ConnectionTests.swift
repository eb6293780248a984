import Dispatch
import Postgres
import Synchronization
import Testing

@Suite("A connection", .enabled(if: testServer != nil))
struct ConnectionTests {
  @Test("It has the schema, the name and the settings it was made with")
  func settings() throws {
    let connection = try connectToTestServer(
      schema: "Some \"schema\"", options: ["statement_timeout": "1234ms", "synchronous_commit": "off"])
    let row = try connection.query(
      """
      SELECT current_setting('search_path'), current_setting('application_name'), current_setting('statement_timeout'),
        current_setting('synchronous_commit'), current_setting('client_encoding')
      """)[0]
    #expect((0..<5).map { row.text($0) } == [#""Some ""schema""""#, "earned-tests", "1234ms", "off", "UTF8"])
  }

  @Test("An unknown setting is refused at the start")
  func unknownSetting() throws {
    #expect(try postgresError { _ = try connectToTestServer(options: ["no_such": "1"]) }?.sqlState == "42704")
  }

  @Test("Where no server is, the error says so and can be retried")
  func noServer() throws {
    let error = try postgresError {
      _ = try PostgresConnection("host=127.0.0.1 port=1 user=x", applicationName: "earned-tests")
    }
    #expect(error?.sqlState == "08001")
    #expect(error?.isRetriable == true)
    #expect(error?.message.contains("refused") == true)
  }

  @Test("An error says which constraint, and where in the text")
  func errorFields() throws {
    try withScratchSchema { connection, _ in
      try connection.script("CREATE TABLE item (id text CONSTRAINT one_item PRIMARY KEY)")
      #expect(try connection.execute("INSERT INTO item VALUES ($1), ($2)", [.text("a"), .text("b")]) == 2)
      let duplicate = try postgresError { try connection.execute("INSERT INTO item VALUES ($1)", [.text("a")]) }
      #expect(duplicate?.isUniqueViolation == true)
      #expect(duplicate?.constraint == "one_item")
      #expect(duplicate?.table == "item")
      #expect(duplicate?.description.contains("(id)=(a)") == true)
      let wrong = try postgresError { try connection.script("SELECT nothing FROM item") }
      #expect(wrong?.sqlState == "42703")
      #expect(wrong?.position == 8)
    }
  }

  @Test("A statement prepared before its table was altered still runs")
  func alteredTable() throws {
    try withScratchSchema { connection, _ in
      try connection.script("CREATE TABLE item (id integer); INSERT INTO item VALUES (1)")
      let sql = "SELECT * FROM item WHERE id = $1"
      #expect(try connection.query(sql, [.int(1)]).columnNames == ["id"])
      try connection.script("ALTER TABLE item ADD COLUMN name text DEFAULT 'x'")
      #expect(try connection.query(sql, [.int(1)])[0].text(1) == "x")

      // Within a transaction, the transaction must be run again: its error is a retriable one.
      try connection.script("ALTER TABLE item ALTER COLUMN id TYPE bigint")
      let run = { try connection.transaction { try connection.query(sql, [.int(1)])[0].int(0) } }
      #expect(try postgresError { _ = try run() }?.isRetriable == true)
      #expect(try run() == 1)

      try connection.script("DEALLOCATE ALL")
      #expect(try connection.query(sql, [.int(1)]).count == 1)
    }
  }

  @Test("More texts than are kept prepared do no harm")
  func manyTexts() throws {
    let connection = try connectToTestServer()
    for number in 0..<1100 {
      #expect(try connection.query("SELECT \(number) + $1", [.int(1)])[0].int(0) == Int64(number + 1))
    }
    let prepared = try connection.query("SELECT count(*) FROM pg_prepared_statements")
    #expect(prepared[0].int(0) <= 500)
  }

  @Test("A connection the server has ended is lost, says so, and stays unusable")
  func lost() throws {
    let connection = try connectToTestServer()
    let process = try connection.query("SELECT pg_backend_pid()")[0].int(0)
    try connectToTestServer().execute("SELECT pg_terminate_backend($1, 5000)", [.int(process)])
    let error = try postgresError { try connection.transaction { try connection.execute("SELECT 1") } }
    #expect(error?.isConnectionLost == true)
    #expect(error?.isRetriable == true)
    #expect(!connection.isUsable)
    #expect(try postgresError { try connection.execute("SELECT 1") }?.isConnectionLost == true)
  }

  @Test("A session that dawdles in a transaction is ended, and the next call says that it is lost")
  func idleInTransaction() throws {
    let connection = try connectToTestServer(options: ["idle_in_transaction_session_timeout": "50ms"])
    let observer = try connectToTestServer()
    let process = try connection.query("SELECT pg_backend_pid()")[0].int(0)
    let error = try postgresError {
      try connection.transaction {
        // Waits until the server has ended the session, which it does by itself.
        while try !observer.query("SELECT FROM pg_stat_activity WHERE pid = $1", [.int(process)]).isEmpty {}
        try connection.execute("SELECT 1")
      }
    }
    #expect(error?.isConnectionLost == true)
    #expect(!connection.isUsable)
  }

  @Test("A closed connection throws")
  func closed() throws {
    let connection = try connectToTestServer()
    connection.close()
    #expect(!connection.isUsable)
    #expect(try postgresError { try connection.execute("SELECT 1") }?.sqlState == "08003")
  }

  @Test("A statement can be ended from another thread")
  func canceled() throws {
    let connection = try connectToTestServer()
    let process = try connection.query("SELECT pg_backend_pid()")[0].int(0)
    let observer = try connectToTestServer()
    DispatchQueue.global().async {
      // Until the statement is seen to run, a cancellation would come too early and be lost.
      while (try? observer.query(
        "SELECT FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'", [.int(process)]
      ).isEmpty) ?? false {}
      connection.cancel()
    }
    let error = try postgresError { try connection.execute("SELECT pg_sleep(30)") }
    #expect(error?.sqlState == "57014")
    #expect(connection.isUsable)
  }

  @Test("Notices go to their handler")
  func notices() throws {
    let seen = Mutex<[String]>([])
    let connection = try PostgresConnection(testServer ?? "", applicationName: "earned-tests") { notice in
      seen.withLock { $0.append(notice) }
    }
    try connection.script("DO $$ BEGIN RAISE NOTICE 'a word'; RAISE WARNING 'two'; END $$")
    #expect(seen.withLock { $0 } == ["a word", "two"])
  }
}
