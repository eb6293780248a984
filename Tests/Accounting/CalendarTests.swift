import Accounting
import Testing

@Suite("Calendars")
struct CalendarTests {
  @Test("A month's name, first moment and successor agree")
  func months() throws {
    let calendar = Calendar.months
    let period = try #require(calendar.period(named: "2022-06"))
    #expect(calendar.start(of: period).rfc3339 == "2022-06-01T00:00:00Z")
    #expect(calendar.end(of: period).rfc3339 == "2022-07-01T00:00:00Z")
    #expect(calendar.name(period.advanced(by: 7)) == "2023-01")
    #expect(try calendar.period(containing: #require(Instant(rfc3339: "2022-06-30T23:59:59.999999Z"))) == period)
  }

  @Test(
    "What names no month is refused", arguments: ["2022-13", "2022-00", "2022", "2022-6", "2022-P01", "", "x022-06"])
  func refused(_ name: String) {
    #expect(Calendar.months.period(named: name) == nil)
  }

  @Test(
    "Weeks follow the months before their start, with a 53rd in the sixth year",
    arguments: [
      ("2019-12", "2019-12-01", "2020-01-01"), ("2020-P01", "2020-01-01", "2020-01-29"),
      ("2020-P03", "2020-02-26", "2020-04-01"), ("2025-P12", "2025-11-19", "2025-12-31"),
      ("2026-P01", "2025-12-31", "2026-01-28"),
    ])
  func weeks(_ name: String, _ start: String, _ end: String) throws {
    let calendar = Calendar(kind: .weeks445, start: try #require(CivilDate("2020-01-01")), week53: .sixthYear)
    let period = try #require(calendar.period(named: name))
    #expect(calendar.start(of: period).date.text == start)
    #expect(calendar.end(of: period).date.text == end)
    #expect(calendar.name(period) == name)
    #expect(calendar.period(containing: calendar.start(of: period)) == period)
    #expect(calendar.period(containing: calendar.end(of: period)) == period.advanced(by: 1))
  }

  @Test("The month that holds the start ends there")
  func stub() throws {
    let calendar = Calendar(kind: .weeks13x4, start: try #require(CivilDate("2021-02-15")), week53: .years([2022]))
    let stub = try #require(calendar.period(named: "2021-02"))
    #expect(calendar.start(of: stub).date.text == "2021-02-01")
    #expect(calendar.end(of: stub).date.text == "2021-02-15")
    #expect(calendar.name(stub.advanced(by: 1)) == "2021-P01")
    #expect(calendar.period(named: "2021-03") == nil)
    #expect(try calendar.end(of: #require(calendar.period(named: "2022-P13"))).date.text == "2023-02-20")
  }
}
