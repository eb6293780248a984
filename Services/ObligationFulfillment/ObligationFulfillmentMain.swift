import Foundation
import Postgres
import ServiceKit

/// The service that keeps performance obligations and their schedules, and posts journal entries.
@main struct ObligationFulfillmentMain {
  static func main() {
    let service = Service(
      name: "ObligationFulfillment", schema: "obligation_fulfillment", defaultPort: 8083,
      migrations: [
        Migration(embedded: PackageResources._001_create_posting_log_sql, name: "0001_create_posting_log"),
        Migration(embedded: PackageResources._002_create_books_sql, name: "0002_create_books"),
        Migration(embedded: PackageResources._003_add_rates_to_books_sql, name: "0003_add_rates_to_books"),
        Migration(embedded: PackageResources._004_create_followers_sql, name: "0004_create_followers"),
      ],
      topics: [.evaluations, .journal])
    exit(
      service.run { _ in
        Service.Parts(groups: [
          LaneGroup(
            name: "posting", log: LogTable(name: "posting"), output: .journal, readers: ["reporting", "ingestion"]
          ) { turn in
            try ReaderWork(
              reader: "obligation_fulfillment", topic: .evaluations, turn: turn,
              handler: ObligationFulfillmentHandler())
          }
        ])
      })
  }
}
