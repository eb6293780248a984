import CPostgres

/// What a transaction sees of others that run at the same time.
public enum PostgresIsolation: String, Sendable {
  /// Each statement sees what was committed before it: Postgres's default.
  case readCommitted = "READ COMMITTED"
  /// All statements see what was committed before the first.
  case repeatableRead = "REPEATABLE READ"
  /// As if transactions ran one after another; may throw `40001`, and is then to be run again.
  case serializable = "SERIALIZABLE"
}

extension PostgresConnection {
  /// Runs a function in a transaction: commits what it did when it returns, undoes it when it throws.
  ///
  /// - Throws: what the function throws, or why the commit failed. If the connection is lost during COMMIT, whether it took
  ///   place is not known: `isConnectionLost` is true, and the caller reads its position again.
  @discardableResult
  public func transaction<Result>(
    isolation: PostgresIsolation = .readCommitted, isReadOnly: Bool = false, _ body: () throws -> Result
  ) throws -> Result {
    precondition(!isInTransaction, "A transaction is begun within another on the same connection.")
    try script(begin(isolation, isReadOnly))
    isInTransaction = true
    defer { isInTransaction = false }
    let result: Result
    do {
      result = try body()
    } catch {
      rollBack()
      throw error
    }
    try commit()
    return result
  }

  private func begin(_ isolation: PostgresIsolation, _ isReadOnly: Bool) -> String {
    if isolation == .readCommitted && !isReadOnly { return "BEGIN" }
    return "BEGIN ISOLATION LEVEL \(isolation.rawValue)" + (isReadOnly ? " READ ONLY" : "")
  }

  private func commit() throws(PostgresError) {
    try exclusively { connection throws(PostgresError) in
      let result = try checked(PQexec(connection, "COMMIT"), on: connection)
      defer { PQclear(result) }
      // COMMIT of a transaction in which a statement has failed, and whose error someone has caught, succeeds as a ROLLBACK.
      guard String(cString: PQcmdStatus(result)) == "COMMIT" else {
        throw PostgresError(
          sqlState: "25P02", message: "The transaction was rolled back, because an error in it had been ignored.")
      }
    }
  }

  private func rollBack() {
    guard isUsable else { return }
    do {
      try script("ROLLBACK")
    } catch {
      // The caller has an error already; a connection on which even this fails must not be used again.
      isBroken = true
    }
  }
}
