import Accounting
import Recognition
import Testing

@Suite("Sections 1 and 12: days, periods, zones")
struct CalendarTests {
  static func invoice(_ start: String, _ end: String, _ amount: Int = 3000) -> String {
    """
    {"invoice":"in_1","customer":"c","currency":"usd","lines":[{"line":"il_1","amount":\(amount),\
    "period":{"start":"\(start)","end":"\(end)"}}]}
    """
  }

  @Test("Days and periods begin at local midnight from the zone's date on")
  func zone() throws {
    var ledger = try Ledger(
      #"{"amortization":"day","long_term_deferred":false,"time_zone":{"name":"America/New_York","from":"2019-01-01"}}"#)
    // 1 March, 02:00 UTC is still February in New York, and so is the first day of service.
    try ledger.tell(
      "invoice.finalized", "2019-03-01T02:00:00Z", Self.invoice("2019-03-01T02:00:00Z", "2019-03-31T02:00:00Z"))
    #expect(ledger.changes(of: .accountsReceivable) == "2019-02 3000")
    #expect(ledger.changes(of: .revenue) == "2019-02 100, 2019-03 2900")
  }

  @Test("Before the zone's date, days are those of UTC")
  func beforeZone() throws {
    var ledger = try Ledger(#"{"time_zone":{"name":"Asia/Tokyo","from":"2019-03-01"}}"#)
    try ledger.tell("invoice.finalized", "2019-01-31T20:00:00Z", Self.invoice("2019-01-31", "2019-01-31").dated)
    try ledger.tell(
      "charge.succeeded", "2019-02-28T16:00:00Z", #"{"charge":"ch_1","currency":"usd","amount":100}"#)
    try ledger.tell(
      "charge.succeeded", "2019-02-28T14:00:00Z", #"{"charge":"ch_2","currency":"usd","amount":7}"#)
    #expect(ledger.changes(of: .cash) == "2019-02 7, 2019-03 100")
    #expect(ledger.changes(of: .accountsReceivable) == "2019-01 3000")
  }

  @Test("By day, days are counted, not hours: the day on which clocks are turned counts as one")
  func summerTime() throws {
    var ledger = try Ledger(
      #"{"amortization":"day","long_term_deferred":false,"time_zone":{"name":"Europe/Berlin","from":"2019-01-01"}}"#)
    // 31 days of March and 30 of April in Berlin, one of them an hour short.
    try ledger.tell(
      "invoice.finalized", "2019-02-28T23:00:00Z", Self.invoice("2019-02-28T23:00:00Z", "2019-04-30T22:00:00Z", 6100))
    #expect(ledger.changes(of: .revenue) == "2019-03 3100, 2019-04 3000")
  }

  @Test("By second, the hours count as they are")
  func summerTimeBySecond() throws {
    var ledger = try Ledger(
      #"{"amortization":"second","long_term_deferred":false,"time_zone":{"name":"Europe/Berlin","from":"2019-01-01"}}"#)
    // 743 hours of March and 720 of April.
    try ledger.tell(
      "invoice.finalized", "2019-02-28T23:00:00Z", Self.invoice("2019-02-28T23:00:00Z", "2019-04-30T22:00:00Z", 14630))
    #expect(ledger.changes(of: .revenue) == "2019-03 7430, 2019-04 7200")
  }

  @Test("A zone that nobody knows is refused")
  func unknownZone() throws {
    var ledger = try Ledger()
    let fact = try ledger.tell(
      "settings.changed", "2019-01-01", #"{"time_zone":{"name":"Mars/Olympus","from":"2019-01-01"}}"#)
    #expect(ledger.refusal(of: fact) == "unknown_time_zone")
  }

  static let calendars: [(String, String)] = [
    // A year from 1 January 2019 has periods of 28, 28 and 35 days by each pattern.
    ("4-4-5", "2019-P01 28, 2019-P02 28, 2019-P03 35"),
    ("4-5-4", "2019-P01 28, 2019-P02 35, 2019-P03 28"),
    ("5-4-4", "2019-P01 35, 2019-P02 28, 2019-P03 28"),
    ("13x4", "2019-P01 28, 2019-P02 28, 2019-P03 28, 2019-P04 7"),
  ]

  @Test("Weeks make periods by the pattern", arguments: calendars)
  func weeks(_ kind: String, _ revenue: String) throws {
    var ledger = try Ledger(
      #"{"amortization":"day","long_term_deferred":false,"calendar":{"kind":"\#(kind)","start":"2019-01-01"}}"#)
    try ledger.tell(
      "invoice.finalized", "2019-01-01", Self.invoice("2019-01-01T00:00:00Z", "2019-04-02T00:00:00Z", 91))
    #expect(ledger.changes(of: .revenue) == revenue)
  }

  @Test("The month that holds the start ends there; earlier periods stay months; listed years have 53 weeks")
  func start() throws {
    var ledger = try Ledger(
      """
      {"amortization":"day","long_term_deferred":false,\
      "calendar":{"kind":"13x4","start":"2019-01-29","week_53":[2019]}}
      """)
    try ledger.tell(
      "invoice.finalized", "2018-12-31", Self.invoice("2018-12-31T00:00:00Z", "2020-03-05T00:00:00Z", 430))
    // 1 day, 28 days to 28 January, twelve periods of 28, one of 35, then 2020-P01 from 4 February 2020 on.
    let periods = (1...12).map { "2019-P\($0 < 10 ? "0" : "")\($0) 28" }.joined(separator: ", ")
    #expect(
      ledger.changes(of: .revenue)
        == "2018-12 1, 2019-01 28, \(periods), 2019-P13 35, 2020-P01 28, 2020-P02 2")
  }
}

extension String {
  /// Days become midnights.
  fileprivate var dated: String {
    replacing(#""2019-01-31""#, with: #""2019-01-31T00:00:00Z""#)
  }
}
