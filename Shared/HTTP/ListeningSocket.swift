import Glibc

/// A socket that listens at one address.
struct ListeningSocket {
  let descriptor: Int32
  let port: Int

  /// Listens. Port 0 takes any that is free.
  init(host: String, port: Int) throws(HTTPServerError) {
    func refused(_ reason: String) -> HTTPServerError { .addressRefused(host: host, port: port, reason: reason) }
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
    var found: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, String(port), &hints, &found)
    defer { if let found { freeaddrinfo(found) } }
    guard code == 0, let address = found?.pointee else { throw refused(String(cString: gai_strerror(code))) }

    let type = address.ai_socktype | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    let descriptor = socket(address.ai_family, type, 0)
    guard descriptor >= 0 else { throw refused(String(cString: strerror(errno))) }
    // So that a restart need not wait for the last connections to be forgotten; two programs still cannot both listen.
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    guard bind(descriptor, address.ai_addr, address.ai_addrlen) == 0, listen(descriptor, SOMAXCONN) == 0 else {
      let reason = errno
      Glibc.close(descriptor)
      throw reason == EADDRINUSE
        ? .addressInUse(host: host, port: port) : refused(String(cString: strerror(reason)))
    }
    self.descriptor = descriptor
    self.port = Self.port(of: descriptor)
  }

  func close() {
    Glibc.close(descriptor)
  }

  private static func port(of descriptor: Int32) -> Int {
    var address = sockaddr_in6()
    var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      // The port stands at the same place in an address of either family.
      _ = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    return Int(UInt16(bigEndian: address.sin6_port))
  }
}

/// The text of an address, without the port.
func hostText(_ address: UnsafePointer<sockaddr>?) -> String {
  guard let address else { return "" }
  let raw = UnsafeRawPointer(address)
  var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
  switch Int32(address.pointee.sa_family) {
  case AF_INET:
    var host = raw.loadUnaligned(as: sockaddr_in.self).sin_addr
    inet_ntop(AF_INET, &host, &text, socklen_t(text.count))
  case AF_INET6:
    var host = raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr
    inet_ntop(AF_INET6, &host, &text, socklen_t(text.count))
  default: break
  }
  return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
