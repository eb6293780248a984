import JSON

/// Why a request is refused, in the shape every error of the interface has: `{"error":{"type","code","message","param","doc_url"}}`.
public struct HTTPProblem: Error, Sendable, Hashable {
  /// The kinds of errors that clients tell apart.
  public enum Kind: String, Sendable, Hashable {
    /// The request is wrong: sending it again will not help.
    case invalidRequest = "invalid_request_error"
    /// An idempotency key was used for something else.
    case idempotency = "idempotency_error"
    /// The server failed: sending it again may help.
    case api = "api_error"
  }

  /// The status code.
  public var status: Int
  /// `type` in the answer.
  public var kind: Kind
  /// A word that programs can look for: `resource_missing`.
  public var code: String
  /// A sentence for a person.
  public var message: String
  /// The parameter it is about: `items[0][amount]`.
  public var param: String?
  /// Where this error is explained.
  public var docURL: String?
  /// Further header fields of the answer.
  public var headers: HTTPHeaders

  /// A refusal; the request is wrong unless something else is said.
  public init(
    status: Int = 400, _ kind: Kind = .invalidRequest, code: String, _ message: String, param: String? = nil,
    docURL: String? = nil, headers: HTTPHeaders = [:]
  ) {
    self.status = status
    self.kind = kind
    self.code = code
    self.message = message
    self.param = param
    self.docURL = docURL
    self.headers = headers
  }

  /// The answer that says so.
  public var response: HTTPResponse {
    var json = JSONWriter()
    json.object { json in
      json.name("error")
      json.object { json in
        json.member("type", kind.rawValue)
        json.member("code", code)
        json.member("message", message)
        if let param { json.member("param", param) }
        if let docURL { json.member("doc_url", docURL) }
      }
    }
    var response = HTTPResponse.json(json.bytes, status: status)
    for (name, value) in headers { response.headers.add(name, value) }
    return response
  }
}

extension HTTPProblem {
  static func tooLarge(limitBytes: Int) -> HTTPProblem {
    HTTPProblem(status: 413, code: "body_too_large", "The body is larger than the \(limitBytes) bytes allowed here.")
  }

  static func noRoute(_ method: String, _ path: String) -> HTTPProblem {
    HTTPProblem(status: 404, code: "url_unknown", "Unrecognized request URL (\(method): \(path)).")
  }

  static func wrongMethod(_ method: String, _ path: String, allowed: [String]) -> HTTPProblem {
    let list = allowed.joined(separator: ", ")
    return HTTPProblem(
      status: 405, code: "method_not_allowed", "\(path) does not answer \(method), but \(list).",
      headers: ["Allow": list])
  }

  static let malformedPath = HTTPProblem(
    status: 400, code: "url_malformed", "The path has a percent sign without two hexadecimal digits, or is not UTF-8.")

  static let overloaded = HTTPProblem(
    status: 429, code: "rate_limit", "Too many bytes are being received at once; try again.",
    headers: ["Retry-After": "1", "Stripe-Should-Retry": "true"])

  static let stopping = HTTPProblem(
    status: 503, .api, code: "stopping", "The server is stopping, and whether this request took effect is not known.")

  static let unanswered = HTTPProblem(
    status: 500, .api, code: "internal_error", "The server has failed to answer this request.")
}
