import CPostgres

/// Why Postgres did not do what it was asked: its own words, and what can be done about it.
public struct PostgresError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The five characters of SQL's error code (Postgres manual, appendix A). `08001`: no connection could be made; `08006`:
  /// the connection was lost, and whether a running COMMIT took place is not known.
  public var sqlState: String
  /// What happened, in one line.
  public var message: String
  /// More about it, such as the key that was there already.
  public var detail: String?
  /// What Postgres suggests.
  public var hint: String?
  /// The constraint that was violated.
  public var constraint: String?
  /// The table it is about.
  public var table: String?
  /// The column it is about.
  public var column: String?
  /// The place in the statement's text, counted in characters from 1.
  public var position: Int?
  /// Whether the connection cannot be used any more: make a new one.
  public var isConnectionLost: Bool

  /// An error found on this side of the connection.
  init(sqlState: String, message: String, isLost: Bool = false) {
    self.sqlState = sqlState
    self.message = message
    isConnectionLost = isLost
  }

  /// Whether the same transaction may succeed when it is run again, on a new connection if this one is lost.
  public var isRetriable: Bool {
    if isConnectionLost || isPlanOutdated { return true }
    return switch sqlState {
    case "40001", "40P01": true  // serialization failure, deadlock
    case "55P03", "57014": true  // a lock was not to be had, a time limit struck
    default: sqlState.hasPrefix("08") || sqlState.hasPrefix("53") || sqlState.hasPrefix("57P")
    }
  }

  /// Whether a row with the same key was there already.
  public var isUniqueViolation: Bool { sqlState == "23505" }

  /// Whether a prepared statement no longer fits the tables it reads, or is not there any more.
  var isPlanOutdated: Bool {
    sqlState == "26000" || (sqlState == "0A000" && message.contains("cached plan"))
  }

  /// One line for a log: code, message, and what else Postgres said.
  public var description: String {
    var parts = ["Postgres \(sqlState): \(message)"]
    if let detail { parts.append(detail) }
    if let hint { parts.append(hint) }
    if let constraint { parts.append("Constraint \(constraint).") }
    if let position { parts.append("At character \(position).") }
    return parts.joined(separator: " ")
  }
}

extension PostgresError {
  /// What a failed result, or the connection if there is no result, says.
  init(result: OpaquePointer?, connection: OpaquePointer) {
    let isBroken = PQstatus(connection) != CONNECTION_OK
    func field(_ code: Character) -> String? {
      guard let result, let ascii = code.asciiValue, let text = PQresultErrorField(result, Int32(ascii)) else {
        return nil
      }
      return String(cString: text)
    }
    let severity = field("V")
    let text = String(cString: PQerrorMessage(connection))
    self.init(
      sqlState: field("C") ?? (isBroken ? "08006" : "XX000"), message: field("M") ?? firstSentences(text),
      isLost: isBroken || severity == "FATAL" || severity == "PANIC")
    detail = field("D")
    hint = field("H")
    constraint = field("n")
    table = field("t")
    column = field("c")
    position = field("P").flatMap { Int($0) }
  }

  /// Why no connection could be made.
  init(connecting connection: OpaquePointer?) {
    let text = connection.map { firstSentences(String(cString: PQerrorMessage($0))) } ?? "There is no memory for it."
    self.init(sqlState: "08001", message: text, isLost: true)
  }
}

/// libpq's message in one line.
private func firstSentences(_ text: String) -> String {
  text.split(whereSeparator: \.isNewline).map { $0.drop { $0 == "\t" || $0 == " " } }.joined(separator: " ")
}
