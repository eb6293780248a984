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
      responder.respond(.json(Array(#"{"status":"live"}"#.utf8)))
    }
    router.on(.get, "/health/ready") { [self] _, responder in
      // Asking Postgres takes time that other connections of the server's thread would wait for.
      DispatchQueue.global().async { responder.respond(self.ready()) }
    }
    router.on(.get, "/metrics") { [self] _, responder in
      responder.respond(.text(process.metrics.text, type: "text/plain; version=0.0.4"))
    }
  }

  /// Ready while Postgres answers and every lane is held by some instance; otherwise the answer says what is wrong.
  private func ready() -> HTTPResponse {
    var problems: [String] = []
    do {
      let connection = try process.connect("health")
      defer { connection.close() }
      let rows = try connection.query(
        """
        SELECT name, lane, stopped FROM lane WHERE stopped IS NOT NULL OR until < clock_timestamp() ORDER BY name, lane
        """)
      for row in rows {
        let lane = "Lane \(row.int(1)) of \(row.text(0))"
        problems.append(row.optionalText(2).map { "\(lane) is stopped: \($0)" } ?? "\(lane) is held by nobody.")
      }
    } catch {
      problems.append("\(error)")
    }
    if process.stop.isGiven { problems.append("The service is stopping.") }
    var writer = JSONWriter()
    writer.object {
      $0.member("status", problems.isEmpty ? "ready" : "not_ready")
      $0.member("problems", array: { list in problems.forEach { list.value($0) } })
    }
    return .json(writer.bytes, status: problems.isEmpty ? 200 : 503)
  }
}
