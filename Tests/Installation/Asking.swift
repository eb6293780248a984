import Foundation
import Glibc

/// An answer to a request.
public struct Answer: Sendable {
  /// Its status.
  public let status: Int
  /// Its body.
  public let body: String
}

/// Asks a server on this machine one question on a connection of its own, and waits for the answer; nil where none came whole
/// within the given time.
func ask(
  port: Int, _ method: String, _ path: String, headers: [(String, String)], body: String = "", within seconds: Int
) -> Answer? {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  var limit = timeval(tv_sec: seconds, tv_usec: 0)
  setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = in_port_t(port).bigEndian
  address.sin_addr.s_addr = inet_addr("127.0.0.1")
  let code = withUnsafePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
    }
  }
  let all = [("Host", "127.0.0.1"), ("Connection", "close"), ("Content-Length", "\(body.utf8.count)")] + headers
  let head = "\(method) \(path) HTTP/1.1\r\n" + all.map { "\($0): \($1)\r\n" }.joined() + "\r\n"
  guard code == 0, write(Array((head + body).utf8), to: descriptor), let bytes = readAll(from: descriptor) else {
    return nil
  }
  return Answer(bytes)
}

extension Answer {
  /// Reads an answer; nil where it was cut short.
  init?(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let end = text.range(of: "\r\n\r\n") else { return nil }
    let lines = text[..<end.lowerBound].split(separator: "\r\n")
    guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else { return nil }
    let length = lines.first { $0.lowercased().hasPrefix("content-length:") }.flatMap { line in
      Int(line.drop { $0 != ":" }.dropFirst().drop { $0 == " " })
    }
    let body = String(text[end.upperBound...])
    guard let length, body.utf8.count == length else { return nil }
    self.init(status: status, body: body)
  }
}

private func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
  var sent = 0
  while sent < bytes.count {
    let count = bytes[sent...].withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    guard count > 0 else { return false }
    sent += count
  }
  return true
}

private func readAll(from descriptor: Int32) -> [UInt8]? {
  var all: [UInt8] = []
  var part = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = read(descriptor, &part, part.count)
    if count == 0 { return all }
    guard count > 0 else { return nil }
    all += part[..<count]
  }
}
