import Accounting
import Reports
import Testing

/// Periods gathered into quarters and years, and one range compared with another.
@Suite struct ColumnsTests {
  private func usd(_ name: ReportName, _ pairs: [(name: String, value: String)]) throws -> Report {
    try Story.report(name, pairs + [("currency", "usd")])
  }

  @Test("Quarters and years add up their periods, and say which part of them is covered")
  func incomeByQuarter() throws {
    let quarters = try usd(.incomeStatement, [("columns", "quarter")])
    #expect(quarters.columns.map(\.name).suffix(4) == ["2022-Q2 (2022-06)", "2022-Q3", "2022-Q4", "total"])
    #expect(
      Story.cells(quarters.rows) == [
        "Revenue Revenue usd 0 10000 4600 14600", "Contra revenue Refunds usd 0 0 -400 -400",
        "Net revenue . usd 0 10000 4200 14200",
      ])
    let years = try usd(.incomeStatement, [("columns", "year"), ("start", "2022-01"), ("end", "2023-06")])
    #expect(years.columns.map(\.name).suffix(3) == ["2022", "2023 (2023-01 to 2023-06)", "total"])
    #expect(Story.cells(years.totals) == ["Net income . usd 14200 31800 46000"])
  }

  @Test("The year so far counts from its first period, also where that is not shown, and has no total")
  func yearToDate() throws {
    let report = try usd(.incomeStatement, [("columns", "year_to_date"), ("start", "2022-11"), ("end", "2023-01")])
    #expect(
      report.columns.map(\.name).suffix(3) == ["2022-11 year to date", "2022-12 year to date", "2023-01 year to date"])
    #expect(Story.cells(report.rows)[0] == "Revenue Revenue usd 11600 14600 31800")
  }

  @Test("A range is compared with as many periods from another one on")
  func compare() throws {
    let report = try usd(.incomeStatement, [("start", "2022-11"), ("end", "2022-12"), ("compare", "2022-07")])
    #expect(report.columns.suffix(2).map(\.title) == ["2022-07 to 2022-08", "Change"])
    #expect(report.columns.suffix(2).map(\.name) == ["compared", "change"])
    #expect(Story.cells(report.rows)[0] == "Revenue Revenue usd 1600 3000 4600 10000 -5400")
    let years = try usd(
      .incomeStatement, [("columns", "year_to_date"), ("start", "2023-01"), ("end", "2023-01"), ("compare", "2022-12")])
    #expect(Story.cells(years.rows)[0] == "Revenue Revenue usd 31800 14600 17200")
    let one = try usd(.incomeStatement, [("start", "2022-08"), ("end", "2022-08"), ("compare", "2023-05")])
    #expect(Story.cells(one.totals) == ["Net income . usd 9000 9000 0 9000"])
  }

  @Test("Balances are those at the end of a quarter or year")
  func balances() throws {
    let sheet = try usd(.balanceSheet, [("columns", "quarter")])
    #expect(Story.cells(sheet.rows).contains("Liabilities DeferredRevenue usd 10000 0 31900"))
    let contracts = try usd(.contractBalances, [("columns", "year"), ("start", "2022-01")])
    #expect(
      Story.cells(contracts.rows) == [
        "2022 usd receivables 0 36500 36500", "2022 usd contract_assets 0 0 0",
        "2022 usd contract_liabilities 0 31900 31900",
      ])
  }

  @Test("Deferred revenue of a quarter was opening if it was billed before the quarter")
  func rollforward() throws {
    let report = try usd(.deferredRollforward, [("columns", "quarter")])
    #expect(
      Story.cells(report.rows) == [
        "2022-Q2 (2022-06) usd 0 10000 0 0 0 10000", "2022-Q3 usd 10000 0 -10000 -10000 0 0",
        "2022-Q4 usd 0 36500 -4600 0 0 31900",
      ])
    let summary = try usd(.periodSummary, [("columns", "year"), ("start", "2022-01")])
    let rows = Story.cells(summary.rows)
    #expect(rows.contains("net_revenue usd 14200") && rows.contains("deferred_starting usd 0"))
    #expect(rows.contains("less_recognized_revenue usd -14600") && rows.contains("deferred_ending usd 31900"))
  }

  @Test("The waterfall gathers what was booked as well as what is recognized")
  func waterfall() throws {
    let report = try usd(.waterfall, [("columns", "quarter")])
    #expect(
      Story.cells(report.rows) == [
        "2022-Q2 usd 10000 0 10000 0 10000 0", "2022-Q4 usd 36000 0 0 4200 4200 31800",
      ])
    let problem = try #require(throws: ReportProblem.self) { try usd(.waterfall, [("columns", "year_to_date")]) }
    #expect(problem.param == "columns" && problem.message.contains("period, quarter, year"))
  }

  @Test("Weeks have the quarters and years of their calendar, and thirteen periods make no quarters")
  func weeks() throws {
    let start = try #require(CivilDate("2022-08-01"))
    func context(_ kind: Calendar.Kind) -> ReportContext {
      ReportContext(calendar: Calendar(kind: kind, start: start, week53: .sixthYear))
    }
    // The periods of the story keep their places in the sequence: 2022-08 is the first of weeks.
    let report = try Story.report(
      .incomeStatement, [("columns", "quarter"), ("end", "2022-P05"), ("currency", "usd")], in: context(.weeks445))
    #expect(
      report.columns.map(\.name).dropFirst(3) == [
        "2022-Q2 (2022-06)", "2022-Q3 (2022-07)", "2022-Q1", "2022-Q2 (2022-P04 to 2022-P05)", "total",
      ])
    #expect(Story.cells(report.rows)[0] == "Revenue Revenue usd 0 1000 9000 4600 14600")
    let problem = try #require(throws: ReportProblem.self) {
      try Story.report(.incomeStatement, [("columns", "quarter")], in: context(.weeks13x4))
    }
    #expect(problem.param == "columns")
    let years = try Story.report(
      .incomeStatement, [("columns", "year"), ("currency", "usd")], in: context(.weeks13x4))
    #expect(
      years.columns.map(\.name).dropFirst(3) == ["2022 (2022-06 to 2022-07)", "2022 (2022-P01 to 2022-P11)", "total"])
  }

  @Test(
    "What cannot be gathered or compared is refused with the parameter's name",
    arguments: [
      ("columns", "month", "parameter_invalid"), ("compare", "2022", "parameter_invalid"),
      ("compare", "last", "parameter_invalid"),
    ])
  func wrong(name: String, value: String, code: String) throws {
    let problem = try #require(throws: ReportProblem.self) { try Story.report(.incomeStatement, [(name, value)]) }
    #expect(problem.param == name && problem.code.rawValue == code)
    for other in [ReportName.trialBalance, .debitsAndCredits, .entries] {
      let unknown = try #require(throws: ReportProblem.self) { try Story.report(other, [(name, value)]) }
      #expect(unknown.code == .parameterUnknown)
    }
  }
}
