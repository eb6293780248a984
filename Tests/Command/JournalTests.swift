import Accounting
import Foundation
import Recognition
import Reports
import Testing

@testable import Earned

@Suite("Journals that other programs read", .enabled(if: JournalReader.areExpected))
struct JournalTests {
  @Test(
    "Each program finds the balances of the trial balance, to the cent", arguments: JournalReader.allCases, [1, 2, 3])
  func agree(_ reader: JournalReader, seed: UInt64) throws {
    let books = Self.books(seed: seed)
    var journal: [UInt8] = []
    books.printer(reader == .beancount ? .beancount : .ledger).finish(books.ledgers) { journal += $0 }
    let found = try reader.balances(of: journal)
    #expect(found == (try books.trialBalance()), "with seed \(seed)")
    #expect(found.count > 5)
  }

  @Test("Names cannot end a line or begin a comment", arguments: JournalReader.allCases)
  func hostileNames(_ reader: JournalReader) throws {
    let id = #"a\" ; b\n2024-01-01 * x\n  ~ |=*!\\"#
    let fact =
      #"{"id":"\#(id)","type":"charge.succeeded","time":"2024-01-05T00:00:00Z","#
      + #""data":{"charge":"\#(id)","currency":"kwd","amount":1234567}}"#
    let books = GeneratedBooks([Array(fact.utf8)])
    var journal: [UInt8] = []
    books.printer(reader == .beancount ? .beancount : .ledger).finish(books.ledgers) { journal += $0 }
    let found = try reader.balances(of: journal)
    #expect(found == ["Assets:Cash KWD": "1234.567", "Income:Revenue KWD": "-1234.567"])
  }

  private static func books(seed: UInt64) -> GeneratedBooks {
    var lines: [[UInt8]] = []
    SyntheticBusiness(customers: 60, months: 18, seed: seed).tell { lines.append($0) }
    // Other currencies, with other digits after the point, and money that goes back.
    for (index, currency) in ["jpy", "kwd", "eur"].enumerated() {
      let moment = "2024-0\(index + 2)-11T10:00:00Z"
      let amount = 1_000_003 + Int(seed) * 17
      lines.append(
        Array(
          #"{"id":"c-\#(currency)","type":"charge.succeeded","time":"\#(moment)","data":{"charge":"ch_\#(currency)","currency":"\#(currency)","amount":\#(amount)}}"#
            .utf8))
      lines.append(
        Array(
          #"{"id":"r-\#(currency)","type":"refund.created","time":"2024-07-01T00:00:00Z","data":{"refund":"re_\#(currency)","charge":"ch_\#(currency)","currency":"\#(currency)","amount":\#(amount / 3)}}"#
            .utf8))
    }
    return GeneratedBooks(lines)
  }
}

/// Books of facts, with their entries in the order of posting.
struct GeneratedBooks {
  let ledgers: Ledgers
  let rows: [LedgerRow]
  private let postings: [(fact: BookFact, runs: [EntryRun], key: Ledgers.Key)]

  init(_ lines: [[UInt8]]) {
    var postings: [(fact: BookFact, runs: [EntryRun], key: Ledgers.Key)] = []
    ledgers = Ledgers(lines.map { FactLine(place: FactPlace(file: "test"), text: $0[...]) }, asOf: nil) {
      postings.append(($0.fact, $0.runs, $0.key))
    }
    rows = postings.flatMap { posting in posting.runs.flatMap { LedgerRow.rows(of: $0, fact: posting.fact.id) } }
    self.postings = postings
  }

  func printer(_ form: EntryForm) -> EntryPrinter {
    var printer = EntryPrinter(form)
    for posting in postings { printer.print(posting.runs, of: posting.fact, in: posting.key) }
    return printer
  }

  /// The ending balance of each account and currency that is not zero, as a journal names and writes it.
  func trialBalance() throws -> [String: String] {
    let definition = try ReportDefinition.named("trial_balance")
    let report = try definition.report(ReportQuery(), from: LedgerInMemory(rows), in: ReportContext())
    var balances: [String: String] = [:]
    for row in report.rows {
      guard case .account(let account) = row[0], case .amount(let amount, let currency) = row.last, amount != 0 else {
        continue
      }
      let csv = report.csv().split(separator: "\r\n").first { $0.hasPrefix("\(account.rawValue),\(currency.code),") }
      balances["\(account.journalName) \(currency.code.uppercased())"] = csv?.split(separator: ",").last.map {
        JournalReader.normal(String($0))
      }
    }
    return balances
  }
}
