import Foundation
import Glibc
import Kafka
import Messages
import Postgres
import Synchronization

/// The four services as processes, with a database and topics of their own.
public final class Installation: Sendable {
  /// A service by the name of its executable.
  public enum Service: String, CaseIterable, Sendable {
    case reporting = "Reporting"
    case obligationFulfillment = "ObligationFulfillment"
    case ruleEvaluation = "RuleEvaluation"
    case ingestion = "Ingestion"
  }

  /// One process of a service.
  public struct Instance: Sendable {
    /// Which service it is of.
    public let service: Service
    /// The process.
    public let process: ChildProcess
    /// Where it listens.
    public let port: Int
  }

  /// How many lanes it has.
  public let lanes: Int
  /// The processes; of each service as many as were asked for.
  public let instances: [Instance]
  /// Where the database is.
  public let conninfo: String
  /// What the names of its topics begin with.
  public let topicPrefix: String
  /// Which process of a service answered last, so that one that is paused is not asked again and again.
  private let answering = Mutex<[Service: Int]>([:])
  private let server: String
  private let database: String
  private let kafka: String
  private let broker: EmbeddedBrokerProcess?
  private let folder: URL

  /// Makes a database and starts the services; they make what else they need.
  /// - Parameters:
  ///   - postgres: a server on which databases can be made.
  ///   - kafka: bootstrap servers; where those are an EmbeddedBroker, the installation has one of its own.
  ///   - copies: how many processes of each service there are.
  public init(postgres: String, kafka: String, lanes: Int = 4, copies: Int = 1) throws {
    self.lanes = lanes
    server = postgres
    let name = "earned_test_\(UInt32.random(in: 0 ... .max))"
    database = name
    topicPrefix = name
    folder = try Surroundings.makeFolder()
    try PostgresConnection(postgres, applicationName: "test").script("CREATE DATABASE \(name)")
    conninfo = "\(postgres) dbname=\(name)"
    broker =
      EmbeddedBrokerProcess.isRunning(at: kafka)
      ? try EmbeddedBrokerProcess(topicPrefix: name, lanes: lanes, folder: folder) : nil
    let kafka = broker?.servers ?? kafka
    self.kafka = kafka
    var instances: [Instance] = []
    for service in Service.allCases {
      for copy in 1...copies {
        let port = try Surroundings.freePort()
        var environment = [
          "EARNED_KAFKA": kafka, "EARNED_POSTGRES": conninfo, "EARNED_TOPIC_PREFIX": name, "EARNED_LANES": "\(lanes)",
          "EARNED_PORT": "\(port)",
        ]
        if service == .ingestion || service == .reporting { environment["EARNED_DEMO_KEYS"] = "sk_test_many=*" }
        let name = "\(service.rawValue)-\(copy)"
        let process = ChildProcess(
          name, Surroundings.executable(service.rawValue), environment: environment,
          log: folder.appendingPathComponent("\(name).log"))
        instances.append(Instance(service: service, process: process, port: port))
      }
    }
    self.instances = instances
    for instance in instances { try instance.process.start() }
    try waitUntilReady()
  }

  /// Stops the services and removes what was made for them. Returns the exit statuses of those that did not end in order.
  @discardableResult
  public func remove() -> [String] {
    for instance in instances { instance.process.signal(SIGCONT) }
    let ends = instances.map { ($0.process.name, $0.process.stop(within: 12)) }
    // What cannot be removed does no harm: every name is new each time.
    try? PostgresConnection(server, applicationName: "test").script("DROP DATABASE \(database) WITH (FORCE)")
    let topics = Topic.allCases.map { $0.name(prefix: topicPrefix) }
    try? KafkaAdmin(KafkaConfiguration(bootstrapServers: kafka), timeoutMilliseconds: 5_000).deleteTopics(topics)
    try? FileManager.default.removeItem(at: folder)
    return ends.filter { $0.1 != 0 }.map { "\($0.0) ended with \($0.1.map { "\($0)" } ?? "a kill")" }
  }

  /// The processes of a service.
  public func instances(of service: Service) -> [Instance] { instances.filter { $0.service == service } }

  /// Waits until every process says that it is ready.
  public func waitUntilReady(_ seconds: Double = 60) throws {
    for instance in instances {
      try explained {
        try Surroundings.wait(seconds, for: "\(instance.process.name) to be ready") {
          get("/health/ready", from: instance)?.status == 200
        }
      }
    }
  }

  /// Asks something of a service on its command line, as an operator does. Throws if it says no.
  public func command(_ service: Service, _ arguments: [String]) throws {
    let settings = ["EARNED_KAFKA=\(kafka)", "EARNED_POSTGRES=\(conninfo)", "EARNED_TOPIC_PREFIX=\(topicPrefix)"]
    try run(
      "/usr/bin/env",
      ["-i"] + settings + ["EARNED_LANES=\(lanes)", Surroundings.executable(service.rawValue)] + arguments)
  }

  // MARK: Facts in

  /// Sends facts in batches, and each batch again until it is taken.
  /// - Parameters:
  ///   - first: the first fact that is sent.
  ///   - end: the first that is not; nil: all are.
  public func send(_ story: Story, batch: Int = 200, from first: Int = 0, before end: Int? = nil) throws {
    let end = end ?? story.facts.count
    for start in stride(from: first, to: end, by: batch) {
      let body = "[" + story.facts[start..<min(start + batch, end)].joined(separator: ",") + "]"
      try explained {
        try Surroundings.wait(90, for: "facts of \(story.account) to be taken") {
          let answer = post("/v1/events", body, account: story.account, to: instance(of: .ingestion))
          if answer?.status == 200 {
            guard answer?.body.contains(#""refused":0"#) == true else {
              throw TestFailure("Facts were refused: \(answer?.body.prefix(2_000) ?? "")")
            }
            return true
          }
          if let answer, answer.status < 500, answer.status != 429 {
            throw TestFailure("Facts were answered with \(answer.status): \(answer.body)")
          }
          askAnother(.ingestion)
          return false
        }
      }
    }
  }

  private func instance(of service: Service) -> Instance {
    let all = instances(of: service)
    return all[answering.withLock { $0[service] ?? 0 } % all.count]
  }

  private func askAnother(_ service: Service) {
    answering.withLock { $0[service, default: 0] += 1 }
  }

  // MARK: Books out

  /// Waits until every reader has read all of its writer's log, in one lane or in all.
  public func waitUntilRead(_ seconds: Double = 90, lane: Int? = nil) throws {
    let which = lane.map { "lane \($0)" } ?? "lane"
    try explained {
      try Surroundings.wait(seconds, for: "every log to be read (\(which))", every: 200) {
        try unread().allSatisfy { !$0.contains(which) }
      }
    }
  }

  /// What readers have not read yet, for people; empty where all is read.
  public func unread() throws -> [String] {
    let connection = try PostgresConnection(conninfo, applicationName: "test")
    defer { connection.close() }
    let rows = try connection.query(
      """
      WITH reading (writer, reader, lane, written, chain, read, read_chain, stopped) AS (
        SELECT 'facts', 'evaluation', lane, w.sequence, w.chain, r.read_sequence, r.read_chain, r.stopped
          FROM ingestion.lane w JOIN rule_evaluation.lane r USING (lane) WHERE w.name = 'facts' AND r.name = 'evaluation'
        UNION ALL
        SELECT 'evaluation', 'posting', lane, w.sequence, w.chain, r.read_sequence, r.read_chain, r.stopped
          FROM rule_evaluation.lane w JOIN obligation_fulfillment.lane r USING (lane)
          WHERE w.name = 'evaluation' AND r.name = 'posting'
        UNION ALL
        SELECT 'posting', 'reporting', lane, w.sequence, w.chain, r.read_sequence, r.read_chain, r.stopped
          FROM obligation_fulfillment.lane w JOIN reporting.lane r USING (lane) WHERE w.name = 'posting'
        UNION ALL
        SELECT 'posting', 'outcomes', lane, w.sequence, w.chain, r.read_sequence, r.read_chain, r.stopped
          FROM obligation_fulfillment.lane w JOIN ingestion.lane r USING (lane)
          WHERE w.name = 'posting' AND r.name = 'outcomes'
      )
      SELECT format('%s read lane %s of %s through %s of %s %s', reader, lane, writer, read, written, stopped)
      FROM reading WHERE (read, read_chain) IS DISTINCT FROM (written, chain)
      """)
    return rows.map { $0.text(0) }
  }

  /// Waits until all is read, and compares every account's books with what the command makes of the same facts. Throws where
  /// they differ, and where a log is not numbered and chained without a gap.
  public func check(_ stories: [Story], within seconds: Double = 90) throws {
    try waitUntilRead(seconds)
    for (schema, table) in [
      ("ingestion", "fact"), ("rule_evaluation", "evaluation"), ("obligation_fulfillment", "posting"),
    ] {
      try checkLog("\(schema).\(table)")
    }
    for story in stories {
      let books = try books(of: story.account)
      guard books == story.books else {
        throw TestFailure("The books of \(story.account): \(books.differences(from: story.books))")
      }
    }
  }

  /// An account's journal, summed up, as Reporting tells it.
  public func books(of account: String) throws -> Tally {
    var found: Tally?
    try explained {
      try Surroundings.wait(30, for: "the entries of \(account)") {
        let answer = get("/v1/reports/entries?format=jsonl", account: account, from: instance(of: .reporting))
        guard let answer, answer.status == 200 else {
          askAnother(.reporting)
          return false
        }
        found = try Tally(entries: answer.body)
        return true
      }
    }
    guard let found else { throw TestFailure("No entries were told.") }
    return found
  }

  private func checkLog(_ table: String) throws {
    let connection = try PostgresConnection(conninfo, applicationName: "test")
    defer { connection.close() }
    let broken = try connection.query(
      """
      SELECT count(*) FROM (
        SELECT sequence, chain, row_number() OVER lanes AS number,
          sha256(lag(chain, 1, decode(repeat('00', 32), 'hex')) OVER lanes || bytes) AS expected
        FROM \(table) WINDOW lanes AS (PARTITION BY lane ORDER BY sequence)
      ) AS row WHERE sequence <> number OR chain <> expected
      """)[0].int(0)
    guard broken == 0 else { throw TestFailure("\(broken) rows of \(table) are not chained to those before them.") }
  }

  /// Adds to a failure what the services complained of and what was left to read.
  private func explained(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch {
      let complaints = instances.compactMap { instance -> String? in
        let said = instance.process.complaints
        return said.isEmpty ? nil : "\(instance.process.name) (started \(instance.process.starts) times):\n\(said)"
      }
      // Postgres itself may be what is missing; then there is nothing to add.
      let left = (try? unread()) ?? []
      throw TestFailure("\(error)\n" + (left + complaints).joined(separator: "\n"))
    }
  }

  // MARK: HTTP

  /// Asks a process; nil where it does not answer.
  public func get(_ path: String, account: String? = nil, from instance: Instance) -> Answer? {
    ask(port: instance.port, "GET", path, headers: headers(account), within: 5)
  }

  /// Posts JSON to a process; nil where it does not answer.
  public func post(_ path: String, _ body: String, account: String, to instance: Instance) -> Answer? {
    ask(
      port: instance.port, "POST", path, headers: headers(account) + [("Content-Type", "application/json")],
      body: body, within: 5)
  }

  private func headers(_ account: String?) -> [(String, String)] {
    let key = ("Authorization", "Basic " + Data("sk_test_many:".utf8).base64EncodedString())
    return account.map { [key, ("Stripe-Account", $0)] } ?? [key]
  }
}
