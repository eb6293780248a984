import Accounting
import Recognition
import Testing

@Suite("Explanations")
struct ExplanationTests {
  @Test("What facts added adds up to every entry of every case", arguments: WorkedCases.passing)
  func addsUp(_ example: WorkedCase) {
    let books = example.books()
    for state in books.states {
      let explanation = Explanation(
        BookInput(
          facts: state.facts, applied: state.applied, configuration: books.configuration, posted: state.posted))
      var explained = PostedState()
      for entry in explanation.entries {
        #expect(entry.contributions.reduce(0) { $0 + $1.amountMinorUnits } == entry.amountMinorUnits)
        var run = entry.run
        (run.from, run.amounts, run.originalPeriod) = (entry.period, [entry.amountMinorUnits], nil)
        explained.add(run)
      }
      // Nothing is posted that is not explained, and nothing explained that is not posted.
      #expect(difference(expected: explained.runs, posted: state.posted, closedThrough: nil).isEmpty)
    }
  }

  @Test(
    "A line's last step recognizes what is left of it, and its weights give its shares", arguments: WorkedCases.passing)
  func lines(_ example: WorkedCase) {
    let books = example.books()
    for state in books.states {
      let input = BookInput(
        facts: state.facts, applied: state.applied, configuration: books.configuration, posted: state.posted)
      for line in Explanation(input).lines {
        #expect(
          line.billedMinorUnits == line.recognizableMinorUnits + line.taxMinorUnits + line.passthroughMinorUnits
            + line.soldMinorUnits + line.excludedMinorUnits)
        for step in line.steps where step.shares.count == 1 {
          #expect(step.exactMillionths(0).map { $0 == Int128(step.amountMinorUnits) * 1_000_000 } ?? true)
        }
      }
    }
  }
}
