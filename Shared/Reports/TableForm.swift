import Accounting

extension Report {
  /// The report as aligned text for a terminal: amounts in major units, and below them how far the books have come.
  public func table() -> String {
    var lines = [definition.title + periodText]
    let body = (rows + totals).map { $0.map(terminalText) }
    if rows.isEmpty {
      lines.append("No entries.")
    } else {
      let headings = columns.map { Self.printable($0.title) }
      let widths = columns.indices.map { column in
        body.reduce(headings[column].count) { max($0, $1[column].count) }
      }
      func line(_ fields: [String]) -> String {
        let padded = columns.indices.map { column in
          let space = String(repeating: " ", count: widths[column] - fields[column].count)
          return columns[column].kind != .text ? space + fields[column] : fields[column] + space
        }
        return trimmed(padded.joined(separator: "  "))
      }
      let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ")
      lines += ["", line(headings), rule]
      lines += body.prefix(rows.count).map(line)
      if !totals.isEmpty { lines += [rule] + body.suffix(totals.count).map(line) }
    }
    lines.append("")
    lines += notes
    lines.append(completeness.sentence)
    return lines.joined(separator: "\n") + "\n"
  }

  /// The periods covered, to follow a title.
  var periodText: String {
    guard let periods else { return "" }
    let (first, last) = (calendar.name(periods.lowerBound), calendar.name(periods.upperBound))
    return first == last ? ", \(first)" : ", \(first) to \(last)"
  }

  private func terminalText(_ cell: Cell) -> String {
    switch cell {
    case .amount(let amount, let currency): AmountText.terminal.text(amount, currency)
    case .text(let text): Self.printable(text)
    default: plain(cell)
    }
  }

  /// The text without control characters, which could move the cursor or change colors, and cut where a column would grow
  /// beyond reading.
  static func printable(_ text: String) -> String {
    var clean = ""
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
        clean += "\u{FFFD}"
      default: clean.unicodeScalars.append(scalar)
      }
    }
    return clean.count <= 64 ? clean : clean.prefix(63) + "…"
  }

  private func trimmed(_ line: String) -> String {
    var line = line[...]
    while line.last == " " { line.removeLast() }
    return String(line)
  }
}

extension Completeness {
  /// How far the books have come, as a sentence for a person.
  var sentence: String {
    var text = through.map { "Complete through \($0.toTheSecond.rfc3339)" } ?? "Complete: every fact that was read"
    if !positions.isEmpty {
      text += " (" + positions.map { "lane \($0.lane), position \($0.sequence)" }.joined(separator: "; ") + ")"
    }
    return text + ". " + openFacts
  }

  /// How many facts are not in the books, as a sentence for a person.
  var openFacts: String {
    func facts(_ count: Int, _ one: String, _ many: String) -> String {
      "\(count == 0 ? "No" : String(count)) \(count == 1 ? "fact \(one)" : "facts \(many)")"
    }
    return
      "\(facts(waiting, "waits", "wait")), \(refused == 0 ? "none" : String(refused)) \(refused == 1 ? "is" : "are") refused."
  }
}

extension Instant {
  /// The moment without its fraction of a second, which is more than a person wants to read.
  var toTheSecond: Instant {
    let fraction = microseconds % 1_000_000
    return Instant(microseconds: microseconds - (fraction < 0 ? fraction + 1_000_000 : fraction))
  }
}
