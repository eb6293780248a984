import Accounting

extension Report {
  /// The report as comma-separated values after RFC 4180, a heading first and totals last. Amounts are decimal numbers in
  /// major units.
  public func csv() -> String {
    var text = ""
    func line(_ fields: [String]) {
      text += fields.joined(separator: ",")
      text += "\r\n"
    }
    line(columns.map { CSVField.quoted($0.name) })
    for row in rows + totals { line(row.map(field)) }
    return text
  }

  private func field(_ cell: Cell) -> String {
    switch cell {
    case .amount(let amount, let currency): AmountText.plain.text(amount, currency)
    case .text(let text): CSVField.quoted(CSVField.harmless(text))
    default: CSVField.quoted(plain(cell))
    }
  }
}

/// One value of a line of comma-separated values.
enum CSVField {
  /// The text in quotes if it holds what would end the field or the line.
  static func quoted(_ text: String) -> String {
    guard text.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return text }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" { quoted += "\"" }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }

  /// The text with an apostrophe before it if a spreadsheet would take it for a formula. Spaces and invisible characters
  /// before the sign are looked through, as some spreadsheets cut them off; the full-width signs count as well.
  static func harmless(_ text: String) -> String {
    for scalar in text.unicodeScalars {
      switch scalar {
      case "=", "+", "-", "@", "\t", "\r", "\n", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}": return "'" + text
      default:
        if scalar.value > 0x20 && !scalar.properties.isWhitespace && !scalar.properties.isDefaultIgnorableCodePoint {
          return text
        }
      }
    }
    return text
  }
}
