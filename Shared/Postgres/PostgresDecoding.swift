import CPostgres

/// How values are read from Postgres's binary format.
extension UnsafeRawBufferPointer {
  func bigEndian<Integer: FixedWidthInteger>(at offset: Int, _: Integer.Type) -> Integer {
    Integer(bigEndian: loadUnaligned(fromByteOffset: offset, as: Integer.self))
  }

  /// Microseconds since 1970; Postgres's infinities are the ends of the range, and stay there.
  var instant: Int64 {
    let microseconds = bigEndian(at: 0, Int64.self)
    let isInfinite = microseconds == .max || microseconds == .min
    return isInfinite ? microseconds : microseconds + PostgresType.epochMicroseconds
  }

  /// A `numeric` without fraction that fits; nil for any other.
  var integralNumeric: Int64? {
    let digitCount = Int(bigEndian(at: 0, Int16.self))
    let weight = Int(bigEndian(at: 2, Int16.self))
    let sign = bigEndian(at: 4, UInt16.self)
    guard sign == 0 || sign == 0x4000, digitCount <= weight + 1 || digitCount == 0 else { return nil }
    guard digitCount > 0 else { return 0 }
    var value: Int64 = 0
    for place in 0...weight {
      let digit = place < digitCount ? Int64(bigEndian(at: 8 + place * 2, Int16.self)) : 0
      let (shifted, isTooLarge) = value.multipliedReportingOverflow(by: 10_000)
      // Negative all the way down, because the smallest number has no positive counterpart.
      let (next, isTooLarge2) = shifted.subtractingReportingOverflow(digit)
      if isTooLarge || isTooLarge2 { return nil }
      value = next
    }
    if sign == 0x4000 { return value }
    return value == .min ? nil : -value
  }
}

extension PostgresRow {
  /// `text[]`
  public func texts(_ column: Int) -> [String] {
    elements(column) { String(decoding: $0, as: UTF8.self) }
  }

  /// `text[]` with NULLs
  public func optionalTexts(_ column: Int) -> [String?] {
    optionalElements(column).map { $0.map { String(decoding: $0, as: UTF8.self) } }
  }

  /// `bytea[]`
  public func bytesArray(_ column: Int) -> [[UInt8]] {
    elements(column) { [UInt8]($0) }
  }

  /// `bigint[]`, `integer[]` or `smallint[]`
  public func ints(_ column: Int) -> [Int64] {
    elements(column) { element in
      switch element.count {
      case 8: element.bigEndian(at: 0, Int64.self)
      case 4: Int64(element.bigEndian(at: 0, Int32.self))
      case 2: Int64(element.bigEndian(at: 0, Int16.self))
      default: defect(column, "an array of whole numbers")
      }
    }
  }

  /// `boolean[]`
  public func bools(_ column: Int) -> [Bool] {
    elements(column) { $0[0] != 0 }
  }

  /// `timestamptz[]`, in microseconds since 1970 UTC.
  public func instants(_ column: Int) -> [Int64] {
    elements(column) { $0.instant }
  }

  private func elements<Value>(_ column: Int, _ read: (UnsafeRawBufferPointer) -> Value) -> [Value] {
    optionalElements(column).map { element in
      guard let element else { defect(column, "an array without NULLs") }
      return read(element)
    }
  }

  private func optionalElements(_ column: Int) -> [UnsafeRawBufferPointer?] {
    let bytes = value(column)
    guard bytes.count >= 12 else { defect(column, "an array") }
    let dimensions = bytes.bigEndian(at: 0, Int32.self)
    guard dimensions != 0 else { return [] }
    guard dimensions == 1, bytes.count >= 20 else { defect(column, "an array of one dimension") }
    var offset = 20
    return (0..<bytes.bigEndian(at: 12, Int32.self)).map { _ in
      let length = Int(bytes.bigEndian(at: offset, Int32.self))
      offset += 4
      guard length >= 0 else { return nil }
      defer { offset += length }
      return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length])
    }
  }
}
