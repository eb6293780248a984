import Accounting
import Messages
import Recognition
import Testing

@Suite("Section 11: where a contract stands")
struct ContractMetricsTests {
  private static func metrics(_ facts: [ContractStory.Told], at day: String) throws -> ContractMetrics {
    let ledger = try ContractStory(
      title: "", settings: #"{"amortization":"month"}"#, facts: facts, expected: []
    ).ledger()
    let moment = try #require(Instant(rfc3339: day + "T12:00:00Z"))
    let all = ledger.books.states.flatMap {
      contractMetrics(
        BookInput(facts: $0.facts, applied: $0.applied, configuration: ledger.books.configuration), at: moment)
    }
    return try #require(all.first)
  }

  /// 36.00 over three years, and 12.00 over the first, which the customer may leave until June 2025.
  static let signed = ContractStory.signed(
    ContractStory.item("a", 3600, ContractStory.period("2025-01-01", "2028-01-01")),
    ContractStory.item(
      "b", 1200,
      #""termination_for_convenience":{"expires_at":"2025-06-15T00:00:00Z"},\#(ContractStory.year)"#),
    more: ContractAttachmentTests.models("subscription_schedule", "sched"))

  static let schedule = ContractStory.event(
    "subscription_schedule.updated", "2025-01-01",
    #""schedule":"sched","subscription":"sub","status":"active","phases":["#
      + #"{"start":"2025-01-01T00:00:00Z","end":"2026-01-01T00:00:00Z","amount":2400},"#
      + #"{"start":"2026-01-01T00:00:00Z","end":"2027-01-01T00:00:00Z","amount":1200},"#
      + #"{"start":"2027-01-01T00:00:00Z","end":"2028-01-01T00:00:00Z"}]"#)

  static let billed = ContractStory.invoice(
    "2025-01-10", 2500, line: #","taxes":[{"amount":100,"inclusive":true}]"#, more: ContractAttachmentTests.subscription
  )

  @Test("Total, annual, billed, recognized, what is left and when")
  func figures() throws {
    let found = try Self.metrics([Self.signed, Self.schedule, Self.billed], at: "2025-03-31")
    #expect(found.total == 4800)
    #expect(found.annual == 1600)  // 1095 days
    #expect(found.billed == 2400)
    #expect(found.recognized == 600)
    #expect(found.overbilled == 0)
    #expect(found.futureScheduled == 2400)
    #expect(found.schedule.map(\.amountMinorUnits) == [1200, 1200])
    #expect(found.schedule.map { $0.on?.rfc3339 } == ["2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"])
    #expect(found.unbilledDeferred == 2400)
    #expect(found.deferred == 1800)
    #expect(found.longTermDeferred == 0)  // the next twelve use 12.00 and 9.00
    #expect(found.unbilled == 0)
    #expect(
      [found.remaining.withinTwelve, found.remaining.thirteenToTwentyFour, found.remaining.later] == [1200, 1200, 900])
  }

  @Test("Once the right to leave has expired, the item is in a band")
  func expired() throws {
    let found = try Self.metrics([Self.signed], at: "2025-06-30")
    #expect([found.remaining.withinTwelve, found.remaining.total] == [1200 + 600, 3000 + 600])
    #expect(found.unbilled == 1200)
    #expect(found.unbilledDeferred == 3600)
    #expect(found.schedule == [ContractMetrics.Scheduled(on: nil, amountMinorUnits: 4800)])
  }

  @Test("What is billed beyond the total is overbilled, and long-term once nothing uses it")
  func overbilled() throws {
    let found = try Self.metrics([Self.signed, ContractStory.invoice("2025-02-01", 9000)], at: "2027-12-31")
    #expect(found.overbilled == 4200)
    #expect(found.futureScheduled == 0)
    #expect(found.schedule.isEmpty)
    #expect(found.deferred == 4200)
    #expect(found.longTermDeferred == 4200)
    #expect(found.unbilledDeferred == 0)
    #expect(found.remaining.total == 0)
  }

  @Test("A void unbills, and a contract that is no more is worth what was given")
  func voided() throws {
    let facts = [
      Self.signed, ContractStory.invoice("2025-01-10", 2400),
      ContractStory.event("invoice.voided", "2025-02-10", #""invoice":"in""#),
      ContractStory.event("contract.voided", "2025-04-10", #""contract":"ct""#),
    ]
    let before = try Self.metrics(facts, at: "2025-03-10")
    #expect([before.total, before.billed, before.recognized, before.unbilled] == [4800, 0, 600, 600])
    let after = try Self.metrics(facts, at: "2025-04-11")
    #expect([after.total, after.futureScheduled, after.unbilled, after.remaining.total] == [600, 600, 0, 0])
  }
}
