import Accounting
import Testing

@testable import Reports

/// The entries behind the figures of other reports.
@Suite struct ActivityTests {
  /// Every figure of a report that can be followed, beside what the entries behind it move.
  private func followed(
    _ name: ReportName, _ pairs: [(name: String, value: String)] = []
  ) throws -> [(cell: Int128, entries: Int128)] {
    let report = try Story.report(name, pairs)
    return try report.rows.flatMap { row in
      try row.enumerated().compactMap { index, cell in
        guard case .amount(let amount, let currency) = cell, amount != 0,
          let asked = report.activity(behind: row, at: index)
        else { return nil }
        let found = try Story.report(.activity, asked)
        let total = found.totals.compactMap { total in
          if case .amount(let amount, currency) = total[6] { amount } else { nil }
        }.first
        return (amount, total ?? 0)
      }
    }
  }

  @Test(
    "The entries behind a figure add up to it",
    arguments: [
      (.trialBalance, [], 14), (.trialBalance, [("start", "2022-08"), ("end", "2022-11")], 10),
      (.incomeStatement, [], 9), (.incomeStatement, [("columns", "quarter"), ("compare", "2022-11")], 10),
      (.incomeStatement, [("columns", "year_to_date")], 8), (.balanceSheet, [], 14),
      (.debitsAndCredits, [], 11), (.debitsAndCredits, [("by", "customer")], 11),
      (.debitsAndCredits, [("by", "line")], 11), (.debitsAndCredits, [("by", "event")], 11),
      (.waterfall, [], 10), (.waterfall, [("start", "2022-08")], 9),
    ] as [(ReportName, [(name: String, value: String)], Int)])
  func ties(name: ReportName, pairs: [(name: String, value: String)], atLeast count: Int) throws {
    let figures = try followed(name, pairs)
    #expect(figures.count >= count, "\(figures.count) figures can be followed")
    #expect(figures.allSatisfy { $0.cell.magnitude == $0.entries.magnitude }, "\(figures)")
  }

  @Test("Rows that name accounts by their general ledger, or are told apart by blanks or metadata, are not followed")
  func notFollowed() throws {
    #expect(try followed(.debitsAndCredits, [("by", "metadata.region")]).isEmpty)
    #expect(try followed(.debitsAndCredits, [("by", "product")]).isEmpty)
    #expect(try followed(.contractBalances).isEmpty)
  }

  @Test("An entry says what it is about, what posted it, and which version of which rule it was booked by")
  func entries() throws {
    let report = try Story.report(.activity, [("line", "il_BBB"), ("start", "2022-12"), ("end", "2022-12")])
    #expect(
      Story.cells(report.rows) == [
        "2022-12 . 2022-11 usd DeferredRevenue Revenue 3100 in_B il_BBB cus_B . . invoice.finalized in_B fact-9 . .",
        "2022-12 2022-11 2022-11 usd Revenue DeferredRevenue 100 in_B il_BBB cus_B . . rule.set in_B fact-11 r_annual fact-11",
      ])
    #expect(Story.cells(report.totals) == ["Total . . usd . . 3200 . . . . . . . . . ."])
  }

  @Test(
    "Each filter leaves what it asks for",
    arguments: [
      ("account", "Refunds", 1), ("account", "Refunds,Revenue", 11), ("transaction", "re_1", 1), ("line", "il_C", 2),
      ("customer", "cus_A", 8), ("event", "charge.succeeded", 1), ("booked", "2022-12", 3),
      ("original_period", "2022-11", 3), ("corrections", "only", 1), ("corrections", "exclude", 14),
      ("currency", "jpy", 2), ("limit", "4", 4), ("product", "prod_X", 0), ("price", "price_X", 0),
      ("against", "Cash", 2),
    ] as [(String, String, Int)])
  func filters(name: String, value: String, count: Int) throws {
    let report = try Story.report(.activity, [(name, value), ("end", "2023-06")])
    #expect(report.rows.count == count)
    #expect(report.query.pairs(calendar: .months).contains { $0.name == name && $0.value == value })
  }

  @Test(
    "A filter that cannot be is refused with its name",
    arguments: [
      ("account", "revenue"), ("account", "Revenue,"), ("account", ","), ("against", "Revenue,Cash"),
      ("booked", "soon"),
      ("original_period", "2022"), ("corrections", "no"),
    ])
  func wrong(name: String, value: String) throws {
    let problem = try #require(throws: ReportProblem.self) { try Story.report(.activity, [(name, value)]) }
    #expect(problem.param == name && problem.code == .parameterInvalid)
    if name == "account" || name == "booked" {
      let other = try #require(throws: ReportProblem.self) { try Story.report(.entries, [(name, value)]) }
      #expect(other.code == .parameterUnknown)
    }
  }

  @Test("A served page follows its figures, and keeps its filters when other periods are asked for")
  func pages() throws {
    let frame = PageFrame(account: "acct_demo", livemode: false)
    let balance = try Story.report(.trialBalance, [("currency", "usd")]).html(in: frame)
    #expect(
      balance.contains(
        "<a href=\"/reports/activity?start=2022-06&amp;end=2022-12&amp;currency=usd&amp;account=Cash\">96.00</a>"))
    let activity = try Story.report(.activity, [("account", "Cash"), ("booked", "2022-12")]).html(in: frame)
    #expect(activity.contains("<input type=\"hidden\" name=\"account\" value=\"Cash\">"))
    #expect(activity.contains("<input type=\"hidden\" name=\"booked\" value=\"2022-12\">"))
  }
}
