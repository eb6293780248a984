import CMicroHTTP
import Glibc
import Synchronization

/// An HTTP/1.1 server: reads whole requests, routes them, and sends answers that may come later and from any thread.
public final class HTTPServer: Sendable {
  /// The port it listens at.
  public let port: Int
  private let running: Mutex<(acceptor: Acceptor, daemon: Daemon)?>
  private let traffic: Traffic

  /// Starts a server, which answers from now on.
  public init(configuration: HTTPConfiguration, routes: Router) throws(HTTPServerError) {
    let listening = try ListeningSocket(host: configuration.host, port: configuration.port)
    let traffic = Traffic(configuration: configuration, router: routes)
    guard let daemon = Daemon(traffic) else {
      listening.close()
      throw .notStarted
    }
    self.traffic = traffic
    port = listening.port
    running = Mutex((Acceptor(listening) { daemon.accept(from: listening) }, daemon))
  }

  deinit {
    stop(graceSeconds: 0)
  }

  /// Stops: no connection is accepted any more, running requests are finished, and after the grace what is still open is answered
  /// with 503. Blocks until all is closed; a second call does nothing.
  public func stop(graceSeconds: Int) {
    let stopped = running.withLock { running in
      defer { running = nil }
      return running
    }
    guard let stopped else { return }
    traffic.beginStopping()
    stopped.acceptor.stop()
    if !traffic.waitUntilQuiet(seconds: graceSeconds) {
      traffic.abandon()
      _ = traffic.waitUntilQuiet(seconds: 1)
    }
    // A connection that has been idle may send a request even now.
    traffic.abandon()
    stopped.daemon.stop()
  }
}

/// libmicrohttpd's server.
///
/// `@unchecked Sendable`: the library's functions for a server may be called from any thread but its own, and it is stopped once.
private struct Daemon: @unchecked Sendable {
  private let handle: OpaquePointer
  private let context: Unmanaged<Traffic>

  init?(_ traffic: Traffic) {
    let configuration = traffic.configuration
    context = Unmanaged.passRetained(traffic)
    // The limit is kept where connections are accepted, and no thread of the library may ever come near its own: reaching it,
    // a thread waits forever for a lock that it holds.
    let unreachedLimit = (configuration.connectionLimit + 100) * configuration.threads
    var options = EarnedHTTPOptions(
      threads: UInt32(configuration.threads), connectionLimit: UInt32(unreachedLimit),
      connectionTimeoutSeconds: UInt32(configuration.idleTimeoutSeconds), connectionMemoryBytes: 128 * 1024,
      context: context.toOpaque(), access: proceed, completed: finish, connection: connectionChanged, begin: begin)
    guard let handle = earned_http_start(&options) else {
      context.release()
      return nil
    }
    self.handle = handle
  }

  /// Serves the connections that wait, or closes them if there are too many.
  func accept(from listening: ListeningSocket) {
    let traffic = context.takeUnretainedValue()
    while true {
      switch earned_http_accept(handle, listening.descriptor, traffic.isFull ? 1 : 0) {
      case EarnedHTTPAcceptedServed: traffic.connectionOpened()
      case EarnedHTTPAcceptedClosed: continue
      case EarnedHTTPAcceptedExhausted:
        // The connection keeps waiting, and asking again at once would only heat the processor.
        usleep(10_000)
        return
      default: return
      }
    }
  }

  func stop() {
    MHD_stop_daemon(handle)
    context.release()
  }
}

// The library calls these on its own threads.

private func begin(
  _ context: UnsafeMutableRawPointer?, _ target: UnsafePointer<CChar>?, _ connection: OpaquePointer?
) -> UnsafeMutableRawPointer? {
  guard let context, let target, let connection else { return nil }
  let traffic = Unmanaged<Traffic>.fromOpaque(context).takeUnretainedValue()
  let exchange = Exchange(traffic: traffic, connection: connection, target: String(cString: target))
  traffic.enter(exchange)
  return Unmanaged.passRetained(exchange).toOpaque()
}

private func proceed(
  _: UnsafeMutableRawPointer?, _: OpaquePointer?, _: UnsafePointer<CChar>?, _ method: UnsafePointer<CChar>?,
  _: UnsafePointer<CChar>?, _ bytes: UnsafePointer<CChar>?, _ byteCount: UnsafeMutablePointer<Int>?,
  _ request: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
  guard let method, let byteCount, let opaque = request?.pointee else { return .NO }
  let exchange = Unmanaged<Exchange>.fromOpaque(opaque).takeUnretainedValue()
  let received = UnsafeRawBufferPointer(start: bytes, count: byteCount.pointee)
  byteCount.pointee = 0
  return exchange.proceed(method: String(cString: method), bytes: received)
}

private func connectionChanged(
  _ context: UnsafeMutableRawPointer?, _: OpaquePointer?, _: UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
  _ change: MHD_ConnectionNotificationCode
) {
  guard let context, change == .CONNECTION_NOTIFY_CLOSED else { return }
  Unmanaged<Traffic>.fromOpaque(context).takeUnretainedValue().connectionClosed()
}

private func finish(
  _: UnsafeMutableRawPointer?, _: OpaquePointer?, _ request: UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
  _: MHD_RequestTerminationCode
) {
  guard let opaque = request?.pointee else { return }
  request?.pointee = nil
  Unmanaged<Exchange>.fromOpaque(opaque).takeRetainedValue().finish()
}
