/// What is answered.
public struct HTTPResponse: Sendable {
  /// The status code.
  public var status: Int
  /// Further header fields; the length, the date and `Request-Id` are added by the server.
  public var headers: HTTPHeaders
  /// The body's bytes.
  public var body: [UInt8]

  /// An answer.
  public init(status: Int = 200, headers: HTTPHeaders = [:], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// An answer in JSON that is written already.
  public static func json(_ body: [UInt8], status: Int = 200) -> HTTPResponse {
    HTTPResponse(status: status, headers: ["Content-Type": "application/json"], body: body)
  }

  /// An answer in text of a given media type, in UTF-8.
  public static func text(
    _ body: String, type: String = "text/plain; charset=utf-8", status: Int = 200
  ) -> HTTPResponse {
    HTTPResponse(status: status, headers: ["Content-Type": type], body: Array(body.utf8))
  }

  /// A page.
  public static func html(_ body: String, status: Int = 200) -> HTTPResponse {
    text(body, type: "text/html; charset=utf-8", status: status)
  }
}
