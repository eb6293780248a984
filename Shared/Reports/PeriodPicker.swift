import Accounting

extension Report {
  /// The form that asks for the same report of other periods. Without a script, it is an ordinary address.
  func picker(in frame: PageFrame) -> String {
    guard !definition.parameters.isEmpty else { return "" }
    var html = "<form method=\"get\" action=\"\(frame.path(to: definition.name))\">\n"
    if definition.takes(.start) { html += periodChoice(.start, "From", chosen: query.start ?? periods?.lowerBound) }
    if definition.takes(.end) { html += periodChoice(.end, "Through", chosen: query.end ?? periods?.upperBound) }
    if definition.takes(.columns) {
      html += choice(
        .columns, "Columns",
        definition.columns.map { ($0.rawValue, $0.rawValue.split(separator: "_").joined(separator: " ")) },
        chosen: query.columns.rawValue)
    }
    if definition.takes(.compare) {
      html += periodChoice(.compare, "Compare with", chosen: query.compare, orNone: true)
    }
    if definition.takes(.by) {
      // A key of metadata cannot be chosen from a list, but stays chosen.
      let choices = definition.groupings + (definition.groupings.contains(query.by) ? [] : [query.by])
      html += choice(.by, "By", choices.map { ($0.text, $0.text) }, chosen: query.by.text)
    }
    if definition.takes(.corrections) {
      html += choice(
        .corrections, "Corrections", ReportQuery.Corrections.allCases.map { ($0.rawValue, $0.rawValue) },
        chosen: query.corrections.rawValue)
    }
    if definition.takes(.currency) {
      html += """
        <label>Currency <input name="currency" value="\(query.currency?.code ?? "")" placeholder="all" size="4" \
        maxlength="3" autocapitalize="none" autocomplete="off" spellcheck="false"></label>

        """
    }
    // What has no field of its own stays as it was asked.
    let shown: Set<ReportQuery.Parameter> = [.start, .end, .columns, .compare, .by, .corrections, .currency, .format]
    for (name, value) in query.pairs(calendar: calendar) where !shown.map(\.rawValue).contains(name) {
      html += "<input type=\"hidden\" name=\"\(name)\" value=\"\(HTMLText.escaped(value))\">\n"
    }
    return html + "<button>Show</button>\n</form>\n"
  }

  private func periodChoice(
    _ parameter: ReportQuery.Parameter, _ title: String, chosen: AccountingPeriod?, orNone: Bool = false
  ) -> String {
    let known = [extent?.lowerBound, extent?.upperBound, periods?.lowerBound, periods?.upperBound, query.compare]
      .compactMap(\.self)
    guard let low = known.min(), let high = known.max() else { return "" }
    // A ledger of centuries, which only a mistaken date makes, would otherwise make a list of thousands.
    let first = max(low.ordinal, high.ordinal - 1_199)
    let none = orNone ? [(value: "", title: "nothing")] : []
    let options =
      none
      + (first...high.ordinal).map { ordinal in
        let name = calendar.name(AccountingPeriod(ordinal: ordinal))
        return (value: name, title: name)
      }
    return choice(parameter, title, options, chosen: chosen.map(calendar.name))
  }

  private func choice(
    _ parameter: ReportQuery.Parameter, _ title: String, _ options: [(value: String, title: String)], chosen: String?
  ) -> String {
    var html = "<label>\(title) <select name=\"\(parameter.rawValue)\">"
    for option in options {
      let mark = option.value == chosen ? " selected" : ""
      html += "<option value=\"\(HTMLText.escaped(option.value))\"\(mark)>\(HTMLText.escaped(option.title))</option>"
    }
    return html + "</select></label>\n"
  }
}
