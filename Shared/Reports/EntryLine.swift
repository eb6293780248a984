import Accounting
import JSON

/// Writes entries as JSON Lines one by one, so that a journal of any length can be printed without being held as a report.
public struct EntryLine {
  private let calendar: Calendar
  private var names: [AccountingPeriod: String] = [:]

  /// A writer that names periods by this calendar.
  public init(calendar: Calendar) {
    self.calendar = calendar
  }

  /// Appends the entry and the end of its line: the same bytes as the `entries` report has.
  public mutating func append(_ row: LedgerRow, to bytes: inout [UInt8]) {
    let row = row.upright
    let period = name(row.period)
    let original = row.originalPeriod.map { name($0) }
    var writer = JSONWriter(capacity: 256)
    writer.object { writer in
      writer.member("period", period)
      writer.member("debit", row.debit.rawValue)
      writer.member("credit", row.credit.rawValue)
      writer.member("amount", raw: String(row.amount).utf8)
      writer.member("currency", row.currency.code)
      writer.member("transaction", row.transaction)
      writer.member("line", row.line)
      writer.member("original_period", original)
      writer.member("fact", row.fact)
    }
    bytes += writer.bytes
    bytes.append(UInt8(ascii: "\n"))
  }

  private mutating func name(_ period: AccountingPeriod) -> String {
    if let known = names[period] { return known }
    let name = calendar.name(period)
    names[period] = name
    return name
  }
}
