import CPostgres
import Glibc
import Synchronization

/// One connection to Postgres, used from one queue at a time: calls block until the answer is there.
///
/// `@unchecked Sendable`: libpq allows a connection to any thread, but to one at a time. That is checked at each call, and a
/// program that breaks it is stopped.
public final class PostgresConnection: @unchecked Sendable {
  private var handle: OpaquePointer?
  private let cancellation: OpaquePointer?
  private let notices: NoticeSink
  private let isInUse = Atomic(false)
  var isBroken = false
  var statements = PreparedStatements()
  var isInTransaction = false

  /// Connects.
  ///
  /// - Parameters:
  ///   - conninfo: libpq's connection string, as keywords (`host=… dbname=…`) or as a URI.
  ///   - applicationName: what `pg_stat_activity` shows.
  ///   - schema: the one schema in which names without a schema are found; nil leaves the role's search path.
  ///   - options: settings of the session, such as `["idle_in_transaction_session_timeout": "8s"]`.
  ///   - onNotice: called with each notice or warning of the server, on the thread that uses the connection.
  /// - Throws: `08001` if no connection can be made, or why a setting was refused.
  public init(
    _ conninfo: String, applicationName: String, schema: String? = nil, options: [String: String] = [:],
    onNotice: @escaping @Sendable (String) -> Void = { _ in }
  ) throws(PostgresError) {
    notices = NoticeSink(onNotice)
    // The connection string overrides what stands before it, and is overridden by what stands after it.
    let parameters = [
      ("connect_timeout", "5"), ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
      ("tcp_user_timeout", "20000"), ("dbname", conninfo), ("application_name", applicationName),
      ("client_encoding", "UTF8"),
    ]
    let opened = connect(parameters)
    guard let opened, PQstatus(opened) == CONNECTION_OK else {
      defer { PQfinish(opened) }
      throw PostgresError(connecting: opened)
    }
    handle = opened
    cancellation = PQgetCancel(opened)
    notices.attach(to: opened)
    var settings = options
    if let schema { settings["search_path"] = quoted(schema) }
    for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
      _ = try run("SELECT set_config($1, $2, false)", [.text(name), .text(value)])
    }
  }

  deinit {
    PQfreeCancel(cancellation)
    PQfinish(handle)
  }

  /// Whether statements can be sent: false once the connection is lost or closed. Then make a new one.
  public var isUsable: Bool { handle.map { PQstatus($0) == CONNECTION_OK && !isBroken } ?? false }

  /// Runs a statement and returns its rows. It is prepared once for this connection and found again by its text.
  ///
  /// - Parameters:
  ///   - sql: one statement, with `$1`, `$2`, … for the parameters.
  ///   - parameters: their values, in that order.
  public func query(_ sql: String, _ parameters: [PostgresValue] = []) throws(PostgresError) -> PostgresRows {
    do throws(PostgresError) {
      return try run(sql, parameters)
    } catch {
      // A table has been altered under a prepared statement. Outside a transaction nothing has happened yet: prepare it
      // anew. Within one, the whole transaction has failed, and it is its caller who can run it again.
      guard error.isPlanOutdated else { throw error }
      statements.forgetAll()
      guard isUsable, !isInTransaction else { throw error }
      return try run(sql, parameters)
    }
  }

  /// Runs a statement and returns the number of rows it touched.
  @discardableResult
  public func execute(_ sql: String, _ parameters: [PostgresValue] = []) throws(PostgresError) -> Int {
    try query(sql, parameters).affectedRows
  }

  /// Runs several statements without parameters, all or none if they do not say BEGIN themselves.
  public func script(_ sql: String) throws(PostgresError) {
    try exclusively { connection throws(PostgresError) in
      PQclear(try checked(PQexec(connection, sql), on: connection))
    }
  }

  /// Asks the server to end the statement that another thread is running here; that call then throws `57014`.
  public func cancel() {
    // `PQcancel` is made to be called from any thread; whether the request arrives is not known, so its answer says nothing.
    var message = [CChar](repeating: 0, count: 256)
    _ = PQcancel(cancellation, &message, Int32(message.count))
  }

  /// Closes the connection. What is called afterwards throws `08003`.
  public func close() {
    claim()
    defer { release() }
    PQfinish(handle)
    handle = nil
  }

  private func run(_ sql: String, _ parameters: [PostgresValue]) throws(PostgresError) -> PostgresRows {
    try exclusively { connection throws(PostgresError) in
      let statement = try prepared(sql, parameters.map(\.statedType), on: connection)
      let encoded = try EncodedParameters(parameters, as: statement.parameterTypes)
      let result = encoded.withPointers { values, lengths, formats in
        PQexecPrepared(connection, statement.name, Int32(parameters.count), values, lengths, formats, 1)
      }
      return PostgresRows(result: PostgresResult(try checked(result, on: connection)))
    }
  }

  /// The statement of a text, prepared now unless it has been before.
  func prepared(
    _ sql: String, _ statedTypes: [Oid], on connection: OpaquePointer
  ) throws(PostgresError) -> PreparedStatement {
    let key = PreparedStatements.Key(sql: sql, statedTypes: statedTypes)
    if let known = statements[key] { return known }
    if statements.isFull {
      statements.forgetAll()
      PQclear(try checked(PQexec(connection, "DEALLOCATE ALL"), on: connection))
    }
    let name = statements.nextName()
    PQclear(try checked(PQprepare(connection, name, sql, Int32(statedTypes.count), statedTypes), on: connection))
    let description = try checked(PQdescribePrepared(connection, name), on: connection)
    defer { PQclear(description) }
    let statement = PreparedStatement(name: name, description: description)
    statements[key] = statement
    return statement
  }

  /// Calls a function with the handle, which no one else uses meanwhile.
  func exclusively<Result>(
    _ body: (OpaquePointer) throws(PostgresError) -> Result
  ) throws(PostgresError) -> Result {
    claim()
    defer { release() }
    guard let handle else { throw PostgresError(sqlState: "08003", message: "The connection is closed.", isLost: true) }
    return try body(handle)
  }

  /// The result if it is a good one, else the error it tells.
  func checked(
    _ result: OpaquePointer?, _ expected: ExecStatusType? = nil, on connection: OpaquePointer
  ) throws(PostgresError) -> OpaquePointer {
    if let result {
      switch PQresultStatus(result) {
      case expected: return result
      case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: if expected == nil { return result }
      default: break
      }
    }
    defer { PQclear(result) }
    let error = PostgresError(result: result, connection: connection)
    if error.isConnectionLost { isBroken = true }
    throw error
  }

  private func claim() {
    let (isFree, _) = isInUse.compareExchange(expected: false, desired: true, ordering: .acquiring)
    precondition(isFree, "A Postgres connection is used by two threads at once, or within its own COPY.")
  }

  private func release() {
    isInUse.store(false, ordering: .releasing)
  }
}

/// Opens a connection with libpq's parameters, in the order given.
private func connect(_ parameters: [(keyword: String, value: String)]) -> OpaquePointer? {
  // The names and values are laid out as C strings that live until libpq has read them.
  let keywords = parameters.map { strdup($0.keyword) }
  let values = parameters.map { strdup($0.value) }
  defer { for text in keywords + values { free(text) } }
  let terminated = (keywords + [nil]).map { UnsafePointer($0) }
  return PQconnectdbParams(terminated, (values + [nil]).map { UnsafePointer($0) }, 1)
}
