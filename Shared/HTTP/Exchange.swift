import CMicroHTTP
import Synchronization

/// One request and its answer, from the first line until the last byte is sent.
///
/// `@unchecked Sendable`: libmicrohttpd calls for one request from one thread at a time, and only those calls touch what is not
/// in the mutex. A suspended connection stays valid until it is resumed, and `stage` sees to it that this happens once.
final class Exchange: @unchecked Sendable {
  /// How far the answer is; shared with the thread that answers.
  private enum Stage {
    case receiving
    case handling
    case suspended
    case answered(HTTPResponse)
    case finished
  }

  private let traffic: Traffic
  private let connection: OpaquePointer
  private let startedAt = ContinuousClock.now
  private let id = requestID()
  private let path: String
  private let rawQuery: String
  private let stage = Mutex(Stage.receiving)

  private var method = ""
  private var route: Router.Route?
  private var pathParameters: [String: String] = [:]
  private var headers = HTTPHeaders()
  private var isBegun = false
  private var isHandled = false
  private var bodyLimitBytes = 0
  private var body: [UInt8] = []
  private var countedBytes = 0
  private var discardedBytes = 0
  private var refusal: HTTPProblem?
  private var status = 0

  init(traffic: Traffic, connection: OpaquePointer, target: String) {
    self.traffic = traffic
    self.connection = connection
    let cut = target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex
    path = String(target[..<cut])
    rawQuery = String(target[cut...].dropFirst())
  }

  /// One call of the library: the header first, then each piece of the body, then the end, and once more after a suspension.
  func proceed(method: String, bytes: UnsafeRawBufferPointer) -> MHD_Result {
    if !isBegun {
      isBegun = true
      self.method = method
      return begin()
    }
    return bytes.isEmpty ? answerOrHandle() : receive(bytes)
  }

  /// The answer, from any thread. Only the first counts.
  func answer(_ response: HTTPResponse) {
    stage.withLock { stage in
      switch stage {
      case .receiving, .handling: stage = .answered(response)
      case .suspended:
        stage = .answered(response)
        // Within the lock, so that a server which stops finds no connection that is answered and yet suspended.
        MHD_resume_connection(connection)
      case .answered, .finished: break
      }
    }
  }

  /// The library is done with the request, answered or not.
  func finish() {
    stage.withLock { $0 = .finished }
    traffic.release(bytes: countedBytes)
    // Last, because a server that stops waits for it.
    defer { traffic.leave(self, wasHandled: isHandled) }
    guard status != 0, let onAccess = traffic.configuration.onAccess else { return }
    let duration = (ContinuousClock.now - startedAt).components
    onAccess(
      HTTPAccess(
        method: method, route: route?.pattern ?? "", status: status,
        seconds: Double(duration.seconds) + Double(duration.attoseconds) / 1e18))
  }

  private func begin() -> MHD_Result {
    _ = MHD_get_connection_values(connection, .HEADER_KIND, addHeader, Unmanaged.passUnretained(self).toOpaque())
    let length = headers["Content-Length"].flatMap { Int($0) } ?? 0
    bodyLimitBytes = traffic.configuration.bodyLimitBytes
    do throws(HTTPProblem) {
      let match = try traffic.router.match(method, path)
      route = match.route
      pathParameters = match.parameters
      bodyLimitBytes = match.route.bodyLimitBytes ?? bodyLimitBytes
      if length > bodyLimitBytes { throw HTTPProblem.tooLarge(limitBytes: bodyLimitBytes) }
      body.reserveCapacity(min(length, 4 * 1024 * 1024))
    } catch {
      refusal = error
    }
    // A client that asks before it sends its body is refused at once, and so is one that would send too much to read away.
    // Any other is refused after its body: closing a connection with unread bytes can lose the answer.
    if let refusal, headers["Expect"] != nil || length > discardLimitBytes { return queue(refusal.response) }
    return .YES
  }

  private var discardLimitBytes: Int { 4 * bodyLimitBytes + 16 * 1024 * 1024 }

  private func receive(_ bytes: UnsafeRawBufferPointer) -> MHD_Result {
    guard ContinuousClock.now - startedAt < .seconds(traffic.configuration.bodyTimeoutSeconds) else { return .NO }
    if refusal == nil {
      if body.count + bytes.count > bodyLimitBytes {
        refuse(.tooLarge(limitBytes: bodyLimitBytes))
      } else if !traffic.take(bytes: bytes.count) {
        refuse(.overloaded)
      } else {
        countedBytes += bytes.count
        body.append(contentsOf: bytes)
        return .YES
      }
    }
    discardedBytes += bytes.count
    return discardedBytes <= discardLimitBytes ? .YES : .NO
  }

  private func refuse(_ problem: HTTPProblem) {
    refusal = problem
    traffic.release(bytes: countedBytes)
    countedBytes = 0
    body = []
  }

  private func answerOrHandle() -> MHD_Result {
    let isNew = stage.withLock { stage in
      guard case .receiving = stage else { return false }
      stage = .handling
      return true
    }
    if isNew {
      if let refusal { answer(refusal.response) } else { handle() }
    }
    let answered: HTTPResponse? = stage.withLock { stage in
      switch stage {
      case .answered(let response): return response
      default:
        stage = .suspended
        // Within the lock, so that an answer on another thread cannot resume before this.
        MHD_suspend_connection(connection)
        return nil
      }
    }
    return answered.map(queue) ?? .YES
  }

  private func handle() {
    isHandled = true
    traffic.beginHandling()
    guard let route else { preconditionFailure("A request without a route is handled.") }
    let request = HTTPRequest(
      id: id, method: method, path: path, query: decodedQuery(rawQuery), rawQuery: rawQuery, headers: headers,
      body: body,
      pathParameters: pathParameters, route: route.pattern, remote: hostText(earned_http_client(connection)))
    body = []
    route.handler(request, HTTPResponder(self))
  }

  private func queue(_ response: HTTPResponse) -> MHD_Result {
    let prepared = response.body.withUnsafeBytes { bytes in
      MHD_create_response_from_buffer(
        bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), .RESPMEM_MUST_COPY)
    }
    guard let prepared else { return .NO }
    defer { MHD_destroy_response(prepared) }
    for (name, value) in response.headers {
      // The library refuses a field with a line break in it, and the answer goes without it rather than be split in two.
      MHD_add_response_header(prepared, name, value)
    }
    if response.headers["Request-Id"] == nil { MHD_add_response_header(prepared, "Request-Id", id) }
    if traffic.isStopping { MHD_add_response_header(prepared, "Connection", "close") }
    status = response.status
    return MHD_queue_response(connection, UInt32(response.status), prepared)
  }

  fileprivate func add(header name: String, _ value: String) {
    headers.add(name, value)
  }
}

/// Called by libmicrohttpd for each header field.
private func addHeader(
  _ exchange: UnsafeMutableRawPointer?, _: MHD_ValueKind, _ name: UnsafePointer<CChar>?, _ value: UnsafePointer<CChar>?
) -> MHD_Result {
  guard let exchange, let name else { return .NO }
  Unmanaged<Exchange>.fromOpaque(exchange).takeUnretainedValue()
    .add(header: String(cString: name), value.map { String(cString: $0) } ?? "")
  return .YES
}

/// The pairs of a query; one that cannot be decoded stays as it was sent.
private func decodedQuery(_ query: String) -> [(name: String, value: String)] {
  guard !query.isEmpty else { return [] }
  return rawPairs(query.utf8).map { pair in
    let decode = { (bytes: ArraySlice<UInt8>) in
      percentDecoded(bytes, plusIsBlank: true) ?? String(decoding: bytes, as: UTF8.self)
    }
    return (decode(pair.name), decode(pair.value))
  }
}

/// `req_` and sixteen random letters and digits.
private func requestID() -> String {
  let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
  var generator = SystemRandomNumberGenerator()
  var id = Array("req_".utf8)
  for _ in 0..<2 {
    var number = generator.next() as UInt64
    for _ in 0..<8 {
      id.append(alphabet[Int(number % 62)])
      number /= 62
    }
  }
  return String(decoding: id, as: UTF8.self)
}
