import Accounting

extension Report {
  /// How many rows a page shows; the files hold all.
  static let rowsOnAPage = 2_000

  /// The report as a page that needs no script: readable on a phone, on paper and by a screen reader.
  public func html(in frame: PageFrame) -> String {
    var content = "<h1>\(HTMLText.escaped(definition.title))</h1>\n"
    content += "<p class=\"lead\">\(HTMLText.escaped(definition.sentence))</p>\n"
    if frame.isServed { content += picker(in: frame) + files }
    if definition.name == .overview { content += overviewFigures(in: frame) }
    content += rows.isEmpty ? "<p>\(emptyText)</p>\n" : htmlTable(in: frame)
    for note in notes { content += "<p class=\"notes\">\(HTMLText.escaped(note))</p>\n" }
    if definition.name == .overview && frame.isServed { content += listOfReports(in: frame) }
    content += state(in: frame)
    return frame.page(title: definition.title + periodText, current: definition.name, content: content)
  }

  private var emptyText: String {
    definition.name == .openFacts ? "Every fact is in the books." : "There are no entries in these periods."
  }

  // MARK: - Table

  private func htmlTable(in frame: PageFrame) -> String {
    let caption = HTMLText.escaped(definition.title + periodText)
    var html = """
      <div class="scroll" role="region" aria-label="\(caption)" tabindex="0">
      <table>
      <caption>\(caption)</caption>
      <thead><tr>
      """
    for column in columns {
      let style = column.kind != .text ? " class=\"n\"" : ""
      html += "<th scope=\"col\"\(style)>\(HTMLText.unbroken(column.title))</th>"
    }
    html += "</tr></thead>\n<tbody>\n"
    for row in rows.prefix(Report.rowsOnAPage) { html += htmlRow(row, in: frame) }
    html += "</tbody>\n"
    if !totals.isEmpty {
      html += "<tfoot>\n" + totals.map { htmlRow($0, in: frame) }.joined() + "</tfoot>\n"
    }
    html += "</table>\n</div>\n"
    if rows.count > Report.rowsOnAPage {
      html += "<p class=\"notes\">These are the first \(Report.rowsOnAPage) rows. The CSV file holds all.</p>\n"
    }
    return html
  }

  private func htmlRow(_ row: [Cell], in frame: PageFrame) -> String {
    var html = "<tr>"
    for (index, cell) in row.enumerated() {
      let style = columns[index].kind != .text ? amountStyle(cell) : textStyle(cell)
      var text = htmlCell(cell)
      if frame.isServed, case .amount(let amount, _) = cell, amount != 0, let asked = activity(behind: row, at: index) {
        text = "<a href=\"\(frame.path(to: .activity))\(HTMLText.query(asked))\">\(text)</a>"
      }
      if frame.isServed, case .reference(let name, let asked) = cell {
        let pairs = asked.map { pair in
          let parts = pair.split(separator: "=", maxSplits: 1)
          return (name: String(parts[0]), value: String(parts[1]))
        }
        text = "<a href=\"\(frame.path(to: name))\(HTMLText.query(pairs))\">\(name.rawValue)</a>"
      }
      html +=
        index == 0 ? "<th scope=\"row\"\(style)>\(text)</th>" : "<td\(style)>\(text)</td>"
    }
    return html + "</tr>\n"
  }

  private func amountStyle(_ cell: Cell) -> String {
    if case .amount(0, _) = cell { return " class=\"n z\"" }
    return " class=\"n\""
  }

  private func textStyle(_ cell: Cell) -> String {
    switch cell {
    case .text: " class=\"t\""
    case .account: ""
    default: " class=\"w\""
    }
  }

  /// The name of an account with places between its words at which a narrow column may end its line.
  private static func breakable(_ name: String) -> String {
    name.reduce(into: "") { text, letter in text += letter.isUppercase && !text.isEmpty ? "<wbr>\(letter)" : "\(letter)"
    }
  }

  private func htmlCell(_ cell: Cell) -> String {
    switch cell {
    case .amount(let amount, let currency): AmountText.typeset.text(amount, currency)
    // A name may be written from right to left; it must not turn what stands beside it.
    case .text(let text): "<bdi>\(HTMLText.escaped(text))</bdi>"
    case .instant(let instant): "<time datetime=\"\(instant.rfc3339)\">\(instant.rfc3339)</time>"
    case .currency(let currency): currency.code.uppercased()
    case .account(let account): Self.breakable(account.rawValue)
    default: HTMLText.escaped(plain(cell))
    }
  }

  // MARK: - Around the table

  /// Links to the same figures as files.
  private var files: String {
    var query = query
    let links = [(ReportFormat.csv, "CSV"), (.json, "JSON")].map { format, title in
      query.format = format
      let address = "/v1/reports/\(definition.name.rawValue)" + HTMLText.query(query.pairs(calendar: calendar))
      return "<a href=\"\(address)\">\(title)</a>"
    }
    return "<p class=\"files\">\(links.joined(separator: " "))</p>\n"
  }

  /// How far the books have come, and what is not in them.
  private func state(in frame: PageFrame) -> String {
    var text =
      completeness.through.map { through in
        "Complete through <time datetime=\"\(through.rfc3339)\">\(through.toTheSecond.rfc3339)</time>"
      } ?? "Complete: every fact that was read"
    if !completeness.positions.isEmpty {
      let positions = completeness.positions.map { "lane \($0.lane), position \($0.sequence)" }
      text += " (" + positions.joined(separator: "; ") + ")"
    }
    let open = HTMLText.escaped(completeness.openFacts)
    let isOpen = completeness.waiting + completeness.refused > 0
    let linked = isOpen && frame.isServed ? "<a href=\"\(frame.path(to: .openFacts))\">\(open)</a>" : open
    return "<p class=\"state\">\(text). \(linked)</p>\n"
  }

  private func listOfReports(in frame: PageFrame) -> String {
    var html = "<h2>Reports</h2>\n<ul class=\"reports\">\n"
    for other in ReportDefinition.all where other.name != .overview {
      html += "<li><a href=\"\(frame.path(to: other.name))\">\(HTMLText.escaped(other.title))</a>: "
      html += "\(HTMLText.escaped(other.sentence))</li>\n"
    }
    return html + "</ul>\n"
  }
}
