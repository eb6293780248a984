import Accounting

/// Net revenue and deferred revenue by month as bars. All arithmetic is in whole minor units and tenths of a pixel.
struct RevenueChart {
  let currency: Currency
  let months: [Report.Month]
  let calendar: Calendar

  private static let plotTop: Int128 = 12
  private static let plotHeight: Int128 = 200

  /// The chart as an SVG image in a figure, with its key; the table that follows holds the same figures for those who
  /// cannot see it.
  var figure: String {
    guard let first = months.first, let last = months.last else { return "" }
    let code = currency.code.uppercased()
    let span = "\(calendar.name(first.period)) to \(calendar.name(last.period))"
    let id = "chart-\(currency.code)"
    let ticks = self.ticks
    let isWhole = ticks.allSatisfy { $0 % minorUnits == 0 }
    let labels = ticks.map { label($0, isWhole: isWhole) }
    let left = 12 + 7 * (labels.map(\.count).max() ?? 0)
    let slot = months.count <= 24 ? 56 : months.count <= 60 ? 28 : 14
    let width = left + months.count * slot + 12
    let high = ticks.last ?? 1
    let low = ticks.first ?? 0
    func y(_ amount: Int128) -> Int128 {
      Self.plotTop * 10 + (high - amount) * Self.plotHeight * 10 / (high - low)
    }

    var svg = """
      <figure>
      <p class="key"><span><i class="one"></i>Net revenue</span><span><i class="two"></i>Deferred revenue at the end</span></p>
      <div class="scroll" role="region" aria-label="Chart, \(code)" tabindex="0">
      <svg role="img" aria-labelledby="\(id)-title \(id)-desc" style="min-width:\(width)px;max-width:\(width * 6 / 5)px" viewBox="0 0 \(width) 248">
      <title id="\(id)-title">Net revenue and deferred revenue by period, \(code)</title>
      <desc id="\(id)-desc">Two bars for each period from \(span). The table on this page has the same figures.</desc>

      """
    for (tick, label) in zip(ticks, labels) {
      let line = tick == 0 ? "zero" : "grid"
      svg +=
        "<line class=\"\(line)\" x1=\"\(left)\" x2=\"\(width - 8)\" y1=\"\(tenths(y(tick)))\" y2=\"\(tenths(y(tick)))\"/>"
      svg += "<text x=\"\(left - 6)\" y=\"\(tenths(y(tick) + 40))\" text-anchor=\"end\">\(label)</text>\n"
    }
    let bar = slot * 3 / 8
    let every = 56 / slot
    for (index, month) in months.enumerated() {
      let name = HTMLText.escaped(calendar.name(month.period))
      let x = left + index * slot + slot / 8
      for (offset, style, title, amount) in [
        (0, "one", "net revenue", month.netRevenue), (bar, "two", "deferred revenue", month.deferred),
      ] {
        let (top, bottom) = (y(max(amount, 0)), y(min(amount, 0)))
        svg += """
          <rect class="\(style)" x="\(x + offset)" y="\(tenths(top))" width="\(max(bar - 1, 1))" \
          height="\(tenths(bottom - top))"><title>\(name): \(title) \(AmountText.typeset.text(amount, currency)) \(code)\
          </title></rect>
          """
      }
      if index % every == 0 {
        svg += "<text x=\"\(x + bar)\" y=\"236\" text-anchor=\"middle\">\(name)</text>"
      }
      svg += "\n"
    }
    return svg
      + "</svg>\n</div>\n<figcaption>Net revenue and deferred revenue by period, \(code)</figcaption>\n</figure>\n"
  }

  /// Round amounts from the lowest to the highest that hold every bar, zero among them.
  private var ticks: [Int128] {
    let amounts = months.flatMap { [$0.netRevenue, $0.deferred] }
    let (low, high) = (min(amounts.min() ?? 0, 0), max(amounts.max() ?? 0, 0))
    let step = self.step(for: high - low)
    // Rounded away from zero, so that the first and last line enclose every bar.
    let first = -((-low + step - 1) / step)
    let last = max((high + step - 1) / step, first + 1)
    return (Int(first)...Int(last)).map { Int128($0) * step }
  }

  /// The distance between lines: 1, 2 or 5 times a power of ten, so that there are about five.
  private func step(for range: Int128) -> Int128 {
    var power: Int128 = 1
    while true {
      for factor: Int128 in [1, 2, 5] where power * factor * 5 >= range { return power * factor }
      power *= 10
    }
  }

  private func label(_ amount: Int128, isWhole: Bool) -> String {
    let text = AmountText.typeset.text(amount, currency)
    let fraction = currency.minorUnitDigits
    return isWhole && fraction > 0 ? String(text.dropLast(fraction + 1)) : text
  }

  /// How many minor units a major unit has.
  private var minorUnits: Int128 {
    (0..<currency.minorUnitDigits).reduce(1) { units, _ in units * 10 }
  }

  private func tenths(_ value: Int128) -> String {
    value % 10 == 0 ? "\(value / 10)" : "\(value / 10).\(value % 10)"
  }
}
