// swift-tools-version:6.2
import PackageDescription

/// Every Swift target is built in the Swift 6 language mode, and a warning is an error.
let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

/// A library that two or more targets use.
func shared(_ name: String, _ dependencies: [Target.Dependency] = [], migrations: [String] = []) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Shared/\(name)", exclude: readme(name),
    resources: migrations.map { .embedInCode("Migrations/\($0).sql") }, swiftSettings: strict)
}

/// A folder that documents itself says so here, so that the build does not take the text for a source.
func readme(_ name: String) -> [String] {
  ["Recognition", "ServiceKit"].contains(name) ? ["README.md"] : []
}

/// A library of the system, seen through its own headers.
func system(_ name: String, _ pkgConfig: String, _ package: String) -> Target {
  .systemLibrary(name: name, path: "Shared/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

/// One of the four services: an executable whose migrations are compiled into it.
func service(_ name: String, _ dependencies: [Target.Dependency], migrations: [String]) -> Target {
  .executableTarget(
    name: name, dependencies: dependencies, path: "Services/\(name)",
    resources: migrations.map { .embedInCode("Migrations/\($0).sql") }, swiftSettings: strict)
}

func tests(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], resources: [Resource] = []
) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: dependencies, path: "Tests/\(name)", exclude: exclude, resources: resources,
    swiftSettings: strict)
}

/// The worked cases that follow the design's chapter on accounting, a file for each of its sections that books anything.
let sections = [
  "03-billing-events", "04-amortization", "05-unbilled", "06-contra", "07-tax-and-discounts", "08-currencies",
  "09-rules",
  "10-obligations", "11-contracts", "12-periods", "13-marketplaces",
]

/// What every service is built from.
let lane: [Target.Dependency] = ["ServiceKit", "Messages", "JSON", "Kafka", "Postgres", "HTTP"]

/// What tests start as processes, so that it is built before they run.
let executables: [Target.Dependency] = [
  "Ingestion", "RuleEvaluation", "ObligationFulfillment", "Reporting", "Earned", "EmbeddedBroker",
]

let package = Package(
  name: "earned",
  products: [
    .executable(name: "earned", targets: ["Earned"])
  ],
  targets: [
    // Arrows between targets point down this list only.
    service(
      "Ingestion", lane + ["Recognition", "Accounting", "Crypto"],
      migrations: [
        "0001_create_fact_log", "0002_create_usage", "0003_index_settings", "0004_count_usage_by_meter_and_price",
      ]),
    service(
      "RuleEvaluation", lane + ["Recognition", "Accounting"],
      migrations: ["0001_create_evaluation_log", "0002_create_rules_and_candidates", "0003_tell_tellings_apart"]),
    service(
      "ObligationFulfillment", lane + ["Recognition", "Accounting"],
      migrations: [
        "0001_create_posting_log", "0002_create_books", "0003_add_rates_to_books", "0004_create_followers",
      ]),
    service(
      "Reporting", lane + ["ReportNotes", "Reports", "Recognition", "Accounting", "Crypto"],
      migrations: [
        "0001_create_postings", "0002_create_views", "0003_create_names", "0004_create_standings",
        "0005_name_as_accounts_do",
      ]),
    .executableTarget(
      name: "Earned", dependencies: ["ReportNotes", "Reports", "Recognition", "Messages", "Accounting", "JSON"],
      path: "Services/Earned", swiftSettings: strict),
    .executableTarget(
      name: "EmbeddedBroker", dependencies: ["Kafka"], path: "Services/EmbeddedBroker", swiftSettings: strict),

    shared(
      "ServiceKit", ["Messages", "Accounting", "JSON", "Kafka", "Postgres", "HTTP", "Crypto"],
      migrations: ["0000_create_api_keys", "0000_create_lanes"]),
    shared("ReportNotes", ["Reports", "Recognition", "Messages", "Accounting"]),
    shared("Reports", ["Accounting", "JSON", "Crypto"]),
    shared("Recognition", ["Messages", "Accounting", "JSON"]),
    shared("Messages", ["Accounting", "JSON"]),
    shared("Accounting"),

    shared("Kafka", ["CKafka"]),
    system("CKafka", "rdkafka", "librdkafka-dev"),
    shared("Postgres", ["Crypto", "CPostgres"]),
    system("CPostgres", "libpq", "libpq-dev"),
    shared("HTTP", ["JSON", "CMicroHTTP"]),
    .target(name: "CMicroHTTP", path: "Shared/CMicroHTTP", linkerSettings: [.linkedLibrary("microhttpd")]),
    shared("Crypto", ["CCrypto"]),
    system("CCrypto", "libcrypto", "libssl-dev"),
    shared("JSON", ["CSimdjson"]),
    .target(name: "CSimdjson", path: "Shared/CSimdjson", linkerSettings: [.linkedLibrary("simdjson")]),

    tests("Accounting", ["Accounting"]),
    tests("JSON", ["JSON"]),
    tests("Messages", ["Messages", "Accounting", "JSON"]),
    tests("Recognition", ["Recognition", "Messages", "Accounting", "JSON"]),
    tests(
      "Conformance", ["Recognition", "Messages", "Accounting", "JSON"],
      exclude: ["README.md", "own.json", "stripe-documents.json"] + sections.map { "section-\($0).json" }),
    tests("Reports", ["Reports", "Accounting", "JSON"], exclude: ["golden"]),
    tests("Command", ["Installation", "Earned", "Reports", "Recognition", "Messages", "Accounting", "JSON"]),
    tests("Browser", ["Reports", "Accounting"]),
    tests(
      "Reporting",
      [
        "Reporting", "Earned", "ReportNotes", "Reports", "Recognition", "Messages", "Accounting", "JSON", "Postgres",
        "HTTP", "ServiceKit",
      ]),
    tests("Kafka", ["Kafka", "EmbeddedBroker"]),
    tests("Postgres", ["Postgres"]),
    tests("HTTP", ["HTTP"]),
    tests("Crypto", ["Crypto"]),
    tests("Ingestion", ["Ingestion", "Recognition", "Messages", "Accounting", "JSON", "Crypto", "Postgres"]),
    tests("ServiceKit", ["ServiceKit", "Messages", "Accounting", "Crypto", "JSON", "Kafka", "Postgres"]),
    .target(
      name: "Installation", dependencies: ["Messages", "JSON", "Kafka", "Postgres"], path: "Tests/Installation",
      swiftSettings: strict),
    tests("Integration", ["Installation"] + executables),
    tests("Faults", ["Installation", "Messages", "Kafka", "Postgres"] + executables),
  ],
  cxxLanguageStandard: .cxx17
)
