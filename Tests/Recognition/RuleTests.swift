import Accounting
import Recognition
import Testing

@Suite("Section 9: the first rule that holds treats a line or payment")
struct RuleTests {
  /// A condition and whether it holds for the line below.
  static let conditions: [(String, Bool)] = [
    (#"{"on":"invoice_line","field":"any"}"#, true),
    (#"{"on":"charge","field":"any"}"#, false),
    (#"{"on":"invoice_line","field":"id","operator":"is","value":"il_1"}"#, true),
    (#"{"on":"invoice_line","field":"description","operator":"is","value":"PREMIUM Ｐlan"}"#, true),
    (#"{"on":"invoice_line","field":"description","operator":"is","value":"premium"}"#, false),
    (#"{"on":"invoice_line","field":"description","operator":"contains_all","value":["prem","PLAN"]}"#, true),
    (#"{"on":"invoice_line","field":"description","operator":"contains_all","value":["prem","gold"]}"#, false),
    (#"{"on":"invoice_line","field":"description","operator":"contains_any","value":["gold","plan"]}"#, true),
    (#"{"on":"invoice_line","field":"description","operator":"is_any_of","value":["x","Premium plan"]}"#, true),
    (#"{"on":"invoice_line","field":"amount","operator":"equals","value":9000,"currency":"usd"}"#, true),
    (#"{"on":"invoice_line","field":"amount","operator":"equals","value":9000,"currency":"eur"}"#, false),
    (#"{"on":"invoice_line","field":"amount","operator":"greater_than","value":9000,"currency":"usd"}"#, false),
    (#"{"on":"invoice_line","field":"amount","operator":"less_than","value":9001,"currency":"usd"}"#, true),
    (#"{"on":"invoice_line","field":"metadata.team","operator":"is","value":"north"}"#, true),
    (#"{"on":"invoice_line","field":"metadata.none","operator":"contains_any","value":[""]}"#, false),
    (#"{"on":"invoice","field":"number","operator":"is","value":"A-1"}"#, true),
    (#"{"on":"invoice","field":"metadata.region","operator":"is","value":"emea"}"#, true),
    (#"{"on":"customer","field":"email","operator":"contains_any","value":["@example."]}"#, true),
    (#"{"on":"customer","field":"name","operator":"is","value":"Straße"}"#, true),
    (#"{"on":"customer","field":"country","operator":"is","value":"de"}"#, true),
    (#"{"on":"product","field":"name","operator":"is","value":"Plan"}"#, true),
    (#"{"on":"price","field":"id","operator":"is","value":"price_1"}"#, true),
    (#"{"on":"contract","field":"any"}"#, false),
  ]

  @Test("Each condition holds for what it names", arguments: conditions)
  func condition(_ condition: String, _ holds: Bool) throws {
    var ledger = try Ledger()
    try ledger.tell(
      "rule.set", "1970-01-01",
      """
      {"rule":"r","name":"r","position":1,"apply_to":[\(condition)],\
      "treatments":[{"type":"tax","allocation_percent":100}]}
      """)
    try ledger.tell(
      "invoice.finalized", "2019-01-01",
      """
      {"invoice":"in_1","number":"A-1","customer":"cus_1","currency":"usd","lines":[{"line":"il_1","amount":9000,\
      "description":"Premium plan","price":"price_1","metadata":{"team":"north"}}],"metadata":{"region":"EMEA"}}
      """)
    try ledger.tell(
      "customer.updated", "2019-01-02",
      """
      {"customer":"cus_1","email":"jo@example.com","name":"STRASSE","address":{"country":"DE"}}
      """)
    try ledger.tell("price.updated", "2019-01-02", #"{"price":"price_1","product":"prod_1","currency":"usd"}"#)
    try ledger.tell("product.updated", "2019-01-02", #"{"product":"prod_1","name":"plan"}"#)
    #expect(ledger.changes(of: .taxLiability) == (holds ? "2019-01 9000" : ""))
    #expect(ledger.changes(of: .revenue) == (holds ? "" : "2019-01 9000"))
  }

  @Test("Order decides, and a new order decides anew; a deleted rule is gone")
  func order() throws {
    var ledger = try Ledger()
    for (rule, position, type) in [("a", 2, "tax"), ("b", 1, "passthrough_fees")] {
      try ledger.tell(
        "rule.set", "1970-01-01",
        """
        {"rule":"\(rule)","name":"\(rule)","position":\(position),"apply_to":[{"on":"invoice_line","field":"any"}],\
        "treatments":[{"type":"\(type)","allocation_percent":100}]}
        """)
    }
    try ledger.tell(
      "invoice.finalized", "2019-01-01",
      #"{"invoice":"in_1","customer":"c","currency":"usd","lines":[{"line":"il_1","amount":9000}]}"#)
    #expect(ledger.changes(of: .passthroughFees) == "2019-01 9000")
    try ledger.tell("rules.ordered", "2019-02-01", #"{"rules":["a","b"]}"#)
    #expect(ledger.changes(of: .passthroughFees) == "")
    #expect(ledger.changes(of: .taxLiability) == "2019-01 9000")
    try ledger.tell("rule.deleted", "2019-02-02", #"{"rule":"a"}"#)
    #expect(ledger.changes(of: .passthroughFees) == "2019-01 9000")
  }

  @Test("A rule outside its effective period treats nothing")
  func effective() throws {
    var ledger = try Ledger()
    try ledger.tell(
      "rule.set", "1970-01-01",
      """
      {"rule":"a","name":"a","position":1,"apply_to":[{"on":"invoice_line","field":"any"}],\
      "effective":{"from":"2019-01-02T00:00:00Z","to":"2019-01-03T00:00:00Z"},\
      "treatments":[{"type":"tax","allocation_percent":100}]}
      """)
    for day in 1...3 {
      try ledger.tell(
        "invoice.finalized", "2019-01-0\(day)",
        """
        {"invoice":"in_\(day)","customer":"c","currency":"usd","lines":[{"line":"il_\(day)","amount":\(day)}]}
        """)
    }
    #expect(ledger.changes(of: .taxLiability) == "2019-01 2")
  }

  @Test("A treatment that can never act is refused when it is set")
  func notApplicable() throws {
    var ledger = try Ledger()
    let fact = try ledger.tell(
      "rule.set", "1970-01-01",
      """
      {"rule":"a","name":"a","position":1,"apply_to":[{"on":"charge","field":"any"}],\
      "treatments":[{"type":"defer_until_fulfilled","allocation_percent":100}]}
      """)
    #expect(ledger.refusal(of: fact) == "treatment_not_applicable")
  }

  @Test("Counted from payment, a line is deferred until nothing is open")
  func fromPayment() throws {
    var ledger = try Ledger()
    try ledger.tell(
      "rule.set", "1970-01-01",
      """
      {"rule":"a","name":"a","position":1,"apply_to":[{"on":"invoice_line","field":"any"}],"treatments":[\
      {"type":"amortize_custom_period","allocation_percent":100,"from":"paid",\
      "offset":{"count":1,"unit":"month"},"over":{"count":60,"unit":"day"}}]}
      """)
    try ledger.tell(
      "invoice.finalized", "2019-01-01",
      #"{"invoice":"in_1","customer":"c","currency":"usd","lines":[{"line":"il_1","amount":6000}]}"#)
    try ledger.tell(
      "charge.succeeded", "2019-01-31", #"{"charge":"ch_1","currency":"usd","amount":1000,"invoice":"in_1"}"#)
    #expect(ledger.changes(of: .revenue) == "")
    // Paid on 31 January: a month later is 28 February; sixty days from there.
    try ledger.tell(
      "charge.succeeded", "2019-01-31", #"{"charge":"ch_2","currency":"usd","amount":5000,"invoice":"in_1"}"#)
    #expect(ledger.changes(of: .revenue) == "2019-02 100, 2019-03 3100, 2019-04 2800")
  }
}
