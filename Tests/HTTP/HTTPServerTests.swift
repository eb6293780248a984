import Dispatch
import HTTP
import Synchronization
import Testing

@Suite("A server on a free port", .timeLimit(.minutes(1)))
struct HTTPServerTests {
  /// A server with routes that say back what they were asked.
  static func server(change: (inout HTTPConfiguration) -> Void = { _ in }) throws -> HTTPServer {
    var configuration = HTTPConfiguration(port: 0, bodyLimitBytes: 1000)
    change(&configuration)
    var routes = Router()
    routes.on(.get, "/v1/contracts/{id}") { request in
      .text("\(request.route) \(request.pathParameter("id")) \(request.query.map { "\($0.name)=\($0.value)" })")
    }
    routes.on(.get, "/v1/contracts/all") { _ in .text("all") }
    routes.on(.delete, "/v1/contracts/{id}") { _ in HTTPResponse(status: 204) }
    routes.on(.get, "/files/{path...}") { request in .text(request.pathParameter("path")) }
    routes.on(.post, "/echo") { request in
      HTTPResponse(headers: ["X-Length": "\(request.body.count)"], body: request.body)
    }
    routes.on(.post, "/large", bodyLimitBytes: 30_000_000) { request in .text("\(request.body.count)") }
    routes.on(.get, "/refused") { _ throws(HTTPProblem) in
      throw HTTPProblem(status: 402, code: "no_money", "There is \"none\".", param: "items[0][amount]")
    }
    routes.on(.get, "/key") { request in .text("\(request.credentials ?? "none") \(request.remote)") }
    routes.on(.get, "/own-id") { _ in HTTPResponse(headers: ["Request-Id": "req_mine", "X-Bad": "a\r\nX-Split: b"]) }
    routes.on(.get, "/forgotten") { _, _ in }
    routes.on(.get, "/later") { request, responder in
      DispatchQueue.global().async {
        responder.respond(.text("later \(request.query("n") ?? "")"))
        responder.respond(.text("too late"))
      }
    }
    return try HTTPServer(configuration: configuration, routes: routes)
  }

  @Test(
    "A route is found by method and path, and its parts are decoded",
    arguments: [
      ("GET", "/v1/contracts/ct_1", 200, "/v1/contracts/{id} ct_1 []"),
      ("GET", "/v1/contracts/a%2Fb%20c?x=1&y=a+b%26", 200, #"/v1/contracts/{id} a/b c ["x=1", "y=a b&"]"#),
      ("GET", "/v1/contracts/x?y=%zz", 200, #"/v1/contracts/{id} x ["y=%zz"]"#),
      ("GET", "/v1/contracts/all", 200, "all"),
      ("GET", "/files/a/b.css", 200, "a/b.css"),
      ("DELETE", "/v1/contracts/ct_1", 204, ""),
    ])
  func routes(method: String, target: String, status: Int, body: String) throws {
    let server = try Self.server()
    defer { server.stop(graceSeconds: 0) }
    let answer = try fetch(method, target, port: server.port)
    #expect(answer.status == status)
    #expect(answer.body == body)
    #expect(answer.headers["request-id"]?.hasPrefix("req_") == true)
    #expect(answer.headers["request-id"]?.count == 20)
  }

  @Test(
    "What no route answers is told in the shape of every error",
    arguments: [
      ("GET", "/", 404, "url_unknown"),
      ("GET", "/v1/contracts", 404, "url_unknown"),
      ("GET", "/v1/contracts/", 404, "url_unknown"),
      ("GET", "/v1/contracts/a/b", 404, "url_unknown"),
      ("GET", "/v1/contracts/%f", 400, "url_malformed"),
      ("GET", "/v1/contracts/%ff", 400, "url_malformed"),
      ("PUT", "/v1/contracts/a", 405, "method_not_allowed"),
      ("BREW", "/v1/contracts/a", 405, "method_not_allowed"),
      ("GET", "/refused", 402, "no_money"),
      ("GET", "/forgotten", 500, "internal_error"),
    ])
  func errors(method: String, target: String, status: Int, code: String) throws {
    let server = try Self.server()
    defer { server.stop(graceSeconds: 0) }
    let answer = try fetch(method, target, port: server.port)
    #expect(answer.status == status)
    #expect(answer.headers["content-type"] == "application/json")
    #expect(answer.headers["request-id"]?.hasPrefix("req_") == true)
    #expect(
      answer.body.hasPrefix(
        #"{"error":{"type":"\#(status == 500 ? "api_error" : "invalid_request_error")","code":"\#(code)","#))
    #expect(answer.headers["allow"] == (status == 405 ? "GET, DELETE, HEAD" : nil))
  }

  @Test("An error says its message and parameter")
  func problem() throws {
    let server = try Self.server()
    defer { server.stop(graceSeconds: 0) }
    let answer = try fetch("GET", "/refused", port: server.port)
    let expected =
      #"{"error":{"type":"invalid_request_error","code":"no_money","message":"There is \"none\".","param":"items[0][amount]"}}"#
    #expect(answer.body == expected)
  }

  @Test("HEAD is answered as GET, without the body")
  func head() throws {
    let server = try Self.server()
    defer { server.stop(graceSeconds: 0) }
    var client = try TestClient(port: server.port)
    try client.send(requestText("HEAD", "/v1/contracts/all") + requestText("GET", "/v1/contracts/all"))
    let head = try client.receive(hasBody: false)
    #expect(head.status == 200)
    #expect(head.headers["content-length"] == "3")
    #expect(try client.receive().body == "all")
  }

  @Test("A connection serves one request after another, also when answers come later")
  func keepAlive() throws {
    let server = try Self.server()
    defer { server.stop(graceSeconds: 0) }
    var client = try TestClient(port: server.port)
    for n in 0..<50 {
      try client.send(requestText("GET", "/later?n=\(n)"))
      #expect(try client.receive().body == "later \(n)")
    }
    // Sent all at once, they are answered in order.
    try client.send((0..<20).map { requestText("GET", "/later?n=\($0)") }.joined())
    for n in 0..<20 { #expect(try client.receive().body == "later \(n)") }
  }

  @Test("A body comes whole, however it is cut, and up to the limit")
  func body() throws {
    let server = try Self.server()
    defer { server.stop(graceSeconds: 0) }
    let text = String(repeating: "ab", count: 500)
    #expect(try fetch("POST", "/echo", body: text, port: server.port).body == text)
    #expect(try fetch("POST", "/echo", body: "", port: server.port).headers["x-length"] == "0")
    #expect(try fetch("POST", "/echo", port: server.port).headers["x-length"] == "0")

    var slow = try TestClient(port: server.port)
    for byte in requestText("POST", "/echo", body: "slowly") { try slow.send(String(byte)) }
    #expect(try slow.receive().body == "slowly")

    var chunked = try TestClient(port: server.port)
    try chunked.send(requestText("POST", "/echo", headers: ["Transfer-Encoding": "chunked"]))
    try chunked.send("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
    #expect(try chunked.receive().body == "abcde")
  }

  @Test("A body above the limit is refused, whether its length is told or not, and the connection goes on")
  func largeBody() throws {
    let server = try Self.server()
    defer { server.stop(graceSeconds: 0) }
    let tooLarge = String(repeating: "x", count: 1001)
    var client = try TestClient(port: server.port)
    try client.send(requestText("POST", "/echo", body: tooLarge))
    let answer = try client.receive()
    #expect(answer.status == 413)
    #expect(answer.body.contains(#""code":"body_too_large""#))
    #expect(answer.headers["request-id"] != nil)
    try client.send(requestText("POST", "/echo", headers: ["Transfer-Encoding": "chunked"]))
    try client.send("3e9\r\n\(tooLarge)\r\n0\r\n\r\n")
    #expect(try client.receive().status == 413)
    try client.send(requestText("POST", "/echo", body: "ok"))
    #expect(try client.receive().body == "ok")

    let route = String(repeating: "x", count: 20_000_000)
    #expect(try fetch("POST", "/large", body: route, port: server.port).body == "20000000")
  }

  @Test("A client that asks before it sends too large a body is refused at once")
  func expectation() throws {
    let server = try Self.server()
    defer { server.stop(graceSeconds: 0) }
    var client = try TestClient(port: server.port)
    try client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n")
    #expect(try client.receive().status == 413)
    var fine = try TestClient(port: server.port)
    try fine.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
    #expect(try fine.receive().status == 100)
    try fine.send("ok")
    #expect(try fine.receive().body == "ok")
  }

  @Test("All bodies together have a limit too, until they are answered")
  func totalLimit() throws {
    let arrived = DispatchSemaphore(value: 0)
    let held = Mutex<HTTPResponder?>(nil)
    var routes = Router()
    routes.on(.post, "/held") { _, responder in
      held.withLock { $0 = responder }
      arrived.signal()
    }
    routes.on(.post, "/echo") { request in HTTPResponse(body: request.body) }
    var configuration = HTTPConfiguration(port: 0)
    configuration.totalBodyLimitBytes = 900
    let server = try HTTPServer(configuration: configuration, routes: routes)
    defer { server.stop(graceSeconds: 0) }

    let body = String(repeating: "x", count: 500)
    var first = try TestClient(port: server.port)
    try first.send(requestText("POST", "/held", body: body))
    arrived.wait()
    let refused = try fetch("POST", "/echo", body: body, port: server.port)
    #expect(refused.status == 429)
    #expect(refused.headers["retry-after"] == "1")
    held.withLock { $0 }?.respond(HTTPResponse())
    #expect(try first.receive().status == 200)
    // The bytes are free again once the library has let go of the request, which is after its answer.
    while try fetch("POST", "/echo", body: body, port: server.port).status != 200 {}
  }

  @Test("Connections beyond the limit are closed, and there is room again when others go")
  func connectionLimit() throws {
    let server = try Self.server { $0.connectionLimit = 4 }
    defer { server.stop(graceSeconds: 0) }
    do {
      var first = try TestClient(port: server.port)
      var second = try TestClient(port: server.port)
      var third = try TestClient(port: server.port)
      var fourth = try TestClient(port: server.port)
      var fifth = try TestClient(port: server.port)
      #expect(try fifth.isClosedByServer())
      let request = requestText("GET", "/v1/contracts/all")
      try first.send(request)
      try second.send(request)
      try third.send(request)
      try fourth.send(request)
      #expect(try first.receive().body == "all")
      #expect(try second.receive().body == "all")
      #expect(try third.receive().body == "all")
      #expect(try fourth.receive().body == "all")
    }
    while (try? fetch("GET", "/v1/contracts/all", port: server.port).body) != "all" {}
  }

  @Test(
    "A malformed request is refused or its connection closed, and the server goes on",
    arguments: [
      "\r\n\r\n\r\n\r\n", "nonsense\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n",
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n",
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n",
      "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      "GET /LONG HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\nX: LONG\r\n\r\n",
    ])
  func malformed(request: String) throws {
    let server = try Self.server { $0.idleTimeoutSeconds = 1 }
    defer { server.stop(graceSeconds: 0) }
    var client = try TestClient(port: server.port)
    // The server may close before all is sent, or answer nothing: neither is what this test is about.
    try? client.send(request.split(separator: "LONG").joined(separator: String(repeating: "a", count: 300_000)))
    if let answer = try? client.receive() { #expect((400...505).contains(answer.status)) }
    #expect(try fetch("GET", "/v1/contracts/all", port: server.port).body == "all")
  }

  @Test("A client that goes away in its body, or before its answer, does no harm")
  func goneClients() throws {
    let server = try Self.server()
    defer { server.stop(graceSeconds: 0) }
    for _ in 0..<20 {
      try TestClient(port: server.port).send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
      try TestClient(port: server.port).send(requestText("GET", "/later?n=1"))
    }
    #expect(try fetch("GET", "/v1/contracts/all", port: server.port).body == "all")
    server.stop(graceSeconds: 5)
  }

  @Test("A silent connection is closed after its time, and so is a body that never comes to its end")
  func timeouts() throws {
    let server = try Self.server {
      $0.idleTimeoutSeconds = 1
      $0.bodyTimeoutSeconds = 0
    }
    defer { server.stop(graceSeconds: 0) }
    var silent = try TestClient(port: server.port)
    #expect(try silent.isClosedByServer())
    var slow = try TestClient(port: server.port)
    try slow.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n")
    try slow.send("abc")
    #expect(try slow.isClosedByServer())
  }

  @Test(
    "The key is read from either form of authorization",
    arguments: [
      ("Bearer sk_test_1", "sk_test_1"), ("bearer  sk_test_1 ", "sk_test_1"), ("Basic c2tfdGVzdF8xOg==", "sk_test_1"),
      ("basic c2tfdGVzdF8xOnNlY3JldA", "sk_test_1"), ("Basic", "none"), ("Basic c2tfdGVzdF8x", "none"),
      ("Basic Og==", "none"),
      ("Basic !", "none"), ("Basic /zo=", "none"), ("Digest x", "none"), ("Bearer ", "none"), ("", "none"),
    ])
  func credentials(header: String, key: String) throws {
    let server = try Self.server()
    defer { server.stop(graceSeconds: 0) }
    #expect(try fetch("GET", "/key", headers: ["Authorization": header], port: server.port).body == "\(key) 127.0.0.1")
  }

  @Test("A response may name its own request id, and cannot be split by a line break")
  func headers() throws {
    let server = try Self.server()
    defer { server.stop(graceSeconds: 0) }
    let answer = try fetch("GET", "/own-id", port: server.port)
    #expect(answer.headers["request-id"] == "req_mine")
    #expect(answer.headers["x-split"] == nil)
  }

  @Test("Many clients at once are all answered, each with its own")
  func concurrency() throws {
    let counted = Mutex(0)
    let server = try Self.server {
      $0.onAccess = { access in
        precondition(access.route == "/later" && access.status == 200 && access.seconds > 0)
        counted.withLock { $0 += 1 }
      }
    }
    let wrong = Mutex<[String]>([])
    atOnce(64) { client in
      do {
        var connection = try TestClient(port: server.port)
        for n in 0..<50 {
          try connection.send(requestText("GET", "/later?n=\(client)-\(n)"))
          let body = try connection.receive().body
          if body != "later \(client)-\(n)" { wrong.withLock { $0.append(body) } }
        }
      } catch {
        wrong.withLock { $0.append("\(error)") }
      }
    }
    #expect(wrong.withLock { $0 } == [])
    server.stop(graceSeconds: 5)
    #expect(counted.withLock { $0 } == 64 * 50)
  }

  @Test("A port that is taken is named")
  func portTaken() throws {
    let server = try Self.server()
    defer { server.stop(graceSeconds: 0) }
    let error = #expect(throws: HTTPServerError.self) { try Self.server { $0.port = server.port } }
    #expect(error == .addressInUse(host: "127.0.0.1", port: server.port))
    #expect(error?.description == "127.0.0.1:\(server.port) is in use by another program.")
    #expect(throws: HTTPServerError.self) { try Self.server { $0.host = "192.0.2.1" } }
    #expect(throws: HTTPServerError.self) { try Self.server { $0.host = "no such host" } }
  }
}
