/// Where a server listens, and what it allows.
public struct HTTPConfiguration: Sendable {
  /// The address to listen at; the default is reached from this machine alone.
  public var host: String
  /// The port; 0 takes any that is free.
  public var port: Int
  /// The largest body, where a route does not say otherwise.
  public var bodyLimitBytes: Int
  /// All bodies that are being received or answered, together; what comes beyond is answered with 429.
  public var totalBodyLimitBytes = 512 * 1024 * 1024
  /// Connections at a time; further ones are closed.
  public var connectionLimit = 1000
  /// After so long without a byte, a connection is closed.
  public var idleTimeoutSeconds = 30
  /// A body must have arrived within this time, or the connection is closed.
  public var bodyTimeoutSeconds = 60
  /// Threads that read requests, run handlers and write answers.
  public var threads = 2
  /// Called after each answer.
  public var onAccess: (@Sendable (HTTPAccess) -> Void)?

  /// A configuration; what it does not say keeps its default.
  public init(host: String = "127.0.0.1", port: Int, bodyLimitBytes: Int = 4 * 1024 * 1024) {
    self.host = host
    self.port = port
    self.bodyLimitBytes = bodyLimitBytes
  }
}

/// One answer, for statistics.
public struct HTTPAccess: Sendable {
  /// The method.
  public let method: String
  /// The pattern of the route that answered; empty if there was none.
  public let route: String
  /// The status code.
  public let status: Int
  /// From the first line of the request to the last byte of the answer.
  public let seconds: Double
}

/// Why a server could not be started.
public enum HTTPServerError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Another program listens there.
  case addressInUse(host: String, port: Int)
  /// The host is no address of this machine, or the port may not be used.
  case addressRefused(host: String, port: Int, reason: String)
  /// The library did not start.
  case notStarted

  /// What is wrong.
  public var description: String {
    switch self {
    case .addressInUse(let host, let port): "\(host):\(port) is in use by another program."
    case .addressRefused(let host, let port, let reason): "\(host):\(port) cannot be listened at: \(reason)."
    case .notStarted: "The HTTP library did not start."
    }
  }
}
