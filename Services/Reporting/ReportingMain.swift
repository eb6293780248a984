import Accounting
import Foundation
import HTTP
import Messages
import Postgres
import ServiceKit

/// The service that keeps what the journal says and answers reports about it.
@main struct ReportingMain {
  static func main() {
    let service = Service(
      name: "Reporting", schema: "reporting", defaultPort: 8084, ownVariables: ["EARNED_DEMO_KEYS"],
      migrations: ReportingMigrations.all, topics: [.journal])
    exit(service.run(parts))
  }

  private static func parts(of process: ServiceProcess) throws -> Service.Parts {
    let keys = try APIKeys(process, demonstration: process.configuration.own["EARNED_DEMO_KEYS"])
    let desk = ReadDesk { () throws(PostgresError) in
      try process.connect("reports", options: ["statement_timeout": "30s"])
    }
    let routes = ReportRoutes(
      desk: desk, access: { request throws(HTTPProblem) in try keys.ledger(for: request) }, log: process.log)
    var parts = Service.Parts(groups: [journal], background: [{ OpenFactGauge(process: process).run() }])
    routes.add(to: &parts.router)
    return parts
  }

  private static let journal = LaneGroup(name: JournalReader.group) { turn in
    try ReaderWork(
      reader: JournalReader.name, topic: .journal, turn: turn, handler: ReportingHandler(calendar: .months))
  }
}
