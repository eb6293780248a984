import Accounting
import Foundation
import JSON
import Messages
import Recognition
import Reports

extension CommandLineInterface.Command {
  /// `earned preview`
  static let preview = Self(
    name: "preview", summary: "what a rule, a setting or a selling price would change",
    help: """
      usage: earned preview RULE [--format text|json] [FILE…]

      Says what configuration facts would change, by period and account, and posts nothing. RULE is a file of them, JSON
      Lines, or one written out: a fact such as {"type":"rule.set","data":{…}}, or only its data. Without a time it counts
      as told after all others.

        --format FORMAT   text (default) or json, a line for each change

      example: earned preview '{"amortization":"month"}' facts.jsonl

      """
  ) { (arguments: inout Arguments) throws(UsageError) -> ExitStatus in
    let rule = try arguments.next("the rule, setting or selling price")
    let format = try arguments.value(of: "--format") ?? "text"
    guard ["text", "json"].contains(format) else { throw UsageError(message: "--format must be text or json.") }
    let files = try arguments.files()
    guard let lines = FactFile.lines(files) else { return .problems }
    var latest = Instant.epoch
    for line in lines { latest = max(latest, PreviewedChange.time(of: line) ?? latest) }
    guard let changes = PreviewedChange.read(rule, latest: latest) else { return .problems }
    let ledgers = Ledgers(lines, asOf: nil)
    var isClean = ledgers.isReadable
    for (_, books) in ledgers.books.sorted(by: { $0.key.account < $1.key.account }) {
      let preview = Preview(changes, in: books)
      for (fact, refusal) in preview.refusals {
        Output.problem("\(rule.first == "{" ? fact : rule): \(refusal.message) (\(refusal.code))")
        isClean = false
      }
      let printed = PreviewText(preview: preview, calendar: books.configuration.calendar)
      Output.standard(format == "json" ? printed.json : printed.text)
    }
    return isClean ? .success : .problems
  }
}

/// Configuration facts that are only looked at.
enum PreviewedChange {
  /// Reads them from a file or from the words themselves; problems are said and give nil.
  static func read(_ words: String, latest: Instant) -> [BookFact]? {
    let isWrittenOut = words.drop { $0 == " " }.first == "{"
    guard
      let lines = isWrittenOut
        ? [FactLine(place: FactPlace(file: "the change"), text: Array(words.utf8)[...])] : FactFile.lines([words])
    else { return nil }
    var facts: [BookFact] = []
    for line in lines {
      do {
        facts.append(try fact(line, latest: latest))
      } catch {
        Output.problem("\(line.place): \(error)")
        return nil
      }
    }
    return facts
  }

  /// When a fact happened.
  static func time(of line: FactLine) -> Instant? {
    // What cannot be read is said when the facts are booked.
    guard let value = try? JSONDocument(parsing: line.text).root else { return nil }
    return value["time"]?.string.flatMap { Instant(rfc3339: $0) }
  }

  private static func fact(_ line: FactLine, latest: Instant) throws -> BookFact {
    let value = try JSONDocument(parsing: line.text).root
    guard value.kind == .object else { throw EnvelopeProblem(message: "a change is a JSON object") }
    let data = value["data"] ?? value
    let type = value["type"]?.string ?? Self.type(of: data)
    let isConfiguration = [
      "rule", "rules", "settings", "standalone_selling_price", "exchange_rate", "account_mapping", "price", "product",
      "customer", "recognition", "transaction",
    ].contains { type.hasPrefix($0 + ".") }
    guard isConfiguration else {
      throw EnvelopeProblem(message: "type: '\(type)' is no configuration that can be previewed (parameter_invalid)")
    }
    return BookFact(
      id: value["id"]?.string ?? "~preview-" + Told.identity(of: line.text), source: "preview",
      time: value["time"]?.string.flatMap { Instant(rfc3339: $0) } ?? latest,
      fact: try Fact.decode(type: type, data: data))
  }

  private static func type(of data: JSONValue) -> String {
    if data["rule"] != nil { return "rule.set" }
    if data["rules"] != nil { return "rules.ordered" }
    if data["bundle"] != nil { return "standalone_selling_price.set" }
    if data["mapping"] != nil { return "account_mapping.set" }
    return "settings.changed"
  }
}

/// What a preview says.
struct PreviewText {
  let preview: Preview
  let calendar: Accounting.Calendar

  private var rows: [(movement: Preview.Movement, account: Account, change: Int128)] {
    let periods = preview.changes.sorted { left, right in
      (left.key.currency.code, left.key.period, left.key.originalPeriod?.ordinal ?? .min)
        < (right.key.currency.code, right.key.period, right.key.originalPeriod?.ordinal ?? .min)
    }
    return periods.flatMap { movement, accounts in
      Account.allCases.compactMap { account in accounts[account].map { (movement, account, $0) } }
    }
  }

  /// For a person: a line for each period and account, and how much is touched.
  var text: String {
    var text = ""
    for row in rows {
      let original = row.movement.originalPeriod.map { " for " + calendar.name($0) } ?? ""
      text += "\(calendar.name(row.movement.period))\(original)  \(row.account.rawValue)  "
      text +=
        "\(row.change < 0 ? "" : "+")\(row.movement.currency.majorUnits(row.change)) \(row.movement.currency.code)\n"
    }
    text +=
      "\(preview.transactions.count) transactions would change, \(preview.treated.count) would be treated otherwise\n"
    return text
  }

  /// For a program: a line for each period and account.
  var json: String {
    rows.map { row in
      var writer = JSONWriter()
      writer.object { writer in
        writer.member("period", calendar.name(row.movement.period))
        writer.member("original_period", row.movement.originalPeriod.map(calendar.name))
        writer.member("currency", row.movement.currency.code)
        writer.member("account", row.account.rawValue)
        writer.member("change", raw: String(row.change).utf8)
      }
      return writer.text + "\n"
    }.joined()
  }
}
