import Accounting
import JSON
import Messages
import Recognition
import Testing

/// Books kept while facts are told one by one, and looked at as an accountant would.
struct Ledger {
  private(set) var books = Books()
  private(set) var posted: [EntryRun] = []
  private(set) var outcomes: [String: Recognition.Outcome] = [:]
  private var count = 0

  /// Books by the day without a long-term split, unless told otherwise.
  init(_ settings: String = #"{"amortization":"day","long_term_deferred":false}"#) throws {
    try tell("settings.changed", "1970-01-01T00:00:00Z", settings)
  }

  /// Tells a fact; returns its envelope id.
  @discardableResult
  mutating func tell(_ type: String, _ time: String, _ data: String, id: String? = nil) throws -> String {
    let instant = try #require(Instant(rfc3339: time.count == 10 ? time + "T00:00:00Z" : time))
    let fact = try Fact.decode(type: type, data: JSONDocument(parsing: Array(data.utf8)).root)
    count += 1
    let id = id ?? "fact-\(count)"
    take(BookFact(id: id, source: "test", time: instant, fact: fact))
    return id
  }

  mutating func take(_ fact: BookFact) {
    let arrival = books.apply(fact)
    posted.append(contentsOf: arrival.postings.joined())
    for (fact, outcome) in arrival.outcomes { outcomes[fact] = outcome }
  }

  /// Net change by period on the account's natural side: `2022-06 100, 2022-07 -10`; empty periods are left out.
  func changes(of account: Account) -> String {
    var sums: [AccountingPeriod: Int64] = [:]
    for entry in posted.flatMap(\.entries) {
      let side: Int64 = account.normalSide == .debit ? 1 : -1
      if entry.debit == account { sums[entry.period, default: 0] += side * entry.amountMinorUnits }
      if entry.credit == account { sums[entry.period, default: 0] -= side * entry.amountMinorUnits }
    }
    return sums.filter { $0.value != 0 }.sorted { $0.key < $1.key }
      .map { "\(books.configuration.calendar.name($0.key)) \($0.value)" }.joined(separator: ", ")
  }

  /// The code a fact is refused with.
  func refusal(of fact: String) -> String? {
    if case .refused(let refusal) = outcomes[fact] { refusal.code } else { nil }
  }

  /// Sums by everything but the postings they came in.
  var sums: [String] {
    var state = PostedState()
    for run in posted { state.add(run) }
    return state.runs.flatMap { run in
      run.entries.map {
        "\(run.transaction) \(run.line ?? "-") \($0.debit) \($0.credit) \($0.period.ordinal) \($0.amountMinorUnits)"
      }
    }.sorted()
  }
}
