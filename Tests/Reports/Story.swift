import Accounting
import Reports

/// Short ledgers, written as an accountant would: `2022-06 AccountsReceivable DeferredRevenue 10000`.
enum Story {
  static let context = ReportContext(
    current: AccountingPeriod(year: 2022, month: 12),
    completeness: Completeness(
      through: Instant(seconds: 1_669_032_000), positions: [.init(lane: 3, sequence: 17)], waiting: 1, refused: 2))

  /// A prepaid package used in July and August, an annual line by the day, and one line in yen.
  static let threeCustomers = knowing(
    LedgerInMemory(
      journal(
        """
        2022-06 AccountsReceivable DeferredRevenue 10000 usd in_A il_AAA cus_A 2022-06 invoice.finalized
        2022-06 Cash AccountsReceivable 10000 usd in_A il_AAA cus_A 2022-06 charge.succeeded
        2023-06 DeferredRevenue Revenue 10000 usd in_A il_AAA cus_A 2022-06 invoice.finalized
        2022-07 DeferredRevenue Revenue 1000 usd in_A il_AAA cus_A 2022-06 performance_obligation.fulfilled
        2023-06 DeferredRevenue Revenue -1000 usd in_A il_AAA cus_A 2022-06 invoice.finalized
        2022-08 DeferredRevenue Revenue 9000 usd in_A il_AAA cus_A 2022-06 performance_obligation.fulfilled
        2023-06 DeferredRevenue Revenue -9000 usd in_A il_AAA cus_A 2022-06 invoice.finalized
        2022-11 AccountsReceivable DeferredRevenue 36500 usd in_B il_BBB cus_B 2022-11 invoice.finalized
        2022-11 DeferredRevenue Revenue 1600 usd in_B il_BBB cus_B 2022-11 invoice.finalized
        2022-12 DeferredRevenue Revenue 3100 usd in_B il_BBB cus_B 2022-11 invoice.finalized
        2023-01 DeferredRevenue Revenue 31800 usd in_B il_BBB cus_B 2022-11 invoice.finalized
        2022-12 Revenue DeferredRevenue 100 usd in_B il_BBB cus_B 2022-11 rule.set original=2022-11 rule=r_annual
        2022-12 Refunds Cash 400 usd re_1 il_AAA cus_A 2022-12 refund.created
        2022-12 AccountsReceivable DeferredRevenue 500 jpy in_C il_C cus_C 2022-12 invoice.finalized
        2022-12 DeferredRevenue Revenue 500 jpy in_C il_C cus_C 2022-12 invoice.finalized
        """),
      open: [
        OpenFact(
          state: .waiting, fact: "fact-9", type: "performance_obligation.fulfilled",
          time: Instant(seconds: 1_659_078_000),
          reason: "Waits for invoice line il_ZZZ."),
        OpenFact(
          state: .refused, fact: "fact-10", type: "performance_obligation.fulfilled", time: nil,
          code: "over_fulfillment",
          reason: "90.00 is more than the 80.00 left."),
      ]))

  /// What the facts say beside the entries: when invoices are due and the region that each was sold in; the money that moved,
  /// of which one payment waits for its invoice; what has become of the facts, and what was configured.
  private static func knowing(_ ledger: LedgerInMemory) -> LedgerInMemory {
    var ledger = ledger
    func day(_ text: String) -> Instant { CivilDate(text).map { Instant($0) } ?? .epoch }
    ledger.known = [
      "in_B": TransactionNotes(booked: day("2022-11-16"), due: day("2022-12-16"), metadata: ["region": "north"]),
      "in_C": TransactionNotes(
        booked: day("2022-12-05"), due: day("2023-01-04"), metadata: ["region": "north"],
        metadataOfLines: ["il_C": ["region": "south"]]),
    ]
    ledger.money = [
      CashNote(kind: .charges, on: day("2022-06-20"), currency: .usd, amountMinorUnits: 10_000),
      CashNote(kind: .refunds, on: day("2022-12-10"), currency: .usd, amountMinorUnits: -400),
      CashNote(kind: .charges, on: day("2022-12-20"), currency: .usd, amountMinorUnits: 5_000),
      CashNote(kind: .fees, on: day("2023-01-01"), currency: .usd, amountMinorUnits: -30),
    ]
    ledger.told = [
      TellingNote(source: "import", told: 2, booked: 1, waiting: 0, refused: 1),
      TellingNote(source: "shop", told: 11, booked: 10, waiting: 1, refused: 0),
    ]
    ledger.configured = ConfigurationNotes(
      versions: [
        .init(kind: "settings", fact: "fact-s1"), .init(kind: "rule", fact: "fact-11"),
        .init(kind: "settings", fact: "fact-s2"),
      ], closedThrough: AccountingPeriod(year: 2022, month: 11))
    return ledger
  }

  static func journal(_ text: String) -> [LedgerRow] {
    text.split(separator: "\n").enumerated().map { index, line in
      let words = line.split(separator: " ").map(String.init)
      guard words.count >= 9, let period = Calendar.months.period(named: words[0]),
        let debit = Account(rawValue: words[1]),
        let credit = Account(rawValue: words[2]), let amount = Int128(words[3]), let currency = Currency(words[4]),
        let booked = Calendar.months.period(named: words[8])
      else { preconditionFailure("not an entry: \(line)") }
      let original = words.first { $0.hasPrefix("original=") }.flatMap {
        Calendar.months.period(named: $0.dropFirst(9))
      }
      var row = LedgerRow(
        period: period, originalPeriod: original, booked: booked, currency: currency, debit: debit, credit: credit,
        amount: amount, transaction: words[5], line: words[6], customer: words[7], event: words[9],
        cause: words[5],
        fact: "fact-\(index)")
      row.rule = words.first { $0.hasPrefix("rule=") }.map {
        RuleNote(rule: String($0.dropFirst(5)), version: "fact-\(index)")
      }
      return row
    }
  }

  /// A report of the ledger, asked for as an address asks.
  static func report(
    _ name: ReportName, _ pairs: [(name: String, value: String)] = [], of ledger: LedgerInMemory = threeCustomers,
    in context: ReportContext = context
  ) throws -> Report {
    let definition = try ReportDefinition.named(name.rawValue)
    let query = try ReportQuery(pairs, for: definition, calendar: context.calendar)
    return try definition.report(query, from: ledger, in: context)
  }

  /// The cells of a report as words, amounts in minor units: a row a line.
  static func cells(_ rows: [[Cell]]) -> [String] {
    rows.map { row in
      row.map { cell in
        switch cell {
        case .empty: "."
        case .text(let text), .label(let text): text
        case .period(let period): Calendar.months.name(period)
        case .account(let account): account.rawValue
        case .currency(let currency): currency.code
        case .instant(let instant): instant.rfc3339
        case .amount(let amount, _): String(amount)
        case .count(let count): String(count)
        case .reference(let name, let asked): ([name.rawValue] + asked).joined(separator: "?")
        }
      }.joined(separator: " ")
    }
  }
}
