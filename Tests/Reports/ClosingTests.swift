import Accounting
import Reports
import Testing

/// Whether books agree with what was told, and whether a period can be closed.
@Suite struct ClosingTests {
  @Test("Cash is reconciled by kind of money and currency, facts by who told them")
  func reconciliation() throws {
    let report = try Story.report(.reconciliation)
    #expect(
      Story.cells(report.rows) == [
        "Cash charges usd 15000 10000 . . 5000", "Cash refunds usd -400 -400 . . 0", "Facts import . 2 1 0 1 0",
        "Facts shop . 11 10 1 0 0",
      ])
    #expect(Story.cells(report.totals) == ["Cash Total usd 14600 9600 . . 5000"])
    #expect(report.notes.count == 2)
    let december = try Story.report(.reconciliation, [("start", "2022-12"), ("end", "2022-12"), ("currency", "usd")])
    #expect(
      Story.cells(december.rows).prefix(2) == ["Cash charges usd 5000 0 . . 5000", "Cash refunds usd -400 -400 . . 0"])
    let june = try Story.report(.reconciliation, [("end", "2022-06")])
    #expect(Story.cells(june.totals) == ["Cash Total usd 10000 10000 . . 0"] && june.notes.count == 1)
  }

  @Test(
    "Fees, credit notes, transfers and what is entered by hand each have their line; corrections count where they belong"
  )
  func kinds() throws {
    let ledger = LedgerInMemory(
      Story.journal(
        """
        2022-06 Fees Cash 30 usd in_A il_A cus_A 2022-06 charge.succeeded
        2022-06 Fees Cash 5 usd fee_1 . . 2022-06 fee.charged
        2022-06 CreditNotes Cash 200 usd in_A il_A cus_A 2022-06 credit_note.issued
        2022-06 Transfer Cash 70 usd tr_1 . . 2022-06 transfer.created
        2022-06 Cash Revenue 11 usd je_1 . . 2022-06 journal_entry
        2022-06 Disputes Cash 40 usd in_A il_A cus_A 2022-06 dispute.created
        2022-07 Cash AccountsReceivable 500 usd in_A il_A cus_A 2022-06 charge.succeeded original=2022-06
        2022-07 Cash AccountsReceivable 1 usd in_B il_B cus_B 2022-07 charge.succeeded
        """))
    let report = try Story.report(.reconciliation, [("start", "2022-06"), ("end", "2022-06")], of: ledger)
    #expect(
      Story.cells(report.rows) == [
        "Cash charges usd 0 500 . . -500", "Cash refunds usd 0 -200 . . 200", "Cash disputes usd 0 -40 . . 40",
        "Cash fees usd 0 -35 . . 35", "Cash transfers usd 0 -70 . . 70", "Cash other usd 0 11 . . -11",
      ])
  }

  @Test("A period is looked at check by check, and its manifest names its entries and its configuration")
  func close() throws {
    let report = try Story.report(.close, [("end", "2022-12")])
    #expect(
      Story.cells(report.rows) == [
        "Checks period_not_over ok 0 . . . .", "Checks earlier_periods_open ok 0 . . . .",
        "Checks facts_waiting look 1 open_facts . . .", "Checks facts_refused look 1 open_facts . . .",
        "Checks currencies_out_of_balance ok 0 trial_balance?start=2022-12?end=2022-12 . . .",
        "Checks cash_differences look 1 reconciliation?start=2022-12?end=2022-12 . . .",
        "Checks negative_deferred_revenue ok 0 deferred_rollforward?start=2022-12?end=2022-12 . . .",
        "Checks accounts_not_mapped ok 0 trial_balance?start=2022-12?end=2022-12 . . .",
        "Checks corrections look 1 corrections?start=2022-12?end=2022-12 . . .",
        // What sha256sum says of these lines of the journal.
        "Manifest entries_sha256 . 5 . . . ba68ae41f7e4f40ede98e99d3a62c2aa8d237b74037a339ba02df93e0bc1b524",
        "Manifest debits . 2 . jpy 1000 .", "Manifest debits . 3 . usd 3600 .", "Manifest rule . 1 . . . fact-11",
        "Manifest settings . 2 . . . fact-s2",
      ])
    #expect(report.notes == ["The period can be closed once 4 checks are looked at."])
  }

  @Test("A period that is not over cannot be closed, one that is closed says so, and open ones before it are counted")
  func states() throws {
    var context = Story.context
    context.now = Instant(rfc3339: "2022-12-31T23:59:59Z")
    let early = try Story.report(.close, in: context)
    #expect(Story.cells(early.rows)[0] == "Checks period_not_over stop 1 . . . .")
    #expect(early.notes == ["The period is not ready to be closed."])
    let closed = try Story.report(.close, [("end", "2022-11")])
    #expect(closed.notes == ["The period is closed: what comes later is booked as a correction."])
    var ledger = Story.threeCustomers
    ledger.configured.closedThrough = AccountingPeriod(year: 2022, month: 8)
    #expect(
      Story.cells(try Story.report(.close, [("end", "2022-12")], of: ledger).rows)[1]
        == "Checks earlier_periods_open look 3 . . . .")
    ledger.configured.closedThrough = nil
    #expect(
      Story.cells(try Story.report(.close, [("end", "2022-12")], of: ledger).rows)[1]
        == "Checks earlier_periods_open look 6 . . . .")
  }

  @Test("Deferred revenue below zero, and accounts that a general ledger does not name, are counted")
  func defects() throws {
    var ledger = LedgerInMemory(
      Story.journal(
        """
        2022-06 AccountsReceivable DeferredRevenue 100 usd in_A il_A cus_A 2022-06 invoice.finalized
        2022-06 DeferredRevenue Revenue 120 usd in_A il_A cus_A 2022-06 invoice.finalized
        2022-06 AccountsReceivable DeferredRevenue 50 usd in_B il_B cus_B 2022-06 invoice.finalized
        """))
    ledger.configured.mapsAccounts = true
    for index in ledger.rows.indices where ledger.rows[index].debit == .accountsReceivable {
      ledger.rows[index].debitName = GeneralLedgerAccount(name: "Debtors", number: nil)
    }
    let rows = Story.cells(try Story.report(.close, [("end", "2022-06")], of: ledger).rows)
    #expect(rows[6].hasPrefix("Checks negative_deferred_revenue look 1 "))
    #expect(rows[7].hasPrefix("Checks accounts_not_mapped look 2 "))
  }
}
