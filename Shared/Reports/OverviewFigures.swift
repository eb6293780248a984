import Accounting

extension Report {
  /// What the overview shows above its table: the figures that a person looks for first, and a chart, for each currency.
  func overviewFigures(in frame: PageFrame) -> String {
    var html = ""
    let months = overviewMonths
    for (currency, months) in months {
      guard let last = months.last else { continue }
      let net = months.reduce(0) { $0 + $1.netRevenue }
      let end = calendar.name(last.period)
      let figures: [(String, Int128)] = [
        ("Net revenue\(periodText)", net), ("Deferred revenue, end of \(end)", last.deferred),
        ("Receivables, end of \(end)", last.receivables), ("Cash, end of \(end)", last.cash),
      ]
      html += "<h2>\(currency.code.uppercased())</h2>\n<dl class=\"figures\">\n"
      for (title, amount) in figures {
        html += "<div><dt>\(HTMLText.unbroken(title))</dt><dd>\(AmountText.typeset.text(amount, currency))</dd></div>\n"
      }
      html += "</dl>\n" + RevenueChart(currency: currency, months: months, calendar: calendar).figure
    }
    html += "<h2>Facts not in the books</h2>\n<dl class=\"figures\">\n"
    for (title, count) in [("Waiting", completeness.waiting), ("Refused", completeness.refused)] {
      let linked = frame.isServed && count > 0 ? "<a href=\"\(frame.path(to: .openFacts))\">\(count)</a>" : "\(count)"
      html += "<div><dt>\(title)</dt><dd>\(linked)</dd></div>\n"
    }
    return html + "</dl>\n"
  }

  /// A row of the overview.
  struct Month {
    let period: AccountingPeriod
    let netRevenue: Int128
    let deferred: Int128
    let receivables: Int128
    let cash: Int128
  }

  /// The overview's rows, by currency in the order of the table.
  private var overviewMonths: [(Currency, [Month])] {
    var found: [(Currency, [Month])] = []
    for row in rows {
      guard row.count == 6, case .period(let period) = row[0], case .currency(let currency) = row[1],
        case .amount(let net, _) = row[2], case .amount(let deferred, _) = row[3],
        case .amount(let receivables, _) = row[4], case .amount(let cash, _) = row[5]
      else { preconditionFailure("the overview's rows have these six columns") }
      let month = Month(period: period, netRevenue: net, deferred: deferred, receivables: receivables, cash: cash)
      if found.last?.0 == currency {
        found[found.count - 1].1.append(month)
      } else {
        found.append((currency, [month]))
      }
    }
    return found
  }
}
