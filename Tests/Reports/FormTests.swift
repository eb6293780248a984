import Accounting
import JSON
import Testing

@testable import Reports

@Suite struct FormTests {
  @Test(
    "An amount has the digits of its currency",
    arguments: [
      (0, "usd", "0.00"), (5, "usd", "0.05"), (-5, "usd", "-0.05"), (100, "usd", "1.00"), (123_456, "usd", "1234.56"),
      (500, "jpy", "500"), (-1, "jpy", "-1"), (500, "kwd", "0.500"), (-1_234_567, "kwd", "-1234.567"),
    ] as [(Int128, String, String)])
  func amounts(amount: Int128, code: String, text: String) throws {
    #expect(AmountText.plain.text(amount, try #require(Currency(code))) == text)
  }

  @Test(
    "Thousands are set apart for people",
    arguments: [
      (99_999, "999.99"), (100_000, "1,000.00"), (-123_456_789, "\u{2212}1,234,567.89"),
      (Int128(10) << 100, "126,765,060,022,822,940,149,670,320,537.60"),
    ] as [(Int128, String)])
  func thousands(amount: Int128, text: String) {
    #expect(AmountText.typeset.text(amount, .usd) == text)
  }

  @Test(
    "What a spreadsheet would run is made harmless, and nothing else is touched",
    arguments: [
      ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'\t=1"), ("\r=1", "'\r=1"),
      ("\n=1", "'\n=1"), (" =1", "' =1"), ("\u{A0}=1", "'\u{A0}=1"), ("\u{200B}=1", "'\u{200B}=1"),
      ("\u{FEFF}=1", "'\u{FEFF}=1"), ("\u{FF1D}1", "'\u{FF1D}1"), ("cus_1", "cus_1"), ("a=b", "a=b"), ("", ""),
      ("'=1", "'=1"), ("Ärzte GmbH", "Ärzte GmbH"),
    ])
  func formulas(text: String, harmless: String) {
    #expect(CSVField.harmless(text) == harmless)
  }

  @Test(
    "A field that would end early is quoted",
    arguments: [
      ("a,b", "\"a,b\""), ("say \"so\"", "\"say \"\"so\"\"\""), ("a\r\nb", "\"a\r\nb\""), ("a\nb", "\"a\nb\""),
      ("plain", "plain"),
    ])
  func quoting(text: String, quoted: String) {
    #expect(CSVField.quoted(text) == quoted)
  }

  static let hostile = [
    "<script>alert(1)</script>", "\"onmouseover=\"alert(1)", "'; DROP TABLE entry; --",
    "=HYPERLINK(\"http://x\",\"y\")",
    "\u{202E}txt.exe", "\u{1B}[31mred", "line\r\nbreak", "nul\u{0}byte", "&amp;", "</td></tr>", "a,b,\"c\"",
  ]

  @Test("Hostile text stays text in every form", arguments: hostile)
  func hostileText(_ text: String) throws {
    let row = LedgerRow(
      period: .init(year: 2022, month: 1), booked: .init(year: 2022, month: 1), currency: .usd, debit: .cash,
      credit: .revenue, amount: 1, transaction: text, line: text, customer: text, fact: text)
    let report = try Story.report(.entries, of: LedgerInMemory([row]))

    let document = try JSONDocument(parsing: report.json())
    #expect(document.root["rows"]?.elements.first?["transaction"]?.string == text)
    let lines = String(decoding: report.jsonLines(), as: UTF8.self)
    #expect(lines.unicodeScalars.count(where: { $0 == "\n" }) == 1)

    let page = report.html(in: PageFrame(account: text, livemode: false))
    #expect(!page.contains("<script"))
    #expect(!page.contains("onmouseover=\""))
    #expect(!page.contains("</td></tr><"))
    #expect(!page.unicodeScalars.contains { $0.value == 0 || $0.value == 0x1B })

    let table = report.table()
    #expect(!table.unicodeScalars.contains { $0.value == 0x1B || $0.value == 0x202E || $0.value == 0x0D })
    #expect(!report.csv().contains(",="))
  }

  @Test("A page of a problem shows the request's text as text")
  func problemPage() {
    let problem = ReportProblem(.parameterInvalid, param: "<b>", message: "start is \"<img src=x>\"")
    let page = PageFrame(account: "acct_demo", livemode: false).page(for: problem)
    #expect(!page.contains("<img") && !page.contains("<b>"))
  }

  @Test("A page loads nothing and runs nothing")
  func selfContained() throws {
    for name in ReportName.allCases {
      let page = try Story.report(name).html(in: PageFrame(account: "acct_demo", livemode: false))
      for word in ["<script", "<link", "<img", "http:", "https:", "url(", "@import"] { #expect(!page.contains(word)) }
    }
  }

  @Test("A page that stands alone has no links")
  func standalone() throws {
    for name in ReportName.allCases { #expect(try !Story.report(name).html(in: .standalone).contains("href")) }
  }
}
