import Crypto

/// One step in the life of a schema: a file of SQL that is run once and never changed afterwards.
public struct Migration: Sendable, Hashable {
  /// The file's name without `.sql`; it begins with a number, and the numbers give the order: `0001_create_fact`.
  public let name: String
  /// Its text: any number of statements.
  public let sql: String

  /// A migration.
  public init(name: String, sql: String) {
    self.name = name
    self.sql = sql
  }

  /// The SHA-256 of the text, in hexadecimal digits, by which a later change is noticed.
  public var checksum: String { SHA256.hash(sql).hexadecimal }
}

/// Why a schema could not be brought up to date.
public enum MigrationError: Error, Sendable, Hashable, CustomStringConvertible {
  /// A file that has been applied is not what it was then. Put it back, and write a new one for the change.
  case changed(name: String, schema: String)
  /// A new file sorts before one that has been applied. Give it a higher number.
  case outOfOrder(name: String, applied: String, schema: String)
  /// The SQL of a file failed; nothing of it remains.
  case failed(name: String, schema: String, PostgresError)

  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .changed(let name, let schema):
      "Migration \(name).sql of schema \(schema) has been changed since it was applied: restore it and add a new one."
    case .outOfOrder(let name, let applied, let schema):
      "Migration \(name).sql of schema \(schema) is new, but \(applied).sql has been applied: give it a higher number."
    case .failed(let name, let schema, let error):
      "Migration \(name).sql of schema \(schema) failed. \(error)"
    }
  }
}
