import CPostgres

/// The rows a statement returned.
public struct PostgresRows: RandomAccessCollection, Sendable {
  let result: PostgresResult

  /// Always 0.
  public var startIndex: Int { 0 }
  /// The number of rows.
  public var endIndex: Int { result.rowCount }

  /// The row at a position.
  public subscript(position: Int) -> PostgresRow {
    precondition(indices.contains(position), "Row \(position) is read of \(count).")
    return PostgresRow(result: result, index: Int32(position))
  }

  /// The number of rows that an INSERT, UPDATE, DELETE or COPY touched, or a SELECT returned.
  public var affectedRows: Int { Int(String(cString: PQcmdTuples(result.pointer))) ?? 0 }

  /// The names of the columns, in order.
  public var columnNames: [String] {
    (0..<PQnfields(result.pointer)).map { String(cString: PQfname(result.pointer, $0)) }
  }
}

/// A result of libpq, freed with its last row.
///
/// `@unchecked Sendable`: a `PGresult` is not changed once it has been returned, and threads may share it (libpq, "Behavior in
/// Threaded Programs").
final class PostgresResult: @unchecked Sendable {
  let pointer: OpaquePointer
  let rowCount: Int

  init(_ pointer: OpaquePointer) {
    self.pointer = pointer
    rowCount = Int(PQntuples(pointer))
  }

  deinit {
    PQclear(pointer)
  }
}
