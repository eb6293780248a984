import CPostgres

/// How values are written in Postgres's binary format.
extension PostgresValue {
  /// Appends the binary form this value has as a given type; false, and nothing appended, if it has none.
  func appendBinary(as type: Oid, to bytes: inout [UInt8]) throws(PostgresError) -> Bool {
    switch self {
    case .null: return false
    case .bool(let value):
      guard type == PostgresType.bool else { return false }
      bytes.append(value ? 1 : 0)
    case .int(let value): return try bytes.appendInteger(value, as: type)
    case .int32(let value): return try bytes.appendInteger(Int64(value), as: type)
    case .double(let value):
      guard type == PostgresType.float8 else { return false }
      bytes.appendBigEndian(value.bitPattern)
    case .text(let value):
      if type == PostgresType.jsonb { bytes.append(1) } else if !PostgresType.isText(type) { return false }
      bytes.append(contentsOf: value.utf8)
    case .bytes(let value):
      if type == PostgresType.jsonb {
        bytes.append(1)
      } else if type != PostgresType.bytea && !PostgresType.isText(type) {
        return false
      }
      bytes.append(contentsOf: value)
    case .instant(let value):
      guard type == PostgresType.timestamptz || type == PostgresType.timestamp else { return false }
      bytes.appendInstant(value)
    case .date(let value):
      guard type == PostgresType.date else { return false }
      bytes.appendBigEndian(value - Int32(PostgresType.epochMicroseconds / 86_400_000_000))
    default:
      guard type == statedType else { return false }
      appendElements(to: &bytes)
    }
    return true
  }

  private func appendElements(to bytes: inout [UInt8]) {
    switch self {
    case .texts(let values):
      bytes.appendArray(of: PostgresType.text, values) { $1.append(contentsOf: $0.utf8) }
    case .optionalTexts(let values):
      bytes.appendArray(of: PostgresType.text, optional: values) { $1.append(contentsOf: $0.utf8) }
    case .ints(let values):
      bytes.appendArray(of: PostgresType.int8, values) { $1.appendBigEndian($0) }
    case .optionalInts(let values):
      bytes.appendArray(of: PostgresType.int8, optional: values) { $1.appendBigEndian($0) }
    case .int32s(let values):
      bytes.appendArray(of: PostgresType.int4, values) { $1.appendBigEndian($0) }
    case .bools(let values):
      bytes.appendArray(of: PostgresType.bool, values) { $1.append($0 ? 1 : 0) }
    case .bytesArray(let values):
      bytes.appendArray(of: PostgresType.bytea, values) { $1.append(contentsOf: $0) }
    case .optionalBytesArray(let values):
      bytes.appendArray(of: PostgresType.bytea, optional: values) { $1.append(contentsOf: $0) }
    case .instants(let values):
      bytes.appendArray(of: PostgresType.timestamptz, values) { $1.appendInstant($0) }
    case .optionalInstants(let values):
      bytes.appendArray(of: PostgresType.timestamptz, optional: values) { $1.appendInstant($0) }
    case .null, .bool, .int, .int32, .double, .text, .bytes, .instant, .date:
      preconditionFailure("A scalar has no elements.")
    }
  }

  /// The form Postgres can parse as any type; nil for what is only ever sent in binary.
  var textForm: String? {
    switch self {
    case .bool(let value): value ? "true" : "false"
    case .int(let value): String(value)
    case .int32(let value): String(value)
    case .double(let value): String(value)
    case .text(let value): value
    default: nil
    }
  }
}

extension [UInt8] {
  mutating func appendBigEndian(_ value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
  }

  /// Writes a number over four bytes that were left for it.
  mutating func setBigEndian(_ value: Int32, at offset: Int) {
    withUnsafeMutableBytes { $0.storeBytes(of: value.bigEndian, toByteOffset: offset, as: Int32.self) }
  }

  /// Appends what a function writes, with its length before it.
  mutating func appendSized(_ write: (inout [UInt8]) -> Void) {
    let offset = count
    appendBigEndian(Int32(0))
    write(&self)
    setBigEndian(Int32(count - offset - 4), at: offset)
  }

  fileprivate mutating func appendInstant(_ microseconds: Int64) {
    // The ends of the range stand for Postgres's own `infinity` and `-infinity`, which are the same numbers.
    let isInfinite = microseconds == .max || microseconds == .min
    appendBigEndian(isInfinite ? microseconds : microseconds - PostgresType.epochMicroseconds)
  }

  fileprivate mutating func appendInteger(_ value: Int64, as type: Oid) throws(PostgresError) -> Bool {
    switch type {
    case PostgresType.int8: appendBigEndian(value)
    case PostgresType.int4: appendBigEndian(try narrow(value, to: Int32.self, "integer"))
    case PostgresType.int2: appendBigEndian(try narrow(value, to: Int16.self, "smallint"))
    case PostgresType.float8: appendBigEndian(Double(value).bitPattern)
    case PostgresType.numeric: appendNumeric(value)
    default: return false
    }
    return true
  }

  /// Postgres's `numeric`: digits to the base of 10,000, the highest first, and the power that the highest has.
  private mutating func appendNumeric(_ value: Int64) {
    var digits: [Int16] = []
    var rest = value.magnitude
    while rest > 0 {
      digits.append(Int16(rest % 10_000))
      rest /= 10_000
    }
    appendBigEndian(Int16(digits.count))
    appendBigEndian(Int16(Swift.max(digits.count - 1, 0)))
    appendBigEndian(value < 0 ? UInt16(0x4000) : 0)
    appendBigEndian(Int16(0))
    for digit in digits.reversed() { appendBigEndian(digit) }
  }

  private func narrow<Narrow: FixedWidthInteger>(
    _ value: Int64, to: Narrow.Type, _ name: String
  ) throws(PostgresError) -> Narrow {
    guard let narrow = Narrow(exactly: value) else {
      throw PostgresError(sqlState: "22003", message: "\(value) does not fit the type \(name) that stands there.")
    }
    return narrow
  }

  fileprivate mutating func appendArray<Value>(
    of type: Oid, _ elements: [Value], _ write: (Value, inout [UInt8]) -> Void
  ) {
    appendArrayHeader(type, count: elements.count, hasNulls: false)
    for element in elements { appendSized { write(element, &$0) } }
  }

  fileprivate mutating func appendArray<Value>(
    of type: Oid, optional elements: [Value?], _ write: (Value, inout [UInt8]) -> Void
  ) {
    appendArrayHeader(type, count: elements.count, hasNulls: elements.contains { $0 == nil })
    for element in elements {
      if let element { appendSized { write(element, &$0) } } else { appendBigEndian(Int32(-1)) }
    }
  }

  private mutating func appendArrayHeader(_ type: Oid, count: Int, hasNulls: Bool) {
    appendBigEndian(Int32(count == 0 ? 0 : 1))  // dimensions
    appendBigEndian(Int32(hasNulls ? 1 : 0))
    appendBigEndian(type)
    guard count > 0 else { return }
    appendBigEndian(Int32(count))
    appendBigEndian(Int32(1))  // the first index
  }
}
