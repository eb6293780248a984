import Dispatch
import Foundation
import HTTP
import Kafka
import Messages
import Postgres
import Synchronization

/// One of the services, from its environment to its end: every service is started by this and differs in what it is given.
public struct Service: Sendable {
  /// The service's name and the schema that belongs to it.
  let name: String
  let schema: String
  let defaultPort: UInt16
  let ownVariables: [String]
  let migrations: [Migration]
  let topics: [Topic]

  /// A service that reads and writes these topics and owns that schema.
  public init(
    name: String, schema: String, defaultPort: UInt16, ownVariables: [String] = [], migrations: [Migration],
    topics: [Topic]
  ) {
    self.name = name
    self.schema = schema
    self.defaultPort = defaultPort
    self.ownVariables = ownVariables
    self.migrations = migrations
    self.topics = topics
  }

  /// What a service adds to the frame, once its schema is up to date.
  public struct Parts {
    /// Its groups of lanes.
    public var groups: [LaneGroup]
    /// Its routes beside health and metrics.
    public var router: Router
    /// What runs beside the lanes until the process stops; each on a thread of its own.
    public var background: [@Sendable () -> Void]
    /// The largest body of a request.
    public var bodyLimitBytes: Int

    /// Those parts.
    public init(
      groups: [LaneGroup], router: Router = Router(), background: [@Sendable () -> Void] = [],
      bodyLimitBytes: Int = 1 << 20
    ) {
      self.groups = groups
      self.router = router
      self.background = background
      self.bodyLimitBytes = bodyLimitBytes
    }
  }

  /// Runs the service until SIGTERM or SIGINT, or does what the command line asks instead. Returns the process's exit status.
  public func run(_ build: (ServiceProcess) throws -> Parts) -> Int32 {
    let configuration: ServiceConfiguration
    do {
      configuration = try ServiceConfiguration(
        service: name, schema: schema, defaultPort: defaultPort, own: ownVariables,
        environment: ProcessInfo.processInfo.environment,
        processIdentifier: ProcessInfo.processInfo.processIdentifier)
    } catch {
      Log.print("\(name): \(error)".utf8)
      return 2
    }
    do {
      let topics = Set(topics + [.positions]).map {
        $0.required(prefix: configuration.topicPrefix, lanes: configuration.lanes)
      }
      let process = try ServiceProcess(configuration, topics: topics.sorted { $0.topic.name < $1.topic.name })
      if let command = CommandLine.arguments.dropFirst().first {
        return try LaneCommand(process).run(command, Array(CommandLine.arguments.dropFirst(2)))
      }
      return try run(in: process, build)
    } catch {
      Log.print("\(name): \(error)".utf8)
      return 1
    }
  }

  private func run(in process: ServiceProcess, _ build: (ServiceProcess) throws -> Parts) throws -> Int32 {
    let signals = stopOnSignals(process)
    defer { signals.forEach { $0.cancel() } }
    let health = ServiceHealth(process)
    guard try prepare(process) else { return 0 }
    let parts = try build(process)
    let lanes = try prepareLanes(of: parts.groups, process)
    var router = parts.router
    health.addRoutes(to: &router)
    var http = HTTPConfiguration(
      host: process.configuration.host, port: Int(process.configuration.port), bodyLimitBytes: parts.bodyLimitBytes)
    http.onAccess = {
      process.metrics.count(method: $0.method, route: $0.route, status: $0.status, seconds: $0.seconds)
    }
    let server = try HTTPServer(configuration: http, routes: router)
    process.log.info("started", ["address": "http://\(process.configuration.host):\(server.port)"])
    let done = DispatchGroup()
    for worker in lanes {
      done.enter()
      Task {
        await worker.run()
        done.leave()
      }
    }
    let background = parts.background + [{ process.board.run(process) }]
    for work in background {
      DispatchQueue(label: "earned.background").async(group: done) { work() }
    }
    process.stop.wait()
    process.log.info("stopping")
    let deadline = DispatchTime.now() + .seconds(8)
    server.stop(graceSeconds: 4)
    // A lane finishes its batch, commits and gives its lease back; what takes longer is undone by the database.
    if done.wait(timeout: deadline) == .timedOut { process.log.warning("stopped_in_a_batch") }
    process.publisher.flush(milliseconds: 500)
    process.log.info("stopped")
    return 0
  }

  /// Waits for Postgres and Kafka, brings the schema up to date and makes the topics. Returns false if stopped meanwhile.
  private func prepare(_ process: ServiceProcess) throws -> Bool {
    var pauseMilliseconds = 100
    let reason = Mutex("")
    var server: HTTPServer?
    defer { server?.stop(graceSeconds: 1) }
    while !process.stop.isGiven {
      let waitingFor: String
      do {
        try migrateAndMakeTopics(process)
        return true
      } catch let error as PostgresError where error.isRetriable || error.isConnectionLost {
        process.log.warning("waiting_for_postgres", ["reason": "\(error)"])
        waitingFor = "\(error)"
      } catch let error as KafkaError where error.isRetriable {
        process.log.warning("waiting_for_kafka", ["reason": "\(error)"])
        waitingFor = "\(error)"
      }
      reason.withLock { $0 = waitingFor }
      // Whoever watches the process is told that it lives and what it lacks.
      server =
        try server
        ?? HTTPServer(
          configuration: HTTPConfiguration(
            host: process.configuration.host, port: Int(process.configuration.port), bodyLimitBytes: 1 << 16),
          routes: ServiceHealth.routes { reason.withLock { $0 } })
      process.stop.wait(milliseconds: pauseMilliseconds)
      pauseMilliseconds = min(pauseMilliseconds * 2, 5_000)
    }
    return false
  }

  private func migrateAndMakeTopics(_ process: ServiceProcess) throws {
    let connection = try process.connect("migrations")
    defer { connection.close() }
    try Migrator.migrate(connection, schema: schema, LaneMigrations.all + migrations)
    try process.requireTopics()
  }

  private func prepareLanes(of groups: [LaneGroup], _ process: ServiceProcess) throws -> [LaneWorker] {
    let connection = try process.connect("lanes")
    defer { connection.close() }
    return try groups.flatMap { group in
      let lanes = group.lanes ?? process.configuration.lanes
      try LaneStore.prepare(group: group.name, lanes: lanes, on: connection)
      return (0..<lanes).map { LaneWorker(group: group, lane: $0, of: lanes, process: process) }
    }
  }

  private func stopOnSignals(_ process: ServiceProcess) -> [any DispatchSourceSignal] {
    signal(SIGPIPE, SIG_IGN)
    return [SIGTERM, SIGINT].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { process.stop.give() }
      source.resume()
      return source
    }
  }
}
