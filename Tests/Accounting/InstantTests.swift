import Accounting
import Testing

@Suite("Instants are RFC 3339, in UTC, to the microsecond")
struct InstantTests {
  @Test(
    "What is written is read back the same",
    arguments: [
      "2022-06-01T00:00:00Z", "1970-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "2024-02-29T23:59:59.5Z",
      "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "2022-07-29T07:00:00.000001Z",
    ])
  func roundTrip(_ text: String) throws {
    #expect(try #require(Instant(rfc3339: text)).rfc3339 == text)
  }

  @Test(
    "An offset moves the moment to UTC",
    arguments: [
      ("2022-06-01T02:00:00+02:00", "2022-06-01T00:00:00Z"), ("2022-05-31T19:30:00-04:30", "2022-06-01T00:00:00Z"),
      ("2022-06-01t00:00:00z", "2022-06-01T00:00:00Z"), ("2022-06-01T00:00:00.1234567Z", "2022-06-01T00:00:00.123456Z"),
    ])
  func offset(_ text: String, _ expected: String) throws {
    #expect(try #require(Instant(rfc3339: text)).rfc3339 == expected)
  }

  @Test(
    "What is no moment is refused",
    arguments: [
      "", "2022-06-01", "2022-02-29T00:00:00Z", "2022-13-01T00:00:00Z", "2022-00-01T00:00:00Z", "2022-06-01T24:00:00Z",
      "2022-06-01T00:60:00Z", "2022-06-01T00:00:60Z", "2022-06-01T00:00:00", "2022-06-01T00:00:00+0200",
      "2022-06-01T00:00:00.Z", "2022-06-01T00:00:00Zx", "2022-06-01 00:00:00Z", "22-06-01T00:00:00Z0000",
      "0000-06-01T00:00:00Z", "2022-06-01T00:00:00+24:00", "9999-12-31T23:59:59-00:01", "١٢٣٤-06-01T00:00:00Z",
    ])
  func refused(_ text: String) {
    #expect(Instant(rfc3339: text) == nil)
  }

  @Test("A Unix time stamp is a moment")
  func unixTime() {
    #expect(Instant(seconds: 1_659_078_000).rfc3339 == "2022-07-29T07:00:00Z")
  }
}

@Suite("Days")
struct CivilDateTests {
  @Test("Every day of four centuries is numbered without a gap")
  func numbering() throws {
    var days = try #require(CivilDate(year: 1999, month: 12, day: 31)).daysSinceEpoch
    for year in 2000..<2400 {
      for month in 1...12 {
        for day in 1...CivilDate.days(inMonth: month, ofYear: year) {
          let date = try #require(CivilDate(year: year, month: month, day: day))
          days += 1
          #expect(date.daysSinceEpoch == days)
          #expect(CivilDate(daysSinceEpoch: days) == date)
        }
      }
    }
  }

  @Test(
    "A month later is the same day, or the month's last",
    arguments: [
      ("2019-01-31", 1, "2019-02-28"), ("2020-01-31", 1, "2020-02-29"), ("2019-10-31", 4, "2020-02-29"),
      ("2019-03-15", -3, "2018-12-15"), ("2019-01-01", 12, "2020-01-01"),
    ])
  func months(_ from: String, _ count: Int, _ to: String) throws {
    #expect(try #require(CivilDate(from)).adding(months: count).text == to)
  }
}
