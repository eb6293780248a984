import Foundation
import Postgres
import ServiceKit

@testable import Reporting

/// A schema of its own in the Postgres that the environment names, gone when it is closed.
struct ScratchSchema {
  static let postgres = ProcessInfo.processInfo.environment["EARNED_TEST_POSTGRES"]

  let connection: PostgresConnection
  let name: String

  init() throws {
    name = "reporting_test_\(UInt64.random(in: .min ... .max))"
    connection = try PostgresConnection(Self.postgres ?? "", applicationName: "reporting tests", schema: name)
    try Migrator.migrate(connection, schema: name, LaneMigrations.all + ReportingMigrations.all)
    try connection.execute(
      """
      INSERT INTO lane (name, lane, read_sequence, complete_through)
      SELECT 'journal', lane, 10 + lane, '2022-07-01' FROM generate_series(0, 7) AS lane
      """)
  }

  func close() throws {
    try connection.script("DROP SCHEMA \"\(name)\" CASCADE")
    connection.close()
  }
}
