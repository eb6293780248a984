import Foundation
import Reports
import Testing

/// Each report in each form, compared with a file. `UPDATE_GOLDEN=1` writes the files anew; the difference is the review.
@Suite struct GoldenTests {
  struct Case: CustomTestStringConvertible {
    let name: ReportName
    let format: ReportFormat
    var pairs: [(name: String, value: String)] = []
    var suffix = ""

    var file: String { "\(name.rawValue)\(suffix).\(format == .table ? "txt" : format.rawValue)" }
    var testDescription: String { file }
  }

  static let cases: [Case] =
    ReportName.allCases.flatMap { name in ReportFormat.allCases.map { Case(name: name, format: $0) } }
    + [
      Case(
        name: .debitsAndCredits, format: .csv, pairs: [("by", "line"), ("corrections", "only")], suffix: "_corrections"),
      Case(name: .debitsAndCredits, format: .table, pairs: [("by", "metadata.region")], suffix: "_metadata"),
      Case(name: .receivablesAging, format: .csv, pairs: [("by", "metadata.region")], suffix: "_metadata"),
      Case(name: .trialBalance, format: .table, pairs: [("start", "2022-08"), ("end", "2022-11")], suffix: "_range"),
      Case(name: .waterfall, format: .table, pairs: [("start", "2022-08"), ("end", "2022-11")], suffix: "_range"),
      Case(name: .waterfall, format: .csv, pairs: [("columns", "quarter")], suffix: "_quarters"),
    ]
    + ReportFormat.allCases.map { format in
      Case(
        name: .incomeStatement, format: format,
        pairs: [("columns", "quarter"), ("start", "2022-07"), ("end", "2022-12"), ("compare", "2022-01")],
        suffix: "_compared")
    }

  @Test("A report gives the bytes of its golden file", arguments: cases)
  func golden(_ testCase: Case) throws {
    let report = try Story.report(testCase.name, testCase.pairs)
    let bytes = Data(report.rendered(as: testCase.format, in: PageFrame(account: "acct_demo", livemode: false)))
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "golden/\(testCase.file)")
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" { try bytes.write(to: file) }
    #expect(String(decoding: bytes, as: UTF8.self) == String(decoding: try Data(contentsOf: file), as: UTF8.self))
  }
}
