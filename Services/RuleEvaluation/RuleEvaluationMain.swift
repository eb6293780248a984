import Foundation
import Postgres
import ServiceKit

/// The service that decides which rule treats what.
@main struct RuleEvaluationMain {
  static func main() {
    let service = Service(
      name: "RuleEvaluation", schema: "rule_evaluation", defaultPort: 8082,
      migrations: [
        Migration(embedded: PackageResources._001_create_evaluation_log_sql, name: "0001_create_evaluation_log"),
        Migration(
          embedded: PackageResources._002_create_rules_and_candidates_sql, name: "0002_create_rules_and_candidates"),
        Migration(embedded: PackageResources._003_tell_tellings_apart_sql, name: "0003_tell_tellings_apart"),
      ],
      topics: [.facts, .evaluations])
    exit(
      service.run { _ in
        Service.Parts(groups: [
          LaneGroup(
            name: "evaluation", log: LogTable(name: "evaluation"), output: .evaluations,
            readers: ["obligation_fulfillment"]
          ) { turn in
            try ReaderWork(reader: "rule_evaluation", topic: .facts, turn: turn, handler: RuleEvaluationHandler())
          }
        ])
      })
  }
}
