import Accounting

/// Writes entries one by one in the plain-text form of a journal that other programs read: one transaction an entry, on the
/// first day of its period, in major units.
public struct JournalForm {
  /// Who reads it.
  public enum Reader: String, CaseIterable, Sendable {
    /// `ledger` and `hledger`.
    case ledger
    /// `beancount`.
    case beancount
  }

  private let reader: Reader
  private let calendar: Calendar
  private var dates: [AccountingPeriod: String] = [:]

  /// A writer for this program, whose periods begin as the calendar says.
  public init(for reader: Reader, calendar: Calendar) {
    self.reader = reader
    self.calendar = calendar
  }

  /// What stands before the first entry: the accounts, where they must be opened.
  public var heading: String {
    guard reader == .beancount else { return "" }
    return Account.allCases.map { "1700-01-01 open \($0.journalName)\n" }.joined() + "\n"
  }

  /// Appends the entry.
  public mutating func append(_ row: LedgerRow, to bytes: inout [UInt8]) {
    let row = row.upright
    let title = [row.transaction, row.line].compactMap(\.self).joined(separator: " ")
    let amount = AmountText.plain.text(row.amount, row.currency)
    let code = row.currency.code.uppercased()
    switch reader {
    case .ledger:
      bytes += "\(date(row.period)) * \(Self.bare(title))\n".utf8
      if let fact = row.fact { bytes += "    ; fact: \(Self.bare(fact))\n".utf8 }
    case .beancount:
      bytes += "\(date(row.period)) * \(Self.quoted(title))\n".utf8
      if let fact = row.fact { bytes += "  fact: \(Self.quoted(fact))\n".utf8 }
    }
    bytes += "    \(row.debit.journalName)  \(amount) \(code)\n".utf8
    bytes += "    \(row.credit.journalName)  -\(amount) \(code)\n\n".utf8
  }

  private mutating func date(_ period: AccountingPeriod) -> String {
    if let known = dates[period] { return known }
    let date = String(calendar.start(of: period).rfc3339.prefix(10))
    dates[period] = date
    return date
  }

  /// Text that ends nothing and begins nothing: what the reader gives a meaning becomes a space.
  private static func bare(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          let isPlain =
            scalar.value > 0x20 && scalar.value != 0x7F && !";|\"()[]{}*!%#@=".unicodeScalars.contains(scalar)
          return isPlain ? scalar : " "
        }))
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { quoted += "\\" }
      quoted.unicodeScalars.append(scalar.value < 0x20 || scalar.value == 0x7F ? " " : scalar)
    }
    return quoted + "\""
  }
}

extension Account {
  /// The account's place in the tree of a journal, whose five roots every reader knows.
  public var journalName: String {
    switch category {
    case .assets: "Assets:" + rawValue
    case .liabilities: "Liabilities:" + rawValue
    case .revenue: "Income:" + rawValue
    case .contraRevenue: "Income:ContraRevenue:" + rawValue
    case .gains: "Income:Gains:" + rawValue
    case .expenses: "Expenses:" + rawValue
    case .losses: "Expenses:Losses:" + rawValue
    }
  }
}
