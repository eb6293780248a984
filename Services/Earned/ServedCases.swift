import Accounting
import Foundation
import JSON
import Recognition

/// Worked cases that are told to running services, each to an account of its own, and looked at through their reports.
struct ServedCases {
  let base: URL
  let key: String
  let seed: UInt64?
  /// Part of every account's name, so that no run meets the books of another.
  private let run = String(UInt64(Date().timeIntervalSince1970 * 1_000), radix: 36)

  /// How long services may take to tell of all facts once they have said that they are complete.
  private static let patienceSeconds = 20.0

  /// A case on its way.
  private struct Sent {
    let example: WorkedCase
    let account: String
    let refusals: [String: String]
    let at: Date
    /// Why it could not be sent.
    let failure: String?
  }

  /// Tells all cases and then looks at each; gives what differs, case by case.
  func check(_ examples: [WorkedCase], report: (WorkedCase, [String]) -> Void) {
    var sent: [Sent] = []
    for (index, example) in examples.enumerated() {
      Output.progress("\(index) of \(examples.count) cases sent")
      sent.append(send(example, number: index))
    }
    Output.progress("")
    for sent in sent { report(sent.example, sent.failure.map { [$0] } ?? look(at: sent)) }
  }

  private func send(_ example: WorkedCase, number: Int) -> Sent {
    let account = "acct_case_\(run)_\(number)"
    let sender = FactSender(url: base.appendingPathComponent("v1/events"), key: key, account: account)
    let lines = example.lines(seed: seed).enumerated().map {
      FactLine(place: FactPlace(file: example.id, number: $0.offset + 1), text: $0.element[...])
    }
    var refusals: [String: String] = [:]
    var failure: String?
    for start in stride(from: 0, to: lines.count, by: 1_000) {
      guard let body = FactSender.body(Array(lines[start..<min(start + 1_000, lines.count)])).body else { continue }
      switch sender.answer(to: body) {
      case .failure(let reason): failure = reason.message
      case .success(let bytes):
        for result in Self.root(bytes)?["data"]?.elements ?? [] {
          guard let id = result["id"]?.string, let code = result["error"]?["code"]?.string else { continue }
          refusals[id] = code
        }
      }
    }
    return Sent(example: example, account: account, refusals: refusals, at: Date(), failure: failure)
  }

  /// Waits until the reports hold all that was sent, and compares.
  private func look(at sent: Sent) -> [String] {
    let calendar = sent.example.books().configuration.calendar
    var problems = ["the reports did not become complete"]
    var deadline: Date?
    let last = Date().addingTimeInterval(3 * Self.patienceSeconds)
    while Date() < deadline ?? last {
      if let books = read(sent, calendar, &deadline) {
        problems = sent.example.check(books)
        if problems.isEmpty { return [] }
      }
      Thread.sleep(forTimeInterval: 0.2)
    }
    return problems
  }

  /// The books as far as reports tell; nil while they are not complete.
  private func read(_ sent: Sent, _ calendar: Accounting.Calendar, _ deadline: inout Date?) -> ServedBooks? {
    guard let entries = report("entries", [], sent.account),
      let through = entries["complete_through"]?["time"]?.string.flatMap({ Instant(rfc3339: $0) }),
      through.microseconds >= Int64(sent.at.timeIntervalSince1970 * 1_000_000)
    else { return nil }
    deadline = deadline ?? Date().addingTimeInterval(Self.patienceSeconds)
    var books = ServedBooks(calendar: calendar)
    books.refusals = sent.refusals
    books.take(entries: entries["rows"]?.elements ?? [])
    for row in report("open_facts", [], sent.account)?["rows"]?.elements ?? [] {
      // What waits for a rate says so by a code as well; whatever else waits has none.
      let code = row["code"]?.string
      guard row["state"]?.string == "refused" || code == RefusalCode.exchangeRateMissing.rawValue,
        let id = row["fact"]?.string
      else { continue }
      books.refusals[id] = code
    }
    guard let extent = books.extent else { return books }
    let range = [URLQueryItem(name: "start", value: extent.first), URLQueryItem(name: "end", value: extent.last)]
    let movements = report("debits_and_credits", range + [URLQueryItem(name: "by", value: "line")], sent.account)
    books.take(debitsAndCredits: movements?["rows"]?.elements ?? [])
    if sent.example.looksAtWaterfall {
      books.take(waterfall: report("waterfall", range, sent.account)?["rows"]?.elements ?? [])
    }
    if sent.example.looksAtSummary {
      books.take(summary: report("period_summary", range, sent.account)?["rows"]?.elements ?? [])
    }
    return books
  }

  private func report(_ name: String, _ query: [URLQueryItem], _ account: String) -> JSONValue? {
    var address = URLComponents(
      url: base.appendingPathComponent("v1/reports/\(name)"), resolvingAgainstBaseURL: false)
    address?.queryItems = query + [URLQueryItem(name: "format", value: "json")]
    guard let url = address?.url, case .answered(200, let bytes) = HTTPExchange.get(url, key: key, account: account)
    else { return nil }
    return Self.root(bytes)
  }

  private static func root(_ bytes: [UInt8]) -> JSONValue? {
    // Whatever answers may not be one of our services, and then it says nothing of the books.
    try? JSONDocument(parsing: bytes).root
  }
}
