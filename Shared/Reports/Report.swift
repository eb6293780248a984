import Accounting

/// A report: a titled table of typed cells, and what it does not contain.
public struct Report: Sendable {
  /// A column of the table.
  public struct Column: Hashable, Sendable {
    /// What its cells hold.
    public enum Kind: String, Sendable {
      /// Text, a period, an account, a currency: something that is read.
      case text
      /// Amounts: numbers that line up on their last digit.
      case amount
      /// How many there are: numbers that line up on their last digit.
      case count
    }

    /// The name in JSON and CSV.
    public var name: String
    /// The heading for people.
    public var title: String
    /// What its cells hold.
    public var kind: Kind
    /// The periods whose entries its amounts are made of, where a row names an account; nil: it does not say.
    var periods: PeriodReach?

    /// A column; without `title` the name, spelled out.
    public init(_ name: String, title: String? = nil, _ kind: Kind = .text) {
      self.init(name, title: title, kind, of: nil)
    }

    init(_ name: String, title: String? = nil, _ kind: Kind = .text, of periods: PeriodReach?) {
      self.name = name
      self.title = title ?? Column.spelledOut(name)
      self.kind = kind
      self.periods = periods
    }

    private static func spelledOut(_ name: String) -> String {
      let words = name.split(separator: "_").joined(separator: " ")
      return words.prefix(1).uppercased() + words.dropFirst()
    }
  }

  /// The definition the report was made by.
  public var definition: ReportDefinition
  /// What was asked for.
  public var query: ReportQuery
  /// The first and last period that hold an entry; nil for an empty ledger.
  public var extent: ClosedRange<AccountingPeriod>?
  /// The first and last period it covers; nil for an empty ledger.
  public var periods: ClosedRange<AccountingPeriod>?
  /// The calendar that names its periods.
  public var calendar: Calendar
  /// The columns, first to last.
  public var columns: [Column]
  /// The rows, a cell for each column.
  public var rows: [[Cell]]
  /// The closing rows, a cell for each column; one for each currency.
  public var totals: [[Cell]]
  /// Sentences for the reader.
  public var notes: [String]
  /// How far the books have come.
  public var completeness: Completeness

  /// How the cell is written where a plain text is wanted; amounts in minor units.
  func plain(_ cell: Cell) -> String {
    switch cell {
    case .empty: ""
    case .text(let text), .label(let text): text
    case .period(let period): calendar.name(period)
    case .account(let account): account.rawValue
    case .currency(let currency): currency.code
    case .instant(let instant): instant.rfc3339
    case .amount(let amount, _): String(amount)
    case .count(let count): String(count)
    case .reference(let name, let asked): ([name.rawValue] + asked).joined(separator: " ")
    }
  }
}
