/// What a service is told by its environment, read once at start.
public struct ServiceConfiguration: Sendable {
  /// The service's name, as logs and Kafka clients show it.
  public let service: String
  /// Kafka's bootstrap servers (`EARNED_KAFKA`).
  public let kafka: String
  /// libpq's connection string (`EARNED_POSTGRES`).
  public let postgres: String
  /// The schema in that database that belongs to this service.
  public let schema: String
  /// What topics' names begin with (`EARNED_TOPIC_PREFIX`).
  public let topicPrefix: String
  /// How many lanes there are (`EARNED_LANES`); never changed for an installation.
  public let lanes: Int
  /// Where the HTTP server listens (`EARNED_HOST`, `EARNED_PORT`).
  public let host: String
  /// The port; 0 takes any that is free.
  public let port: UInt16
  /// What is logged (`EARNED_LOG_LEVEL`).
  public let logLevel: Log.Level
  /// Names this process among the service's instances.
  public let instance: String
  /// The service's own variables that are set, by name.
  public let own: [String: String]

  /// The variables that every service understands.
  private static let common = [
    "EARNED_KAFKA", "EARNED_POSTGRES", "EARNED_TOPIC_PREFIX", "EARNED_LANES", "EARNED_HOST", "EARNED_PORT",
    "EARNED_LOG_LEVEL",
  ]

  /// Reads the environment. A variable that is wrong, missing or unknown is an error with a sentence for the operator.
  /// - Parameter own: the variables that this service understands beside the common ones.
  public init(
    service: String, schema: String, defaultPort: UInt16, own: [String] = [], environment: [String: String],
    processIdentifier: Int32
  ) throws(ConfigurationError) {
    let given = environment.filter { $0.key.hasPrefix("EARNED_") }
    let known = Set(Self.common + own)
    if let unknown = given.keys.sorted().first(where: { !known.contains($0) }) {
      throw .unknown(variable: unknown, known: known.sorted())
    }
    func required(_ name: String) throws(ConfigurationError) -> String {
      guard let value = given[name], !value.isEmpty else { throw .missing(variable: name) }
      return value
    }
    self.service = service
    self.schema = schema
    kafka = try required("EARNED_KAFKA")
    postgres = try required("EARNED_POSTGRES")
    topicPrefix = given["EARNED_TOPIC_PREFIX"] ?? "earned"
    guard let lanes = Int(given["EARNED_LANES"] ?? "8"), (1...256).contains(lanes) else {
      throw .invalid(variable: "EARNED_LANES", expected: "a number from 1 to 256")
    }
    self.lanes = lanes
    host = given["EARNED_HOST"] ?? "127.0.0.1"
    guard let port = UInt16(given["EARNED_PORT"] ?? "\(defaultPort)") else {
      throw .invalid(variable: "EARNED_PORT", expected: "a port from 0 to 65535")
    }
    self.port = port
    guard let level = Log.Level(rawValue: given["EARNED_LOG_LEVEL"] ?? "info") else {
      throw .invalid(
        variable: "EARNED_LOG_LEVEL", expected: Log.Level.allCases.map(\.rawValue).joined(separator: ", "))
    }
    logLevel = level
    instance = "\(schema)-\(processIdentifier)-\(UInt32.random(in: .min ... .max))"
    self.own = given.filter { own.contains($0.key) }
  }
}

/// Why a service does not start.
public enum ConfigurationError: Error, Hashable, CustomStringConvertible {
  /// A required variable is not set.
  case missing(variable: String)
  /// A variable has a value that it cannot have.
  case invalid(variable: String, expected: String)
  /// A variable that looks like ours is none of ours.
  case unknown(variable: String, known: [String])

  /// A sentence for the operator.
  public var description: String {
    switch self {
    case .missing(let variable): "\(variable) is not set."
    case .invalid(let variable, let expected): "\(variable) must be \(expected)."
    case .unknown(let variable, let known):
      "\(variable) is not a variable of this service; it knows \(known.joined(separator: ", "))."
    }
  }
}
