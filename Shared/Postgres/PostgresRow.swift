import CPostgres

/// One row. Columns count from 0 in the order the statement names them.
///
/// A column is read as what it is: reading a NULL as a value, or a text as a number, is a mistake in the program and stops it
/// with a sentence that names the column.
public struct PostgresRow: Sendable {
  let result: PostgresResult
  let index: Int32

  /// Whether a column is NULL.
  public func isNull(_ column: Int) -> Bool { PQgetisnull(result.pointer, index, Int32(column)) == 1 }

  /// `bigint`, `integer`, `smallint`, or a `numeric` without fraction (a sum of `bigint` is one).
  public func int(_ column: Int) -> Int64 {
    let bytes = value(column)
    switch type(column) {
    case PostgresType.int8: return bytes.bigEndian(at: 0, Int64.self)
    case PostgresType.int4: return Int64(bytes.bigEndian(at: 0, Int32.self))
    case PostgresType.int2: return Int64(bytes.bigEndian(at: 0, Int16.self))
    case PostgresType.oid: return Int64(bytes.bigEndian(at: 0, UInt32.self))
    case PostgresType.numeric:
      guard let value = bytes.integralNumeric else { defect(column, "a whole number of 64 bits") }
      return value
    default: defect(column, "a whole number")
    }
  }

  /// `boolean`
  public func bool(_ column: Int) -> Bool {
    guard type(column) == PostgresType.bool else { defect(column, "a boolean") }
    return value(column)[0] != 0
  }

  /// `double precision` or `real`
  public func double(_ column: Int) -> Double {
    switch type(column) {
    case PostgresType.float8: Double(bitPattern: value(column).bigEndian(at: 0, UInt64.self))
    case PostgresType.float4: Double(Float(bitPattern: value(column).bigEndian(at: 0, UInt32.self)))
    default: defect(column, "a floating-point number")
    }
  }

  /// `text`, `varchar`, `json`, `jsonb` or an enumeration.
  public func text(_ column: Int) -> String { String(decoding: textBytes(column), as: UTF8.self) }

  /// `bytea`, or the UTF-8 of a `text`, `json` or `jsonb`.
  public func bytes(_ column: Int) -> [UInt8] {
    [UInt8](type(column) == PostgresType.bytea ? value(column) : textBytes(column))
  }

  /// `timestamptz`, in microseconds since 1970 UTC; `infinity` is the greatest number.
  public func instant(_ column: Int) -> Int64 {
    guard type(column) == PostgresType.timestamptz || type(column) == PostgresType.timestamp else {
      defect(column, "an instant")
    }
    return value(column).instant
  }

  /// `date`, in days since 1 January 1970.
  public func date(_ column: Int) -> Int32 {
    guard type(column) == PostgresType.date else { defect(column, "a date") }
    return value(column).bigEndian(at: 0, Int32.self) + Int32(PostgresType.epochMicroseconds / 86_400_000_000)
  }

  /// As ``int(_:)``; nil for NULL.
  public func optionalInt(_ column: Int) -> Int64? { isNull(column) ? nil : int(column) }
  /// As ``bool(_:)``; nil for NULL.
  public func optionalBool(_ column: Int) -> Bool? { isNull(column) ? nil : bool(column) }
  /// As ``text(_:)``; nil for NULL.
  public func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }
  /// As ``bytes(_:)``; nil for NULL.
  public func optionalBytes(_ column: Int) -> [UInt8]? { isNull(column) ? nil : bytes(column) }
  /// As ``instant(_:)``; nil for NULL.
  public func optionalInstant(_ column: Int) -> Int64? { isNull(column) ? nil : instant(column) }

  /// Calls a function with a column's bytes where they lie, without a copy.
  public func withBytes<Result>(_ column: Int, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try body(type(column) == PostgresType.bytea ? value(column) : textBytes(column))
  }

  func type(_ column: Int) -> Oid { PQftype(result.pointer, Int32(column)) }

  /// The bytes of a value. They live as long as the result, which this row holds.
  func value(_ column: Int) -> UnsafeRawBufferPointer {
    if isNull(column) { defect(column, "a value, but is NULL") }
    return UnsafeRawBufferPointer(
      start: PQgetvalue(result.pointer, index, Int32(column)),
      count: Int(PQgetlength(result.pointer, index, Int32(column))))
  }

  private func textBytes(_ column: Int) -> UnsafeRawBufferPointer {
    if type(column) == PostgresType.jsonb { return UnsafeRawBufferPointer(rebasing: value(column).dropFirst()) }
    guard PostgresType.isText(type(column)) else { defect(column, "a text") }
    return value(column)
  }

  func defect(_ column: Int, _ wanted: String) -> Never {
    let name = PQfname(result.pointer, Int32(column)).map { String(cString: $0) } ?? "that does not exist"
    preconditionFailure("Column \(column) (\(name), type \(type(column))) is read as \(wanted).")
  }
}
