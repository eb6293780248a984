import Postgres
import Testing

@Suite("A transaction", .enabled(if: testServer != nil))
struct TransactionTests {
  struct Stop: Error {}

  @Test("It commits when its function returns, and undoes everything when it throws")
  func commitAndRollBack() throws {
    try withScratchSchema { connection, _ in
      try connection.script("CREATE TABLE item (id integer)")
      let insert = { try connection.execute("INSERT INTO item VALUES (1)") }
      let count = { try connection.query("SELECT count(*) FROM item")[0].int(0) }
      #expect(try connection.transaction { try insert() } == 1)
      #expect(try count() == 1)
      #expect(throws: Stop.self) {
        try connection.transaction {
          _ = try insert()
          throw Stop()
        }
      }
      #expect(try count() == 1)
      #expect(try connection.transaction { try insert() } == 1)
    }
  }

  @Test("One whose failed statement was ignored does not pass for committed")
  func ignoredError() throws {
    let connection = try connectToTestServer()
    let error = try postgresError {
      try connection.transaction { _ = try? connection.query("SELECT 1 / 0") }
    }
    #expect(error?.sqlState == "25P02")
    #expect(connection.isUsable)
  }

  @Test("A deferred constraint speaks at the commit")
  func deferredConstraint() throws {
    try withScratchSchema { connection, _ in
      try connection.script("CREATE TABLE item (id integer UNIQUE DEFERRABLE INITIALLY DEFERRED)")
      let error = try postgresError {
        try connection.transaction { try connection.execute("INSERT INTO item VALUES (1), (1)") }
      }
      #expect(error?.isUniqueViolation == true)
      #expect(try connection.query("SELECT FROM item").isEmpty)
    }
  }

  @Test("Isolation and access are as asked")
  func isolation() throws {
    let connection = try connectToTestServer()
    let level = { try connection.query("SHOW transaction_isolation")[0].text(0) }
    #expect(try connection.transaction { try level() } == "read committed")
    #expect(try connection.transaction(isolation: .serializable) { try level() } == "serializable")
    let error = try postgresError {
      try connection.transaction(isReadOnly: true) { try connection.script("CREATE TABLE nowhere ()") }
    }
    #expect(error?.sqlState == "25006")
  }

  @Test("Two that cannot both stand: one is told to try again")
  func serialization() throws {
    try withScratchSchema { first, schema in
      let second = try connectToTestServer(schema: schema)
      try first.script("CREATE TABLE item (id integer); INSERT INTO item VALUES (1)")
      let error = try postgresError {
        try first.transaction(isolation: .repeatableRead) {
          _ = try first.query("SELECT id FROM item")
          try second.execute("UPDATE item SET id = id + 1")
          try first.execute("UPDATE item SET id = id + 1")
        }
      }
      #expect(error?.sqlState == "40001")
      #expect(error?.isRetriable == true)
      #expect(error?.isConnectionLost == false)
    }
  }
}
