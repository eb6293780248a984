import Postgres
import ServiceKit

/// The tables of this service's schema.
enum ReportingMigrations {
  static let all = [Migration(embedded: PackageResources._001_create_postings_sql, name: "0001_create_postings")]
}
