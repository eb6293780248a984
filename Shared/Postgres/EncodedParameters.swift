import CPostgres

/// The parameters of one call, laid out as libpq wants them: in binary where there is a binary form, else as text for Postgres
/// to parse.
struct EncodedParameters {
  private var bytes: [UInt8] = []
  private var offsets: [Int?] = []
  private var lengths: [Int32] = []
  private var formats: [Int32] = []

  init(_ values: [PostgresValue], as types: [Oid]) throws(PostgresError) {
    guard values.count == types.count else {
      throw PostgresError(
        sqlState: "08P01", message: "The statement has \(types.count) parameters, and \(values.count) were given.")
    }
    for (value, type) in zip(values, types) {
      let start = bytes.count
      offsets.append(value == .null ? nil : start)
      var isBinary = value == .null
      if !isBinary { isBinary = try value.appendBinary(as: type, to: &bytes) }
      if !isBinary {
        guard let text = value.textForm else {
          throw PostgresError(sqlState: "42804", message: "Parameter $\(lengths.count + 1) does not fit type \(type).")
        }
        guard !text.utf8.contains(0) else {
          throw PostgresError(sqlState: "22021", message: "A text contains the character U+0000.")
        }
        bytes.append(contentsOf: text.utf8)
        bytes.append(0)
      }
      lengths.append(Int32(bytes.count - start))
      formats.append(isBinary ? 1 : 0)
    }
    // So that even an empty value has an address: a null pointer means NULL.
    bytes.append(0)
  }

  /// Calls a function with the three arrays of `PQexecPrepared`.
  func withPointers<Result>(
    _ body: ([UnsafePointer<CChar>?], [Int32], [Int32]) -> Result
  ) -> Result {
    bytes.withUnsafeBytes { buffer in
      let start = buffer.assumingMemoryBound(to: CChar.self).baseAddress
      return body(offsets.map { offset in offset.flatMap { start?.advanced(by: $0) } }, lengths, formats)
    }
  }
}
