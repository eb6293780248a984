import Dispatch
import HTTP
import Synchronization
import Testing

@Suite("A server that stops", .timeLimit(.minutes(1)))
struct StopTests {
  /// A server whose requests are answered by the test.
  final class Held: Sendable {
    let arrived = DispatchSemaphore(value: 0)
    private let responders = Mutex<[HTTPResponder]>([])

    func server() throws -> HTTPServer {
      var routes = Router()
      routes.on(.get, "/held") { [self] _, responder in
        responders.withLock { $0.append(responder) }
        arrived.signal()
      }
      return try HTTPServer(configuration: HTTPConfiguration(port: 0), routes: routes)
    }

    func answer(_ text: String) {
      for responder in responders.withLock({ $0 }) { responder.respond(.text(text)) }
    }
  }

  @Test("It finishes the running request, refuses new connections, and closes")
  func graceful() throws {
    let held = Held()
    let server = try held.server()
    var running = try TestClient(port: server.port)
    try running.send(requestText("GET", "/held"))
    held.arrived.wait()
    let stopped = onThread { server.stop(graceSeconds: 30) }
    // New connections are refused as soon as it has begun to stop.
    while (try? fetch("GET", "/none", port: server.port)) != nil {}
    #expect(stopped.wait(timeout: .now()) == .timedOut)
    held.answer("done")
    let answer = try running.receive()
    #expect(answer.body == "done")
    #expect(answer.headers["connection"]?.lowercased() == "close")
    #expect(stopped.wait(timeout: .now() + 10) == .success)
    #expect(try running.isClosedByServer())
  }

  @Test("After the grace it answers for the handler, whose own answer then goes nowhere")
  func graceOver() throws {
    let held = Held()
    let server = try held.server()
    var running = try TestClient(port: server.port)
    try running.send(requestText("GET", "/held"))
    held.arrived.wait()
    let stopped = onThread { server.stop(graceSeconds: 0) }
    let answer = try running.receive()
    #expect(answer.status == 503)
    #expect(answer.body.contains(#""code":"stopping""#))
    #expect(stopped.wait(timeout: .now() + 10) == .success)
    held.answer("too late")
  }

  @Test("Under load it stops without leaving a request unanswered or a thread behind", arguments: 0..<5)
  func underLoad(round: Int) throws {
    var routes = Router()
    routes.on(.get, "/later") { _, responder in DispatchQueue.global().async { responder.respond(.text("ok")) } }
    let server = try HTTPServer(configuration: HTTPConfiguration(port: 0), routes: routes)
    let wrong = Mutex<[Int]>([])
    let clients = (0..<8).map { _ in
      onThread {
        // Ends when the server closes the connection, or no longer takes it.
        guard var client = try? TestClient(port: server.port) else { return }
        while (try? client.send(requestText("GET", "/later"))) != nil, let answer = try? client.receive() {
          if answer.status != 200 && answer.status != 503 { wrong.withLock { $0.append(answer.status) } }
        }
      }
    }
    let stopped = onThread { server.stop(graceSeconds: round % 2) }
    for done in [stopped] + clients { #expect(done.wait(timeout: .now() + 20) == .success) }
    #expect(wrong.withLock { $0 } == [])
  }

  @Test("Stopping twice, or never having been asked anything, is fine; its port is free again")
  func twice() throws {
    let held = Held()
    let server = try held.server()
    server.stop(graceSeconds: 0)
    server.stop(graceSeconds: 0)
    let next = try HTTPServer(configuration: HTTPConfiguration(port: server.port), routes: Router())
    #expect(next.port == server.port)
  }
}
