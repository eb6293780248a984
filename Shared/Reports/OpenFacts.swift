import Accounting

extension ReportDefinition {
  /// The facts that are not in the books, and why.
  static let openFacts = ReportDefinition(
    name: .openFacts, title: "Waiting and refused facts",
    sentence: "Facts that are not in the books: those that wait, and for what; those that are refused, and why.",
    parameters: [],
    select: nil,
    make: { input in
      Output(
        columns: [
          .init("state"), .init("fact"), .init("type"), .init("time"), .init("code"), .init("reason"),
        ],
        rows: input.openFacts.map { fact in
          [
            .label(fact.state.rawValue), .text(fact.fact), .text(fact.type),
            fact.time.map { .instant($0) } ?? .empty, fact.code.map { .label($0) } ?? .empty, .text(fact.reason),
          ]
        })
    })
}
