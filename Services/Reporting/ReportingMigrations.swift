import Postgres
import ServiceKit

/// The tables of this service's schema.
enum ReportingMigrations {
  static let all = [
    APIKeys.migration,
    Migration(embedded: PackageResources._001_create_postings_sql, name: "0001_create_postings"),
    Migration(embedded: PackageResources._002_create_views_sql, name: "0002_create_views"),
    Migration(embedded: PackageResources._003_create_names_sql, name: "0003_create_names"),
    Migration(embedded: PackageResources._004_create_standings_sql, name: "0004_create_standings"),
    Migration(embedded: PackageResources._005_name_as_accounts_do_sql, name: "0005_name_as_accounts_do"),
  ]
}
