import Glibc
import Postgres

@testable import Ingestion

/// The server that these tests use; nil leaves them out.
let testServer: String? = getenv("EARNED_TEST_POSTGRES").map { String(cString: $0) }

func connectToTestServer(schema: String) throws -> PostgresConnection {
  try PostgresConnection(testServer ?? "", applicationName: "earned-tests", schema: schema)
}

/// Runs a test with Ingestion's tables in a schema of its own, and drops it afterwards.
func withIngestionSchema(_ body: (PostgresConnection, String) throws -> Void) throws {
  let schema = "ingestion_test_\(UInt64.random(in: 0 ... .max))"
  let connection = try connectToTestServer(schema: schema)
  try connection.script("CREATE SCHEMA \(schema)")
  defer {
    // What cannot be dropped does no harm: the next test has a schema of its own.
    try? connection.script("SET client_min_messages TO error; DROP SCHEMA \(schema) CASCADE")
  }
  try connection.script(String(decoding: PackageResources._001_create_fact_log_sql, as: UTF8.self))
  try connection.script(String(decoding: PackageResources._002_create_usage_sql, as: UTF8.self))
  try connection.script(
    String(decoding: PackageResources._004_count_usage_by_meter_and_price_sql, as: UTF8.self))
  try body(connection, schema)
}
