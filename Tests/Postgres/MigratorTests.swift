import Dispatch
import Postgres
import Synchronization
import Testing

@Suite("Migrations", .enabled(if: testServer != nil))
struct MigratorTests {
  static let first = Migration(name: "0001_create_item", sql: "CREATE TABLE item (id integer); -- one\nSELECT 1;")
  static let second = Migration(name: "0002_add_name", sql: "ALTER TABLE item ADD COLUMN name text;")

  @Test("They are applied once each, in order of their numbers, in their schema")
  func applied() throws {
    try withNewSchema { connection, schema in
      try Migrator.migrate(connection, schema: schema, [Self.first])
      try Migrator.migrate(connection, schema: schema, [Self.second, Self.first])
      try Migrator.migrate(connection, schema: schema, [Self.first])  // an older program on a newer schema
      let rows = try connection.query(
        "SELECT name, checksum, applied_at > '2020-01-01' FROM \(quoted(schema)).migration ORDER BY name")
      #expect(rows.map { $0.text(0) } == [Self.first.name, Self.second.name])
      #expect(rows.map { $0.text(1) } == [Self.first.checksum, Self.second.checksum])
      #expect(rows.allSatisfy { $0.bool(2) })
      try connection.execute("INSERT INTO \(quoted(schema)).item (id, name) VALUES (1, 'x')")
    }
  }

  @Test("A file changed after it was applied stops the start, by name")
  func changed() throws {
    try withNewSchema { connection, schema in
      try Migrator.migrate(connection, schema: schema, [Self.first])
      let edited = Migration(name: Self.first.name, sql: Self.first.sql + "\n")
      let error = #expect(throws: MigrationError.self) {
        try Migrator.migrate(connection, schema: schema, [edited, Self.second])
      }
      #expect(error == .changed(name: "0001_create_item", schema: schema))
      #expect(error?.description.contains("0001_create_item.sql") == true)
    }
  }

  @Test("A new file before an applied one is refused")
  func outOfOrder() throws {
    try withNewSchema { connection, schema in
      try Migrator.migrate(connection, schema: schema, [Migration(name: "0002_x", sql: "SELECT 1")])
      #expect(throws: MigrationError.outOfOrder(name: "0001_create_item", applied: "0002_x", schema: schema)) {
        try Migrator.migrate(connection, schema: schema, [Self.first])
      }
    }
  }

  @Test("Of a file that fails nothing remains, and its name is told")
  func failed() throws {
    try withNewSchema { connection, schema in
      let broken = Migration(name: "0002_broken", sql: "CREATE TABLE half (id integer); SELECT wrong;")
      let error = #expect(throws: MigrationError.self) {
        try Migrator.migrate(connection, schema: schema, [Self.first, broken])
      }
      #expect(error?.description.contains("0002_broken.sql") == true)
      let tables = try connection.query(
        "SELECT tablename FROM pg_tables WHERE schemaname = $1 ORDER BY 1", [.text(schema)])
      #expect(tables.map { $0.text(0) } == ["item", "migration"])
    }
  }

  @Test("Several programs that start at once migrate one after the other")
  func together() throws {
    try withNewSchema { _, schema in
      let failures = Mutex<[String]>([])
      DispatchQueue.concurrentPerform(iterations: 4) { _ in
        do {
          try Migrator.migrate(try connectToTestServer(), schema: schema, [Self.first, Self.second])
        } catch {
          failures.withLock { $0.append("\(error)") }
        }
      }
      #expect(failures.withLock { $0 } == [])
    }
  }

  private func withNewSchema(_ body: (PostgresConnection, String) throws -> Void) throws {
    try withScratchSchema { connection, schema in
      try connection.script("DROP SCHEMA \(quoted(schema))")
      try body(connection, schema)
    }
  }
}
