import CPostgres

/// Where a connection's notices and warnings go, instead of standard error.
final class NoticeSink: Sendable {
  private let handler: @Sendable (String) -> Void

  init(_ handler: @escaping @Sendable (String) -> Void) {
    self.handler = handler
  }

  /// Takes the notices of a connection, which must not outlive this sink.
  func attach(to connection: OpaquePointer) {
    PQsetNoticeReceiver(connection, receiveNotice, Unmanaged.passUnretained(self).toOpaque())
  }

  fileprivate func receive(_ result: OpaquePointer?) {
    guard let result, let text = PQresultErrorField(result, Int32(UInt8(ascii: "M"))) else { return }
    handler(String(cString: text))
  }
}

/// Called by libpq, on the thread that uses the connection.
private func receiveNotice(_ sink: UnsafeMutableRawPointer?, _ result: OpaquePointer?) {
  guard let sink else { return }
  Unmanaged<NoticeSink>.fromOpaque(sink).takeUnretainedValue().receive(result)
}
