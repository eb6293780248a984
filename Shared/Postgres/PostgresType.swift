import CPostgres

/// The object identifiers of the built-in types this ring reads and writes, as `pg_type` has had them in every version.
enum PostgresType {
  static let bool: Oid = 16
  static let bytea: Oid = 17
  static let char: Oid = 18
  static let name: Oid = 19
  static let int8: Oid = 20
  static let int2: Oid = 21
  static let int4: Oid = 23
  static let text: Oid = 25
  static let oid: Oid = 26
  static let json: Oid = 114
  static let float4: Oid = 700
  static let float8: Oid = 701
  static let unknown: Oid = 705
  static let boolArray: Oid = 1000
  static let byteaArray: Oid = 1001
  static let textArray: Oid = 1009
  static let int4Array: Oid = 1007
  static let int8Array: Oid = 1016
  static let bpchar: Oid = 1042
  static let varchar: Oid = 1043
  static let date: Oid = 1082
  static let timestamp: Oid = 1114
  static let timestamptz: Oid = 1184
  static let timestamptzArray: Oid = 1185
  static let numeric: Oid = 1700
  static let uuid: Oid = 2950
  static let jsonb: Oid = 3802

  /// Types from here on belong to the database: enumerations among them, whose binary form is their label.
  static let firstOfDatabase: Oid = 16384

  /// Microseconds from the epoch of Unix, 1970, to that of Postgres, 2000.
  static let epochMicroseconds: Int64 = 946_684_800_000_000

  /// Whether the binary form of a type is the UTF-8 text itself.
  static func isText(_ type: Oid) -> Bool {
    switch type {
    case text, varchar, bpchar, name, char, json, unknown: true
    default: type >= firstOfDatabase
    }
  }
}
