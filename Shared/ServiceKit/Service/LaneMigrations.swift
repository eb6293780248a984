import Postgres

/// The tables that every service has for its lanes.
public enum LaneMigrations {
  /// In order of name; they come before a service's own.
  public static let all = [Migration(embedded: PackageResources._000_create_lanes_sql, name: "0000_create_lanes")]
}

extension Migration {
  /// A migration whose file was compiled into the program.
  public init(embedded bytes: [UInt8], name: String) {
    self.init(name: name, sql: String(decoding: bytes, as: UTF8.self))
  }
}
