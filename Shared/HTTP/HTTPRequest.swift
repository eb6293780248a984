/// One request, whole: its body has been read.
public struct HTTPRequest: Sendable {
  /// What the answer's `Request-Id` header says.
  public var id: String
  /// The method in capitals; HEAD stays HEAD.
  public var method: String
  /// The path as it was sent, escapes and all, without the query.
  public var path: String
  /// The query's names and values, decoded, in order.
  public var query: [(name: String, value: String)]
  /// The query as it was sent, without the question mark; empty if there is none.
  public var rawQuery: String
  /// The header fields.
  public var headers: HTTPHeaders
  /// The body's bytes; at most the route's limit.
  public var body: [UInt8]
  /// The decoded parts of the path that stand where the route's pattern has a name.
  public var pathParameters: [String: String]
  /// The pattern of the route that answers: `/v1/contracts/{id}`.
  public var route: String
  /// The client's address, without the port.
  public var remote: String

  /// The first value of a name in the query.
  public func query(_ name: String) -> String? { query.first { $0.name == name }?.value }

  /// A part of the path by the name it has in the route's pattern.
  public func pathParameter(_ name: String) -> String {
    guard let value = pathParameters[name] else {
      preconditionFailure("The route \(route) has no part named \(name).")
    }
    return value
  }

  /// The media type of the body in lower case, without its parameters; nil if none is told.
  public var contentType: String? {
    headers["Content-Type"].flatMap { value in
      value.split(separator: ";", maxSplits: 1).first.map { trimmed($0).lowercased() }
    }
  }

  /// The key the client shows: the token of `Authorization: Bearer`, or the user name of `Basic` (its password is not
  /// looked at). Nil if there is none, or it cannot be read.
  public var credentials: String? {
    guard let header = headers["Authorization"] else { return nil }
    let parts = header.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
    guard parts.count == 2 else { return nil }
    let value = trimmed(parts[1])
    if sameName(String(parts[0]), "Bearer") { return value.isEmpty ? nil : value }
    guard sameName(String(parts[0]), "Basic"), let pair = bytes(base64: value) else { return nil }
    let user = pair.prefix { $0 != UInt8(ascii: ":") }
    guard !user.isEmpty, user.count < pair.count else { return nil }
    return String(validating: user, as: UTF8.self)
  }
}

/// A text without the blanks around it.
private func trimmed(_ text: some StringProtocol) -> String {
  let isBlank = { (character: Character) in character == " " || character == "\t" }
  let start = text.drop(while: isBlank)
  return String(start.reversed().drop(while: isBlank).reversed())
}
