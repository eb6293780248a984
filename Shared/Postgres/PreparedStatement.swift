import CPostgres

/// A statement that Postgres has parsed and will run again.
struct PreparedStatement {
  let name: String
  let parameterTypes: [Oid]
  let columnTypes: [Oid]

  /// Reads what libpq has been told about a statement.
  init(name: String, description: OpaquePointer) {
    self.name = name
    parameterTypes = (0..<PQnparams(description)).map { PQparamtype(description, $0) }
    columnTypes = (0..<PQnfields(description)).map { PQftype(description, $0) }
  }
}

/// The prepared statements of one connection, found by their text.
struct PreparedStatements {
  /// One text is prepared once for each set of array types it is used with; in practice, once.
  struct Key: Hashable {
    let sql: String
    let statedTypes: [Oid]
  }

  /// So many statements are kept; a program has fewer, unless it puts values into its texts.
  static let limit = 500

  private var known: [Key: PreparedStatement] = [:]
  private var namesGiven = 0

  var isFull: Bool { known.count >= Self.limit }

  subscript(key: Key) -> PreparedStatement? {
    get { known[key] }
    set { known[key] = newValue }
  }

  /// A name no statement of this connection has had.
  mutating func nextName() -> String {
    namesGiven += 1
    return "s\(namesGiven)"
  }

  mutating func forgetAll() {
    known.removeAll()
  }
}
