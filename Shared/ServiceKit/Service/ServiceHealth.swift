import Dispatch
import HTTP
import JSON
import Postgres

/// Answers whether the process lives, whether it works, and with which figures.
final class ServiceHealth: Sendable {
  private let process: ServiceProcess

  init(_ process: ServiceProcess) {
    self.process = process
  }

  func addRoutes(to router: inout Router) {
    router.on(.get, "/health/live") { _, responder in
      responder.respond(live)
    }
    router.on(.get, "/health/ready") { [self] _, responder in
      // Asking Postgres takes time that other connections of the server's thread would wait for.
      DispatchQueue.global().async { responder.respond(self.ready()) }
    }
    router.on(.get, "/metrics") { [self] _, responder in
      responder.respond(.text(process.metrics.text, type: "text/plain; version=0.0.4"))
    }
  }

  /// Ready while Postgres and Kafka answer and every lane is held by some instance. A lane that is stopped is told too, but it must
  /// not take the others' callers away from this instance.
  private func ready() -> HTTPResponse {
    var problems: [String] = []
    var stopped: [String] = []
    do {
      let connection = try process.connect("health")
      defer { connection.close() }
      let rows = try connection.query(
        "SELECT name, lane, stopped FROM lane WHERE stopped IS NOT NULL OR \(LaneStore.isFree) ORDER BY name, lane")
      for row in rows {
        let lane = "Lane \(row.int(1)) of \(row.text(0))"
        if let reason = row.optionalText(2) {
          stopped.append("\(lane) is stopped: \(reason)")
        } else {
          problems.append("\(lane) is held by nobody.")
        }
      }
    } catch {
      problems.append("\(error)")
    }
    if process.publisher.isClusterAway { problems.append("Kafka takes no messages.") }
    if process.stop.isGiven { problems.append("The service is stopping.") }
    return answer(
      problems.isEmpty ? (stopped.isEmpty ? "ready" : "degraded") : "not_ready", problems + stopped,
      isReady: problems.isEmpty)
  }

  /// Answers health questions while the service waits for Postgres or Kafka, and says what it waits for.
  static func routes(whileWaitingFor reason: @escaping @Sendable () -> String) -> Router {
    var router = Router()
    router.on(.get, "/health/live") { _, responder in responder.respond(live) }
    router.on(.get, "/health/ready") { _, responder in
      responder.respond(answer("not_ready", [reason()], isReady: false))
    }
    return router
  }
}

private let live = HTTPResponse.json(Array(#"{"status":"live"}"#.utf8))

private func answer(_ status: String, _ problems: [String], isReady: Bool) -> HTTPResponse {
  var writer = JSONWriter()
  writer.object {
    $0.member("status", status)
    $0.member("problems", array: { list in problems.forEach { list.value($0) } })
  }
  return .json(writer.bytes, status: isReady ? 200 : 503)
}
