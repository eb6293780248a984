import Accounting
import Reports
import Testing

@Suite struct ReportTests {
  @Test("A trial balance adds up to zero in every column and currency")
  func trialBalanceAddsUp() throws {
    let report = try Story.report(.trialBalance, [("start", "2022-08"), ("end", "2022-12")])
    #expect(Story.cells(report.totals) == ["Total jpy 0 0 0", "Total usd 0 0 0"])
    #expect(Story.cells(report.rows).contains("DeferredRevenue usd -9000 -22900 -31900"))
  }

  @Test("A period's starting balances are the ending balances of the one before")
  func openingIsClosing() throws {
    let before = try Story.report(.trialBalance, [("start", "2022-06"), ("end", "2022-11"), ("currency", "usd")])
    let after = try Story.report(.trialBalance, [("start", "2022-12"), ("end", "2022-12"), ("currency", "usd")])
    var ending: [Cell: Cell] = [:]
    for row in before.rows { ending[row[0]] = row[4] }
    for row in after.rows { #expect(ending[row[0]] ?? .amount(0, .usd) == row[2]) }
  }

  @Test("The waterfall's columns are the net revenue of their periods")
  func waterfallTies() throws {
    let report = try Story.report(.waterfall, [("start", "2022-07"), ("end", "2022-12")])
    #expect(
      Story.cells(report.rows) == [
        "2022-06 usd 10000 1000 9000 0 0 0 0 10000 0",
        "2022-11 usd 36400 0 0 0 0 1600 3000 4600 31800",
        "2022-12 jpy 500 0 0 0 0 0 500 500 0",
        "2022-12 usd -400 0 0 0 0 0 -400 -400 0",
      ])
    #expect(
      Story.cells(report.totals) == [
        "Total jpy 500 0 0 0 0 0 500 500 0", "Total usd 46000 1000 9000 0 0 1600 2600 14200 31800",
      ])
  }

  @Test("A correction belongs to its original period and is booked in the open one")
  func corrections() throws {
    let report = try Story.report(.debitsAndCredits, [("corrections", "only")])
    #expect(Story.cells(report.rows) == ["2022-11 2022-12 usd Revenue DeferredRevenue 100"])
    let without = try Story.report(.debitsAndCredits, [("corrections", "exclude")])
    #expect(without.rows.allSatisfy { $0[0] == $0[1] })
  }

  @Test("What was posted for a cause and taken back again leaves no row, and what another cause did stays")
  func takenBack() throws {
    let june = [(name: "start", value: "2023-06"), ("end", "2023-06")]
    #expect(try Story.report(.debitsAndCredits, june).rows.isEmpty)
    var ledger = Story.threeCustomers
    ledger.rows += Story.journal(
      """
      2023-06 UnbilledAccountsReceivable Revenue 3000 usd in_D il_D cus_D 2023-06 subscription_item
      2023-06 Revenue UnbilledAccountsReceivable 3000 usd in_D il_D cus_D 2023-06 invoice.finalized
      """)
    #expect(
      try Story.cells(Story.report(.debitsAndCredits, june, of: ledger).rows) == [
        "2023-06 2023-06 usd UnbilledAccountsReceivable Revenue 3000",
        "2023-06 2023-06 usd Revenue UnbilledAccountsReceivable 3000",
      ])
  }

  @Test(
    "Whatever rows are told apart by, their sum is the same",
    arguments: ReportGrouping.named + [.metadata(key: "region")])
  func groupings(_ grouping: ReportGrouping) throws {
    let report = try Story.report(.debitsAndCredits, [("by", grouping.text)])
    let columns = report.columns.count
    #expect(report.rows.allSatisfy { $0.count == columns } && report.totals.allSatisfy { $0.count == columns })
    let totals = report.totals.map { $0.last }
    #expect(totals == [.amount(1_000, Currency("jpy") ?? .usd), .amount(71_700, .usd)])
  }

  @Test(
    "What the business noted on a line counts before what it noted on its invoice, and rows without a note stand apart")
  func metadata() throws {
    let november = [(name: "start", value: "2022-11"), ("corrections", "exclude"), ("by", "metadata.region")]
    let report = try Story.report(.debitsAndCredits, november)
    #expect(report.columns.map(\.name).contains("metadata.region"))
    #expect(
      Story.cells(report.rows) == [
        "2022-11 2022-11 usd north AccountsReceivable DeferredRevenue 36500",
        "2022-11 2022-11 usd north DeferredRevenue Revenue 1600",
        "2022-12 2022-12 jpy south AccountsReceivable DeferredRevenue 500",
        "2022-12 2022-12 jpy south DeferredRevenue Revenue 500", "2022-12 2022-12 usd . Refunds Cash 400",
        "2022-12 2022-12 usd north DeferredRevenue Revenue 3100",
      ])
    let aging = try Story.report(.receivablesAging, [("by", "metadata.region")])
    // On the first moment of January, the invoice due on 16 December is 16 days late.
    #expect(Story.cells(aging.rows) == ["jpy south 500 0 0 0 0 0 500", "usd north 0 36500 0 0 0 0 36500"])
    for value in ["metadata", "metadata.", "Metadata.region"] {
      let problem = try #require(throws: ReportProblem.self) {
        try Story.report(.debitsAndCredits, [("by", value)])
      }
      #expect(problem.param == "by" && problem.message.contains("metadata.KEY"))
    }
    let event = try #require(throws: ReportProblem.self) { try Story.report(.receivablesAging, [("by", "event")]) }
    #expect(event.param == "by")
  }

  @Test("A key of metadata stays text in every form")
  func hostileKey() throws {
    let report = try Story.report(.debitsAndCredits, [("by", "metadata.<b>\u{1B}\",=1")])
    #expect(!report.html(in: PageFrame(account: "acct_demo", livemode: false)).contains("<b>"))
    #expect(!report.table().unicodeScalars.contains { $0.value == 0x1B })
    #expect(report.csv().contains("\"metadata.<b>\u{1B}\"\",=1\""))
  }

  @Test("Coarser rows from a database give the same report as the entries themselves")
  func coarserRows() throws {
    var sums: [LedgerRow: Int128] = [:]
    // The recognition planned for June 2023 and taken back is what a database nets by itself.
    for row in Story.threeCustomers.rows.map(\.upright) where row.period != .init(year: 2023, month: 6) {
      var key = row
      (key.amount, key.transaction, key.line, key.customer, key.event, key.cause, key.fact) =
        (0, nil, nil, nil, nil, nil, nil)
      sums[key, default: 0] += row.amount
    }
    let ledger = LedgerInMemory(
      sums.map { key, amount in
        var row = key
        row.amount = amount
        return row
      })
    for name in [ReportName.overview, .trialBalance, .debitsAndCredits, .waterfall] {
      #expect(try Story.report(name, of: ledger).json() == Story.report(name).json())
    }
  }

  @Test("An empty ledger gives every report in every form")
  func emptyLedger() throws {
    for name in ReportName.allCases {
      let report = try Story.report(name, of: LedgerInMemory([]))
      for format in ReportFormat.allCases where format != .jsonl { #expect(!report.rendered(as: format).isEmpty) }
    }
  }

  @Test("Without an end, a report stops at today's period, and the journal does not")
  func defaultPeriods() throws {
    let balance = try Story.report(.trialBalance)
    #expect(balance.periods?.upperBound == AccountingPeriod(year: 2022, month: 12))
    let entries = try Story.report(.entries)
    #expect(entries.rows.count == Story.threeCustomers.rows.count)
    #expect(entries.periods?.upperBound == AccountingPeriod(year: 2023, month: 6))
  }

  @Test("Where every period is a row or a column, a report shows the last two years unless told otherwise")
  func recentPeriods() throws {
    var ledger = Story.threeCustomers
    ledger.rows.append(
      LedgerRow(
        period: .init(year: 1, month: 1), booked: .init(year: 1, month: 1), currency: .usd, debit: .cash,
        credit: .revenue, amount: 700))
    let january = AccountingPeriod(year: 2021, month: 1)
    #expect(try Story.report(.overview, of: ledger).periods?.lowerBound == january)
    #expect(try Story.report(.waterfall, of: ledger).periods?.lowerBound == january)
    #expect(try Story.report(.trialBalance, of: ledger).periods?.lowerBound == .init(year: 1, month: 1))
    // What came before counts in balances all the same.
    #expect(Story.cells(try Story.report(.overview, of: ledger).rows).contains("2021-01 usd 0 0 0 700"))
    let problem = try #require(throws: ReportProblem.self) {
      try Story.report(.waterfall, [("start", "0001-01"), ("end", "9999-12")])
    }
    #expect(problem.param == "start")
  }

  @Test("The line writer and the report of entries give the same bytes")
  func entryLines() throws {
    var bytes: [UInt8] = []
    var line = EntryLine(calendar: .months)
    for row in Story.threeCustomers.rows { line.append(row, to: &bytes) }
    #expect(try Story.report(.entries).jsonLines() == bytes)
  }

  @Test("Sums beyond 64 bits are exact")
  func largeAmounts() throws {
    let row = LedgerRow(
      period: .init(year: 2022, month: 1), booked: .init(year: 2022, month: 1), currency: .usd, debit: .cash,
      credit: .revenue, amount: Int128(Int64.max))
    let report = try Story.report(.trialBalance, of: LedgerInMemory([row, row, row]))
    #expect(Story.cells(report.rows)[0] == "Cash usd 0 27670116110564327421 27670116110564327421")
    #expect(report.csv().contains("Revenue,usd,0.00,-276701161105643274.21,-276701161105643274.21\r\n"))
    #expect(String(decoding: report.json(), as: UTF8.self).contains("\"ending\":-27670116110564327421}"))
    // A chart of such amounts still has its five lines.
    #expect(try Story.report(.overview, of: LedgerInMemory([row, row, row])).html(in: .standalone).contains("<svg"))
  }
}
