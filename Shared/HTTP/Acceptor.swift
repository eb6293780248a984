import Dispatch

/// Waits for connections and has them served, until it is stopped.
///
/// The library could do this by itself, but cannot end it safely: `MHD_quiesce_daemon` races with the library's own `epoll` threads, and the
/// loser aborts the process.
///
/// `@unchecked Sendable`: a dispatch source may be canceled from any thread, and nothing else is done with it here.
struct Acceptor: @unchecked Sendable {
  private let source: any DispatchSourceRead
  private let closed = DispatchSemaphore(value: 0)

  /// Calls a function, on a queue of its own, whenever connections wait.
  init(_ listening: ListeningSocket, accept: @escaping @Sendable () -> Void) {
    let queue = DispatchQueue(label: "earned.http.accept")
    source = DispatchSource.makeReadSource(fileDescriptor: listening.descriptor, queue: queue)
    source.setEventHandler(handler: accept)
    source.setCancelHandler { [closed] in
      listening.close()
      closed.signal()
    }
    source.resume()
  }

  /// Stops listening; what comes later is refused by the system.
  func stop() {
    source.cancel()
    closed.wait()
  }
}
