import Accounting
import Reports
import Testing

struct LedgerOfSumsTests {
  @Test(arguments: ReportDefinition.all.filter { LedgerOfSums.suffices(for: $0, ReportQuery()) }.map(\.name.rawValue))
  func `A report says the same of sums as of entries`(name: String) throws {
    let entries = Story.threeCustomers
    var sums = LedgerOfSums()
    for row in entries.rows {
      sums.add(
        booked: row.booked, currency: row.currency, debit: row.debit, credit: row.credit, original: row.originalPeriod,
        from: row.period, amounts: [Int64(row.amount)])
    }
    let report = try ReportDefinition.named(name)
    let expected = try report.report(ReportQuery(), from: entries, in: Story.context).rendered(as: .json)
    #expect(try report.report(ReportQuery(), from: sums, in: Story.context).rendered(as: .json) == expected)
  }

  @Test func `Reports that name transactions or causes are not made of sums`() throws {
    let sufficing = ReportDefinition.all.filter { LedgerOfSums.suffices(for: $0, ReportQuery()) }.map(\.name)
    #expect(sufficing.contains(.trialBalance) && sufficing.contains(.waterfall))
    #expect(!sufficing.contains(.entries) && !sufficing.contains(.openFacts))
  }
}
