import Accounting
import Foundation
import Reports
import Testing

/// Pages as a browser shows them. Each is opened at the widths of a small phone, a phone, a tablet and a desk, light and
/// dark, and a script beside it reports what would trouble a reader.
@Suite(.enabled(if: Browser.path != nil), .serialized) struct PageTests {
  @Test(
    "Every page fits its screen, can be read in its colors, and says to a screen reader what it shows",
    arguments: [false, true])
  func readable(dark: Bool) throws {
    let browser = try Browser()
    defer { browser.close() }
    var pages: [String] = []
    for (label, ledger) in [("story", Ledgers.story), ("extremes", Ledgers.extremes), ("empty", LedgerInMemory([]))] {
      for definition in ReportDefinition.all {
        let query = try ReportQuery([("format", "html")], for: definition, calendar: .months)
        let context = ReportContext(
          current: AccountingPeriod(year: 2023, month: 6),
          completeness: Completeness(
            through: Instant(seconds: 1_669_032_000), positions: [.init(lane: 3, sequence: 17)], waiting: 1, refused: 2)
        )
        let report = try definition.report(query, from: ledger, in: context)
        let page = report.rendered(as: .html, in: PageFrame(account: "acct_demo", livemode: false))
        pages.append(try browser.write(page, as: "\(label)-\(definition.name.rawValue).html"))
      }
    }
    let problem = ReportProblem(.parameterInvalid, param: "start", message: "start is \"soon\", which is not a month.")
    pages.append(
      try browser.write(
        Array(PageFrame(account: "acct_demo", livemode: false).page(for: problem).utf8), as: "problem.html"))
    let problems = try browser.problems(of: pages, widths: [320, 390, 768, 1280], dark: dark)
    #expect(problems == [], "\(problems.joined(separator: "\n"))")
  }

  @Test("The inspection finds what it looks for")
  func inspection() throws {
    let browser = try Browser()
    defer { browser.close() }
    let page = """
      <!DOCTYPE html><style>body{margin:0;background:#fff}</style><main><h1 style="color:#ccc">Pale</h1><h1>Twice</h1>
      <div style="width:500px">Wide</div><input name="lonely"><table><tr><th>Bare</th></tr></table><svg></svg>
      <div class="scroll">Far</div></main>
      """
    let name = try browser.write(Array(page.utf8), as: "poor.html")
    #expect(
      try browser.problems(of: [name], widths: [390], dark: false).map { $0.dropFirst("poor.html at 390: ".count) } == [
        "is 500 wide", "has not one heading", "has no title or language", "has an unnamed field lonely",
        "has a heading without scope: Bare", "has a table without caption", "has a mute image",
        "has a region that no keyboard reaches", "is hard to read: Pale",
      ])
  }
}
