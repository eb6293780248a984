import Accounting
import Recognition
import Testing

@testable import Earned

struct ManyBooksTests {
  @Test func `Many books computed at once, on every core, are those computed one by one`() {
    var lines: [FactLine] = []
    SyntheticBusiness(customers: 400, months: 12, seed: 7).tell { line in
      lines.append(FactLine(place: FactPlace(file: "test", number: lines.count + 1), text: line[...]))
    }
    var oneByOne = PostedState()
    let expected = Ledgers(lines, asOf: nil) { for run in $0.runs { oneByOne.add(run) } }
    var atOnce = PostedState()
    let found = Ledgers(atOnce: lines, asOf: nil) { runs, _ in for run in runs { atOnce.add(run) } }
    #expect(found.books.values.flatMap(\.states).count > 1_000)
    #expect(entries(atOnce) == entries(oneByOne))
    #expect(found.openFacts == expected.openFacts)
  }

  private func entries(_ posted: PostedState) -> Set<String> {
    Set(posted.runs.flatMap { run in run.entries.map { "\(run.transaction) \(run.line ?? "") \(run.cause) \($0)" } })
  }
}
