import Accounting
import JSON
import Messages
import Recognition
import Testing

@testable import Ingestion

@Suite("Periods that close by themselves")
struct AutomaticClosingTests {
  private static let ledger = LedgerID(account: "acct_1", livemode: false)

  private static func closing(_ settings: String...) throws -> AutomaticClosing {
    var closing = AutomaticClosing(of: ledger)
    for (index, data) in settings.enumerated() {
      let fact = try Fact.decode(type: "settings.changed", data: JSONDocument(parsing: Array(data.utf8)).root)
      closing.apply(
        BookFact(id: "s-\(index)", source: "test", time: Instant(seconds: Int64(index)), fact: fact))
    }
    return closing
  }

  private static func at(_ text: String) throws -> Instant { try #require(Instant(rfc3339: text)) }

  static let rows: [(settings: String, now: String, closed: String?, next: String?)] = [
    ("{}", "2026-03-10T00:00:00Z", nil, nil),
    (#"{"closing":{"mode":"manual"}}"#, "2026-03-10T00:00:00Z", nil, nil),
    // Ten days after the end of February are over with 10 March.
    (
      #"{"closing":{"mode":"automatic","grace_days":10}}"#, "2026-03-10T23:59:59Z", "2026-01",
      "2026-03-11T00:00:00Z"
    ),
    (
      #"{"closing":{"mode":"automatic","grace_days":10}}"#, "2026-03-11T00:00:00Z", "2026-02",
      "2026-04-11T00:00:00Z"
    ),
    (
      #"{"closing":{"mode":"automatic"},"time_zone":{"name":"Asia/Tokyo","from":"2020-01-01"}}"#,
      "2026-02-28T15:00:00Z", "2026-02", "2026-03-31T15:00:00Z"
    ),
    (
      #"{"closing":{"mode":"automatic"},"calendar":{"kind":"4-4-5","start":"2026-01-01"}}"#, "2026-02-01T00:00:00Z",
      "2026-P01", "2026-02-26T00:00:00Z"
    ),
  ]

  @Test("A period closes a number of days after its end", arguments: rows)
  func due(_ settings: String, _ now: String, _ closed: String?, _ next: String?) throws {
    let closing = try Self.closing(settings)
    let now = try Self.at(now)
    let fact = try closing.fact(at: now)
    #expect(fact?.draft.id == closed.map { "close/acct_1/\($0)" })
    if let closed, case .periodClosed(let data) = fact?.fact { #expect(data.through == closed) }
    #expect(closing.next(after: now)?.rfc3339 == next)
  }

  @Test("Told again it is the same delivery, so that it counts once; set to manual it ends")
  func once() throws {
    let automatic = #"{"closing":{"mode":"automatic","grace_days":3}}"#
    let closing = try Self.closing(automatic)
    let (first, second) = (
      try closing.fact(at: Self.at("2026-03-05T00:00:00Z")), try closing.fact(at: Self.at("2026-03-20T00:00:00Z"))
    )
    #expect(first?.draft.id == second?.draft.id)
    #expect(first?.digest == second?.digest)
    let ended = try Self.closing(automatic, #"{"closing":{"mode":"manual"}}"#)
    #expect(try ended.fact(at: Self.at("2026-03-05T00:00:00Z"))?.draft.id == nil)
  }
}
