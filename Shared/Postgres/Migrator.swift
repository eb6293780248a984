/// Brings a schema up to date, one service at a time however many start at once.
public struct Migrator {
  /// Creates the schema if need be and applies, in order of name, the migrations it has not seen, each in a transaction of its own.
  ///
  /// What has been applied stands in `schema.migration`, with a checksum and the time. Applied migrations that are not given are
  /// a later version's, and are left alone.
  ///
  /// - Throws: `MigrationError` for what a file says, `PostgresError` for what befell the connection.
  public static func migrate(
    _ connection: PostgresConnection, schema: String, _ migrations: [Migration]
  ) throws {
    let lock = "SELECT pg_advisory_lock(hashtextextended($1, 0))"
    let lockName = "earned.migration.\(schema)"
    try connection.execute(lock, [.text(lockName)])
    defer {
      // A lost connection has given its locks back already; on any other the unlocking cannot fail.
      _ = try? connection.execute("SELECT pg_advisory_unlock(hashtextextended($1, 0))", [.text(lockName)])
    }
    try createSchema(schema, on: connection)
    var applied: [String: String] = [:]
    for row in try connection.query("SELECT name, checksum FROM \(quoted(schema)).migration") {
      applied[row.text(0)] = row.text(1)
    }
    let last = applied.keys.max()
    for migration in migrations.sorted(by: { $0.name < $1.name }) {
      if let checksum = applied[migration.name] {
        guard checksum == migration.checksum else { throw MigrationError.changed(name: migration.name, schema: schema) }
      } else if let last, migration.name < last {
        throw MigrationError.outOfOrder(name: migration.name, applied: last, schema: schema)
      } else {
        try apply(migration, to: schema, on: connection)
      }
    }
  }

  private static func createSchema(_ schema: String, on connection: PostgresConnection) throws {
    // A role that may not create schemas can still migrate one that was made for it.
    if try connection.query("SELECT FROM pg_namespace WHERE nspname = $1", [.text(schema)]).isEmpty {
      try connection.script("CREATE SCHEMA \(quoted(schema))")
    }
    let isThere = try connection.query(
      "SELECT FROM pg_tables WHERE schemaname = $1 AND tablename = 'migration'", [.text(schema)])
    guard isThere.isEmpty else { return }
    try connection.script(
      """
      CREATE TABLE \(quoted(schema)).migration (
        name text PRIMARY KEY,
        checksum text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
      )
      """)
  }

  private static func apply(_ migration: Migration, to schema: String, on connection: PostgresConnection) throws {
    do {
      try connection.transaction {
        try connection.execute("SELECT set_config('search_path', $1, true)", [.text(quoted(schema))])
        try connection.script(migration.sql)
        try connection.execute(
          "INSERT INTO \(quoted(schema)).migration (name, checksum) VALUES ($1, $2)",
          [.text(migration.name), .text(migration.checksum)])
      }
    } catch let error as PostgresError where !error.isConnectionLost {
      throw MigrationError.failed(name: migration.name, schema: schema, error)
    }
  }
}
