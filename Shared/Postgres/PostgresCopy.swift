import CPostgres

/// The rows of one COPY, in Postgres's binary format, sent as they fill a buffer.
public struct PostgresCopy: ~Copyable {
  /// What is gathered before it is sent.
  private static let chunkBytes = 256 * 1024

  private let types: [Oid]
  private let connection: OpaquePointer
  private var bytes: [UInt8]

  /// The number of rows appended so far.
  public private(set) var rowCount = 0

  init(types: [Oid], connection: OpaquePointer) {
    self.types = types
    self.connection = connection
    bytes = Array("PGCOPY\n".utf8) + [0xff, 0x0d, 0x0a, 0]
    bytes.reserveCapacity(Self.chunkBytes + Self.chunkBytes / 4)
    bytes.appendBigEndian(Int32(0))  // no flags
    bytes.appendBigEndian(Int32(0))  // no further header
  }

  /// Appends a row: a value for each column, in the order in which the columns were named.
  public mutating func append(_ row: PostgresValue...) throws(PostgresError) {
    try append(row)
  }

  /// Appends a row: a value for each column, in the order in which the columns were named.
  public mutating func append(_ row: [PostgresValue]) throws(PostgresError) {
    precondition(row.count == types.count, "A row of \(row.count) values is copied into \(types.count) columns.")
    bytes.appendBigEndian(Int16(row.count))
    for index in row.indices {
      if case .null = row[index] {
        bytes.appendBigEndian(Int32(-1))
        continue
      }
      let start = bytes.count
      bytes.appendBigEndian(Int32(0))
      guard try row[index].appendBinary(as: types[index], to: &bytes) else {
        throw PostgresError(
          sqlState: "42804", message: "Column \(index) of a copied row does not fit type \(types[index]).")
      }
      bytes.setBigEndian(Int32(bytes.count - start - 4), at: start)
    }
    rowCount += 1
    if bytes.count >= Self.chunkBytes { try flush() }
  }

  mutating func finish() throws(PostgresError) {
    bytes.appendBigEndian(Int16(-1))
    try flush()
  }

  private mutating func flush() throws(PostgresError) {
    let isSent = bytes.withUnsafeBytes { buffer in
      PQputCopyData(connection, buffer.assumingMemoryBound(to: CChar.self).baseAddress, Int32(buffer.count)) == 1
    }
    guard isSent else { throw PostgresError(result: nil, connection: connection) }
    bytes.removeAll(keepingCapacity: true)
  }
}

extension PostgresConnection {
  /// Inserts many rows by COPY, the fastest way in.
  ///
  /// - Parameters:
  ///   - table: the table, as SQL writes it.
  ///   - columns: the columns' names.
  ///   - rows: appends the rows; it must not use the connection. If it throws, no row is inserted.
  /// - Returns: the number of rows inserted.
  @discardableResult
  public func copy(
    into table: String, columns: [String], rows: (inout PostgresCopy) throws -> Void
  ) throws -> Int {
    let list = columns.map(quoted).joined(separator: ", ")
    let copied = try exclusively { connection throws(PostgresError) -> Swift.Result<Int, any Error> in
      let types = try prepared("SELECT \(list) FROM \(table)", [], on: connection).columnTypes
      let begin = PQexec(connection, "COPY \(table) (\(list)) FROM STDIN (FORMAT binary)")
      PQclear(try checked(begin, PGRES_COPY_IN, on: connection))
      var copy = PostgresCopy(types: types, connection: connection)
      do {
        try rows(&copy)
        try copy.finish()
      } catch {
        PQputCopyEnd(connection, "a row could not be told")
        drain(connection)
        return .failure(error)
      }
      PQputCopyEnd(connection, nil)
      defer { drain(connection) }
      PQclear(try checked(PQgetResult(connection), on: connection))
      return .success(copy.rowCount)
    }
    return try copied.get()
  }

  /// Reads what is left of a command's results, which must be done before the next command.
  private func drain(_ connection: OpaquePointer) {
    while let result = PQgetResult(connection) { PQclear(result) }
  }
}
