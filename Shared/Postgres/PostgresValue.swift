import CPostgres

/// A parameter of a statement, or a column of a copied row.
///
/// A scalar takes the type that Postgres expects where it stands (`int` fits `smallint`, `integer`, `bigint`, `numeric`;
/// `text` fits `text`, `jsonb`, `uuid`, an enumeration …); an array says its own type, so that `unnest($1)` needs no cast.
public enum PostgresValue: Sendable, Hashable {
  /// SQL's NULL.
  case null
  /// `boolean`
  case bool(Bool)
  /// `bigint`, or a narrower integer that can hold it.
  case int(Int64)
  /// `integer`
  case int32(Int32)
  /// `double precision`: never money.
  case double(Double)
  /// `text`, or any type that has a text form.
  case text(String)
  /// `bytea`; or the UTF-8 of a `text`, `json` or `jsonb`.
  case bytes([UInt8])
  /// `timestamptz`, in microseconds since 1970 UTC.
  case instant(Int64)
  /// `date`, in days since 1 January 1970.
  case date(Int32)
  /// `text[]`
  case texts([String])
  /// `text[]` with NULLs
  case optionalTexts([String?])
  /// `bigint[]`
  case ints([Int64])
  /// `bigint[]` with NULLs
  case optionalInts([Int64?])
  /// `integer[]`
  case int32s([Int32])
  /// `boolean[]`
  case bools([Bool])
  /// `bytea[]`
  case bytesArray([[UInt8]])
  /// `bytea[]` with NULLs
  case optionalBytesArray([[UInt8]?])
  /// `timestamptz[]`, in microseconds since 1970 UTC.
  case instants([Int64])
  /// `timestamptz[]` with NULLs, in microseconds since 1970 UTC.
  case optionalInstants([Int64?])

  /// The type an array states to Postgres; 0 leaves it to the place where the parameter stands.
  var statedType: Oid {
    switch self {
    case .null, .bool, .int, .int32, .double, .text, .bytes, .instant, .date: 0
    case .texts, .optionalTexts: PostgresType.textArray
    case .ints, .optionalInts: PostgresType.int8Array
    case .int32s: PostgresType.int4Array
    case .bools: PostgresType.boolArray
    case .bytesArray, .optionalBytesArray: PostgresType.byteaArray
    case .instants, .optionalInstants: PostgresType.timestamptzArray
    }
  }
}

extension PostgresValue {
  /// The value, or NULL for nil.
  public static func optionalText(_ value: String?) -> PostgresValue { value.map(PostgresValue.text) ?? .null }
  /// The value, or NULL for nil.
  public static func optionalInt(_ value: Int64?) -> PostgresValue { value.map(PostgresValue.int) ?? .null }
  /// The value, or NULL for nil.
  public static func optionalBytes(_ value: [UInt8]?) -> PostgresValue { value.map(PostgresValue.bytes) ?? .null }
  /// The value, or NULL for nil.
  public static func optionalInstant(_ value: Int64?) -> PostgresValue { value.map(PostgresValue.instant) ?? .null }
}
