import Messages
import Recognition
import Testing

@Suite("Section 5: meters, and usage in a zone")
struct MeterTests {
  static func item(_ id: String, _ price: Int) -> String {
    """
    {"subscription_item":"\(id)","subscription":"sub_1","customer":"c","currency":"usd","unit_amount":\(price),\
    "aggregate":"sum","meter":"mtr_1"}
    """
  }

  static func event(_ id: String, _ quantity: Int, customer: String = "c") -> String {
    #"{"usage":"\#(id)","meter":"mtr_1","customer":"\#(customer)","quantity":\#(quantity)}"#
  }

  @Test("A meter's events are the usage of its customer's items, whichever is told first")
  func events() throws {
    var ledger = try Ledger()
    try ledger.tell("usage.recorded", "2019-01-10", Self.event("u_1", 3))
    try ledger.tell("usage.recorded", "2019-01-10", Self.event("u_2", 50, customer: "other"))
    try ledger.tell("subscription_item.defined", "2019-01-01", Self.item("si_1", 100))
    #expect(ledger.changes(of: .revenue) == "2019-01 300")
    try ledger.tell("usage.recorded", "2019-02-10", Self.event("u_3", 4))
    try ledger.tell("usage.recorded", "2019-02-11", #"{"usage":"u_4","subscription_item":"si_1","quantity":1}"#)
    #expect(ledger.changes(of: .revenue) == "2019-01 300, 2019-02 500")
    try ledger.tell("usage.cancelled", "2019-02-12", #"{"usage":"u_3"}"#)
    #expect(ledger.changes(of: .revenue) == "2019-01 300, 2019-02 100")
    try ledger.tell("subscription_item.defined", "2019-01-01", Self.item("si_2", 1))
    #expect(ledger.changes(of: .revenue) == "2019-01 303, 2019-02 100")
  }

  @Test("A known meter's aggregate beats the item's")
  func aggregate() throws {
    var ledger = try Ledger()
    try ledger.tell("subscription_item.defined", "2019-01-01", Self.item("si_1", 100))
    for (index, quantity) in [3, 7, 5].enumerated() {
      try ledger.tell("usage.recorded", "2019-01-1\(index)", Self.event("u_\(index)", quantity))
    }
    #expect(ledger.changes(of: .revenue) == "2019-01 1500")
    for (aggregate, revenue) in [("max", 700), ("count", 300), ("last_during_period", 500)] {
      try ledger.tell(
        "meter.updated", "2019-02-01",
        """
        {"meter":"mtr_1","event_name":"e","aggregate":"\(aggregate)","customer_key":"c","value_key":"v"}
        """, id: "z-\(aggregate == "max" ? 1 : aggregate == "count" ? 2 : 3)")
      #expect(ledger.changes(of: .revenue) == "2019-01 \(revenue)")
    }
  }

  @Test("Usage belongs to the period of its day where the account is, whenever the zone is told")
  func zone() throws {
    for isFirst in [true, false] {
      var ledger = try Ledger()
      let zone = #"{"time_zone":{"name":"Asia/Tokyo","from":"2019-01-01"}}"#
      if isFirst { try ledger.tell("settings.changed", "2019-01-01", zone) }
      try ledger.tell("subscription_item.defined", "2019-01-01", Self.item("si_1", 100))
      // Both lie on 31 January in UTC; the second is February in Tokyo.
      try ledger.tell("usage.recorded", "2019-01-31T14:00:00Z", Self.event("u_1", 3))
      try ledger.tell("usage.recorded", "2019-01-31T16:00:00Z", Self.event("u_2", 4))
      if !isFirst { try ledger.tell("settings.changed", "2019-01-01", zone) }
      #expect(ledger.changes(of: .revenue) == "2019-01 300, 2019-02 400")
    }
  }

  @Test("A book keeps the last total of a slice, not one for each record")
  func keepsTotals() throws {
    var ledger = try Ledger()
    try ledger.tell("subscription_item.defined", "2019-01-01", Self.item("si_1", 100))
    for index in 0..<20 { try ledger.tell("usage.recorded", "2019-01-1\(index % 2)", Self.event("u_\(index)", 1)) }
    #expect(ledger.changes(of: .revenue) == "2019-01 2000")
    let totals = ledger.books.states.flatMap(\.facts).filter { $0.fact.type == .usageTotaled }
    #expect(totals.count == 2)
  }
}
