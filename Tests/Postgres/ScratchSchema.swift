import Glibc
import Postgres

/// The server that integration tests use; nil leaves them out.
let testServer: String? = getenv("EARNED_TEST_POSTGRES").map { String(cString: $0) }

/// A connection to the test server.
func connectToTestServer(schema: String? = nil, options: [String: String] = [:]) throws -> PostgresConnection {
  try PostgresConnection(testServer ?? "", applicationName: "earned-tests", schema: schema, options: options)
}

/// Runs a test in a schema of its own, and drops it afterwards.
func withScratchSchema(_ body: (PostgresConnection, String) throws -> Void) throws {
  let schema = "Test \"\(UInt64.random(in: 0 ... .max))\""
  let connection = try connectToTestServer(schema: schema)
  try connection.script("CREATE SCHEMA \(quoted(schema))")
  defer {
    // The test may have broken its connection, so another one cleans up; what it cannot drop does no harm.
    try? connectToTestServer(options: ["client_min_messages": "error"])
      .script("DROP SCHEMA \(quoted(schema)) CASCADE")
  }
  try body(connection, schema)
}

/// The Postgres error a function throws, nil if it throws none.
func postgresError<Result>(_ body: () throws -> Result) throws -> PostgresError? {
  do {
    _ = try body()
    return nil
  } catch let error as PostgresError {
    return error
  }
}
