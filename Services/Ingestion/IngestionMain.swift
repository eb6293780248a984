import Foundation
import HTTP
import Postgres
import ServiceKit

/// The service that takes billing and usage facts in.
@main struct IngestionMain {
  static func main() {
    let service = Service(
      name: "Ingestion", schema: "ingestion", defaultPort: 8081, ownVariables: ["EARNED_DEMO_KEYS"],
      migrations: [
        APIKeys.migration,
        Migration(embedded: PackageResources._001_create_fact_log_sql, name: "0001_create_fact_log"),
        Migration(embedded: PackageResources._002_create_usage_sql, name: "0002_create_usage"),
        Migration(embedded: PackageResources._003_index_settings_sql, name: "0003_index_settings"),
        Migration(
          embedded: PackageResources._004_count_usage_by_meter_and_price_sql,
          name: "0004_count_usage_by_meter_and_price"),
      ],
      topics: [.facts, .journal, .usage, .rejected])
    exit(
      service.run { process in
        let lanes = process.configuration.lanes
        let desk = SubmissionDesk(lanes: lanes)
        let board = OutcomeBoard(process)
        let keys = try APIKeys(process, demonstration: process.configuration.own["EARNED_DEMO_KEYS"])
        var router = Router()
        EventsRoute(desk: desk, keys: keys).add(to: &router)
        ObligationsRoute(desk: desk, keys: keys, board: board).add(to: &router)
        return Service.Parts(
          groups: [
            LaneGroup(
              name: "facts", log: IngestionStore.log, output: .facts, readers: ["rule_evaluation"], isDurable: true,
              isDerived: false
            ) { turn in
              OriginWork(queue: desk.queue(of: turn.lane), handler: FactDesk(lane: turn.lane, lanes: lanes))
            },
            LaneGroup(name: "outcomes") { turn in
              try ReaderWork(
                reader: "ingestion", topic: .journal, turn: turn, handler: OutcomeHandler(board: board))
            },
            LaneGroup(
              name: "usage", lanes: try process.partitionCount(of: .usage) ?? lanes, isDurable: true
            ) { turn in
              try UsageWork(turn: turn, wake: { desk.wake($0) })
            },
          ],
          router: router)
      })
  }
}
