/// What surrounds the content of every page: whose books they are, and the ways to the other reports.
public struct PageFrame: Sendable {
  /// The account whose books are shown; nil: a page that stands alone, without links.
  public var account: String?
  /// Whether the account's real business is shown, and not its tests.
  public var livemode: Bool

  /// A page that stands alone: a file.
  public static let standalone = PageFrame(account: nil, livemode: true)

  /// A page served for this account.
  public init(account: String?, livemode: Bool) {
    self.account = account
    self.livemode = livemode
  }

  var isServed: Bool { account != nil }

  /// The address of the report's page.
  func path(to name: ReportName) -> String {
    name == .overview ? "/" : "/reports/\(name.rawValue)"
  }

  /// A whole page around the content.
  func page(title: String, current: ReportName?, content: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(HTMLText.escaped(title)) · Earned</title>
    <style>\(PageFrame.stylesheet)</style>
    </head>
    <body>
    \(header(current: current))<main>
    \(content)</main>
    </body>
    </html>

    """
  }

  private func header(current: ReportName?) -> String {
    guard let account else { return "" }
    var items = ""
    for definition in ReportDefinition.all {
      let mark = definition.name == current ? " aria-current=\"page\"" : ""
      items += "<li><a href=\"\(path(to: definition.name))\"\(mark)>\(HTMLText.escaped(definition.title))</a></li>\n"
    }
    return """
      <header>
      <p class="brand"><strong>Earned</strong> <span><bdi>\(HTMLText.escaped(account))</bdi>\
      \(livemode ? "" : " <span class=\"mode\">test</span>")</span></p>
      <nav aria-label="Reports"><ul>
      \(items)</ul></nav>
      </header>

      """
  }

  /// A page that says what is wrong with a request.
  public func page(for problem: ReportProblem) -> String {
    let place = problem.param.map { "<p>Parameter: <code>\(HTMLText.escaped($0))</code></p>\n" } ?? ""
    return page(
      title: "Not possible as asked", current: nil,
      content: """
        <h1>Not possible as asked</h1>
        <p class="problem" role="alert">\(HTMLText.escaped(problem.message))</p>
        \(place)
        """)
  }
}
