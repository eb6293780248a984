import Glibc

/// A client that sends exactly the bytes it is told to.
struct TestClient: ~Copyable {
  struct Broken: Error {}

  struct Answer {
    var status: Int
    var headers: [String: String]
    var body: String
  }

  private let descriptor: Int32
  private var received: [UInt8] = []

  init(port: Int) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    // A test that fails must not hang.
    var limit = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    let code = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { [descriptor] in
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard code == 0 else { throw Broken() }
  }

  deinit {
    close(descriptor)
  }

  func send(_ text: String) throws {
    try send(Array(text.utf8))
  }

  func send(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw Broken() }
      sent += count
    }
  }

  /// The next answer on this connection; `hasBody` is false for what HEAD is answered.
  mutating func receive(hasBody: Bool = true) throws -> Answer {
    while true {
      if let end = headerEnd() {
        let lines = String(decoding: received[..<end], as: UTF8.self).split(separator: "\r\n")
        var answer = Answer(status: Int(lines[0].split(separator: " ")[1]) ?? 0, headers: [:], body: "")
        for line in lines.dropFirst() {
          guard let colon = line.firstIndex(of: ":") else { throw Broken() }
          answer.headers[line[..<colon].lowercased()] = String(line[line.index(colon, offsetBy: 2)...])
        }
        received.removeFirst(end + 4)
        let length = hasBody ? answer.headers["content-length"].flatMap { Int($0) } ?? 0 : 0
        while received.count < length { guard try read() else { throw Broken() } }
        answer.body = String(decoding: received[..<length], as: UTF8.self)
        received.removeFirst(length)
        return answer
      }
      guard try read() else { throw Broken() }
    }
  }

  /// Whether the server closes the connection without a further byte.
  mutating func isClosedByServer() throws -> Bool {
    try received.isEmpty && !read()
  }

  private func headerEnd() -> Int? {
    guard received.count >= 4 else { return nil }
    return (0...(received.count - 4)).first { received[$0..<$0 + 4].elementsEqual([13, 10, 13, 10]) }
  }

  private mutating func read() throws -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    guard count >= 0 || errno == ECONNRESET else { throw Broken() }
    received += buffer.prefix(max(count, 0))
    return count > 0
  }
}

/// One request on a connection of its own.
func fetch(
  _ method: String, _ target: String, headers: [String: String] = [:], body: String? = nil, port: Int
) throws -> TestClient.Answer {
  var client = try TestClient(port: port)
  try client.send(requestText(method, target, headers: headers, body: body))
  return try client.receive(hasBody: method != "HEAD")
}

func requestText(_ method: String, _ target: String, headers: [String: String] = [:], body: String? = nil) -> String {
  var lines = ["\(method) \(target) HTTP/1.1", "Host: localhost"]
  for (name, value) in headers { lines.append("\(name): \(value)") }
  if let body { lines.append("Content-Length: \(body.utf8.count)") }
  return lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? "")
}
