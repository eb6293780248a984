import Accounting

extension ReportDefinition {
  /// Whether the books agree with what was told: the cash in them with the money that processors told of, and the facts in
  /// them with the facts told.
  static let reconciliation = ReportDefinition(
    name: .reconciliation, title: "Reconciliation",
    sentence: "Cash in the books against the money that was told of, and facts told against facts booked, by source.",
    parameters: [.start, .end, .currency, .asOf],
    needs: [.cash, .tellings],
    select: { query, _ in
      // Corrections stand in later periods than the money they are about.
      LedgerSelection(currency: query.currency, accounts: [.cash], dimensions: [.event], asOf: query.asOf)
    },
    make: { input in
      var output = Output(
        columns: [
          .init("section"), .init("item"), .init("currency"), .init("told", .amount), .init("booked", .amount),
          .init("waiting", .amount), .init("refused", .amount), .init("difference", .amount),
        ])
      let cash = CashReconciliation(input)
      for (line, sums) in cash.lines {
        output.rows.append(cash.row("Cash", line.item, line.currency, sums))
      }
      for (currency, sums) in cash.totals {
        output.totals.append(cash.row("Cash", "Total", currency, sums))
      }
      for note in input.tellings {
        output.rows.append([
          .label("Facts"), .text(note.source), .empty, .count(note.told), .count(note.booked), .count(note.waiting),
          .count(note.refused), .count(note.told - note.booked - note.waiting - note.refused),
        ])
      }
      output.notes = ["Facts are counted from the beginning, each delivery once; cash is of the periods shown."]
      if input.tellings.isEmpty {
        output.notes[0] = "How many facts were told is not known of this moment; cash is of the periods shown."
      }
      if cash.lines.contains(where: { $0.sums.difference != 0 }) {
        output.notes.append(
          "A difference in cash is money told of that is not booked: see waiting and refused facts, or what was excluded."
        )
      }
      return output
    })
}

/// The cash of some periods: as the books have it, and as facts tell it.
struct CashReconciliation {
  struct Sums {
    var told: Int128 = 0
    var booked: Int128 = 0

    var difference: Int128 { told - booked }
  }

  struct Line: Hashable {
    let item: String
    let place: Int
    let currency: Currency
  }

  /// What each kind of money adds up to, by currency.
  let lines: [(line: Line, sums: Sums)]

  /// What all of it adds up to, by currency.
  var totals: [(Currency, Sums)] {
    Dictionary(lines.map { ($0.line.currency, $0.sums) }) {
      Sums(told: $0.told + $1.told, booked: $0.booked + $1.booked)
    }.sorted { $0.key.code < $1.key.code }.map { ($0.key, $0.value) }
  }

  /// The cash of the periods that the report covers, in rows that debit or credit it.
  init(_ input: ReportDefinition.Input) {
    var sums: [Line: Sums] = [:]
    func isCovered(_ period: AccountingPeriod) -> Bool { input.periods.map { $0.contains(period) } ?? true }
    for row in input.rows where isCovered(row.originalPeriod ?? row.period) && row.debit != row.credit {
      guard row.debit == .cash || row.credit == .cash else { continue }
      sums[Line(Self.kind(of: row), row.currency), default: Sums()].booked +=
        row.debit == .cash ? row.amount : -row.amount
    }
    for note in input.cash where isCovered(input.calendar.period(containing: note.on)) {
      if let currency = input.query.currency, currency != note.currency { continue }
      sums[Line(note.kind, note.currency), default: Sums()].told += Int128(note.amountMinorUnits)
    }
    lines = sums.sorted { ($0.key.currency.code, $0.key.place) < ($1.key.currency.code, $1.key.place) }
      .map { ($0.key, $0.value) }
  }

  /// What kind of money an entry is about; nil: what no processor tells of, such as entries made by hand.
  private static func kind(of row: LedgerRow) -> CashNote.Kind? {
    if row.debit == .fees || row.credit == .fees { return .fees }
    switch row.event?.prefix(while: { $0 != "." }) {
    case "charge": return .charges
    case "refund", "credit_note": return .refunds
    case "dispute": return .disputes
    case "fee": return .fees
    case "transfer", "application_fee": return .transfers
    default: return nil
    }
  }

  /// A line as cells.
  func row(_ section: String, _ item: String, _ currency: Currency, _ sums: Sums) -> [Cell] {
    [
      .label(section), .label(item), .currency(currency), .amount(sums.told, currency), .amount(sums.booked, currency),
      .empty, .empty, .amount(sums.difference, currency),
    ]
  }
}

extension CashReconciliation.Line {
  fileprivate init(_ kind: CashNote.Kind?, _ currency: Currency) {
    item = kind?.rawValue ?? "other"
    place = kind.flatMap { CashNote.Kind.allCases.firstIndex(of: $0) } ?? CashNote.Kind.allCases.count
    self.currency = currency
  }
}
