import Accounting
import Recognition
import Testing

@Suite("Section 11: what bills a contract, and what is refused")
struct ContractAttachmentTests {
  /// A contract of 5.00 earned in January, and how an invoice of 5.00 of February might bill it.
  struct Attachment: Sendable, CustomTestStringConvertible {
    let title: String
    var models = ""
    var invoice = ""
    var line = ""
    var more: [ContractStory.Told] = []
    let bills: Bool

    var testDescription: String { title }
  }

  @Test("Invoices of one subscription share a book only once a contract claims it", arguments: [0, 3, 6])
  func smallBooks(_ told: Int) throws {
    var ledger = try Ledger()
    let updated = Self.subscribed(#","schedule":"sched""#)
    var facts = (0..<6).map {
      ContractStory.invoice("2025-02-0\($0 + 1)", 100, id: "in_\($0)", more: Self.subscription)
    }
    facts.insert(updated, at: 2)
    for fact in facts { try ledger.tell(fact.type, fact.time, fact.data) }
    #expect(ledger.books.states.count == 7)
    let signed = ContractStory.signed(
      ContractStory.item("ci", 36_500), more: Self.models("subscription_schedule", "sched"))
    facts.insert(signed, at: told)
    ledger = try Ledger()
    for fact in facts { try ledger.tell(fact.type, fact.time, fact.data) }
    #expect(ledger.books.states.count == 1)
  }

  static func models(_ type: String, _ id: String) -> String {
    #""billing_models":[{"type":"\#(type)","id":"\#(id)"}],"#
  }

  static func change(_ day: String, _ type: String, _ kind: String, _ id: String) -> ContractStory.Told {
    ContractStory.adjusted(
      day, "prospective", #"{"type":"\#(type)","billing_model":{"type":"\#(kind)","id":"\#(id)"}}"#)
  }

  static let subscription = #","subscription":"sub""#

  static func subscribed(_ schedule: String) -> ContractStory.Told {
    ContractStory.event("subscription.updated", "2025-03-01", #""subscription":"sub","customer":"c"\#(schedule)"#)
  }

  static let scheduled = ContractStory.event(
    "subscription_schedule.updated", "2025-05-01",
    #""schedule":"sched","subscription":"sub","status":"active","phases":[]"#)

  static let attachments: [Attachment] = [
    Attachment(title: "None by itself", bills: false),
    Attachment(title: "One that names it", invoice: #","contract":"ct""#, bills: true),
    Attachment(title: "One that names another is as any other", invoice: #","contract":"unknown""#, bills: false),
    Attachment(title: "A line that names its item", line: #","contract_item":"ci""#, bills: true),
    Attachment(title: "An invoice that is a billing model", models: models("invoice", "in"), bills: true),
    Attachment(
      title: "An invoice of a subscription that is one", models: models("subscription", "sub"), invoice: subscription,
      bills: true),
    Attachment(title: "Not one of another subscription", models: models("subscription", "sub"), bills: false),
    Attachment(
      title: "A schedule that the subscription names", models: models("subscription_schedule", "sched"),
      invoice: subscription, more: [subscribed(#","schedule":"sched""#)], bills: true),
    Attachment(
      title: "A schedule that names the subscription", models: models("subscription_schedule", "sched"),
      invoice: subscription, more: [scheduled], bills: true),
    Attachment(
      title: "A schedule that nothing links to it", models: models("subscription_schedule", "sched"),
      invoice: subscription, more: [subscribed("")], bills: false),
    Attachment(
      title: "A model added later counts for all its invoices", invoice: subscription,
      more: [change("2025-06-01", "add_billing_model", "subscription", "sub")], bills: true),
    Attachment(
      title: "A model removed before does not count", models: models("subscription", "sub"), invoice: subscription,
      more: [change("2025-02-01", "remove_billing_model", "subscription", "sub")], bills: false),
    Attachment(
      title: "A model removed later does", models: models("subscription", "sub"), invoice: subscription,
      more: [change("2025-02-12", "remove_billing_model", "subscription", "sub")], bills: true),
    Attachment(
      title: "A model removed and added again counts", models: models("subscription", "sub"), invoice: subscription,
      more: [
        change("2025-02-01", "remove_billing_model", "subscription", "sub"),
        change("2025-03-01", "add_billing_model", "subscription", "sub"),
      ], bills: true),
  ]

  @Test("An invoice bills a contract, in any order of telling", arguments: attachments)
  func attached(_ attachment: Attachment) throws {
    let story = ContractStory(
      title: attachment.title,
      facts: [
        ContractStory.signed(ContractTests.point("ci", 500, "2025-01-01"), more: attachment.models),
        ContractStory.invoice("2025-02-10", 500, line: attachment.line, more: attachment.invoice),
      ] + attachment.more, expected: [])
    for ledger in [try story.ledger(), try story.ledger(reversed: true)] {
      #expect(ledger.changes(of: .revenue) == (attachment.bills ? "2025-01 500" : "2025-01 500, 2025-02 500"))
      #expect(
        ledger.changes(of: .unbilledAccountsReceivable)
          == (attachment.bills ? "2025-01 500, 2025-02 -500" : "2025-01 500"))
    }
  }

  @Test("A payment that is a billing model bills the contract")
  func charge() throws {
    var ledger = try Ledger()
    let charge = #"{"charge":"ch","currency":"usd","amount":500}"#
    try ledger.tell("charge.succeeded", "2025-02-10", charge)
    #expect(ledger.changes(of: .revenue) == "2025-02 500")
    let signed = ContractStory.signed(ContractTests.point("ci", 500, "2025-01-01"), more: Self.models("charge", "ch"))
    try ledger.tell(signed.type, signed.time, signed.data)
    #expect(ledger.changes(of: .revenue) == "2025-01 500")
    #expect(ledger.changes(of: .cash) == "2025-02 500")
  }

  // MARK: Refusals

  static let fulfillable = ContractStory.signed(
    ContractStory.item("ci", 10_000, #""quantity":10,"satisfied":"on_fulfillment",\#(ContractStory.year)"#))
  static let plain = ContractStory.signed(ContractStory.item("ci", 36_500))

  static let refused: [(String, [ContractStory.Told], String)] = [
    (
      "more than is left", [fulfillable, ContractStory.fulfilled("f", "2025-03-01", #""units":11"#)], "over_fulfillment"
    ),
    (
      "more money than is left",
      [fulfillable, ContractStory.fulfilled("f", "2025-03-01", #""amount":10001,"currency":"usd""#)], "over_fulfillment"
    ),
    (
      "after its end", [fulfillable, ContractStory.fulfilled("f", "2026-01-01", #""units":1"#)], "over_fulfillment"
    ),
    (
      "another currency", [fulfillable, ContractStory.fulfilled("f", "2025-03-01", #""amount":1,"currency":"eur""#)],
      "currency_mismatch"
    ),
    (
      "what is earned over time", [plain, ContractStory.fulfilled("f", "2025-03-01", #""percent":10"#)],
      "not_deferred_until_fulfilled"
    ),
    (
      "units of what has no quantity",
      [
        ContractStory.signed(ContractStory.item("ci", 10_000, #""satisfied":"on_fulfillment""#)),
        ContractStory.fulfilled("f", "2025-03-01", #""units":1"#),
      ], "quantity_missing"
    ),
    (
      "an item that is not there",
      [
        plain, ContractStory.adjusted("2025-03-01", "prospective", ContractStory.update("no", #""amount_subtotal":1"#)),
      ],
      "unknown_item"
    ),
    (
      "an item that has ended",
      [
        plain,
        ContractStory.adjusted(
          "2025-02-01", "prospective", #"{"type":"end_item","item":"ci","at":"2025-02-01T00:00:00Z"}"#),
        ContractStory.adjusted("2025-03-01", "catch_up", ContractStory.update("ci", #""amount_subtotal":1"#)),
      ], "unknown_item"
    ),
    (
      "an item that is there already",
      [plain, ContractStory.adjusted("2025-03-01", "separate", ContractStory.add(ContractStory.item("ci", 1)))],
      "item_exists"
    ),
    (
      "a discount of an item that is not there",
      [ContractStory.signed(ContractStory.item("ci", 1), more: #""discounts":[{"amount":1,"items":["no"]}],"#)],
      "unknown_item"
    ),
    (
      "a change after the end of it all",
      [
        plain, ContractStory.event("contract.voided", "2025-02-01", #""contract":"ct""#),
        ContractStory.adjusted("2025-03-01", "catch_up", ContractStory.update("ci", #""amount_subtotal":1"#)),
      ], "contract_voided"
    ),
    (
      "a fulfillment after the end of it all",
      [
        fulfillable, ContractStory.event("contract.voided", "2025-02-01", #""contract":"ct""#),
        ContractStory.fulfilled("f", "2025-03-01", #""units":1"#),
      ], "contract_voided"
    ),
    (
      "more than a hundred years",
      [ContractStory.signed(ContractStory.item("ci", 1, ContractStory.period("2025-01-01", "2125-01-02")))],
      "period_too_long"
    ),
    (
      "signed long after its service",
      [ContractStory.signed(ContractStory.item("ci", 1), on: "2325-01-01")], "period_too_long"
    ),
    (
      "items that add up to too much",
      [
        ContractStory.signed(
          ContractStory.item("a", 1_000_000_000_000_000), ContractStory.item("b", 1_000_000_000_000_000))
      ], "amount_too_large"
    ),
    (
      "a change to too much",
      [
        ContractStory.signed(ContractStory.item("a", 999_999_999_999_990), ContractStory.item("b", 5)),
        ContractStory.adjusted("2025-03-01", "catch_up", ContractStory.update("b", #""amount_subtotal":20"#)),
      ], "amount_too_large"
    ),
    (
      "shares beyond all measure",
      [
        ContractStory.signed(
          ContractStory.item("a", 1_000_000_000_000_000), ContractStory.item("b", -999_999_999_999_998),
          more: #""discounts":[{"amount":1000000}],"#)
      ], "amount_too_large"
    ),
    (
      "an invoice in another currency",
      [
        plain,
        (
          "invoice.finalized", "2025-02-10",
          #"{"invoice":"in","customer":"c","currency":"eur","contract":"ct","lines":[{"line":"l","amount":1}]}"#
        ),
      ], "currency_mismatch"
    ),
    (
      "a payment in another currency",
      [
        plain,
        (
          "charge.succeeded", "2025-02-10", #"{"charge":"ch","currency":"eur","contract":"ct","amount":1}"#
        ),
      ], "currency_mismatch"
    ),
    ("told again with other values", [plain, ContractStory.signed(ContractStory.item("ci", 36_501))], "conflict"),
  ]

  @Test("What cannot be is refused by name, and nothing changes", arguments: refused)
  func refusals(_ title: String, _ facts: [ContractStory.Told], _ code: String) throws {
    var ledger = try Ledger()
    for fact in facts.dropLast() { try ledger.tell(fact.type, fact.time, fact.data) }
    let sums = ledger.sums
    let last = try #require(facts.last)
    let fact = try ledger.tell(last.type, last.time, last.data)
    #expect(ledger.refusal(of: fact) == code, "\(title)")
    #expect(ledger.sums == sums, "\(title)")
  }

  @Test("What speaks of a contract or item that is not known yet waits")
  func waits() throws {
    var ledger = try Ledger()
    let fulfilled = ContractStory.fulfilled("f", "2025-03-01", #""units":1"#)
    let change = ContractStory.adjusted(
      "2025-04-01", "catch_up", ContractStory.update("ci", #""amount_subtotal":20000"#))
    let (first, second) = (
      try ledger.tell(fulfilled.type, fulfilled.time, fulfilled.data),
      try ledger.tell(change.type, change.time, change.data)
    )
    #expect(ledger.outcomes[first] == .waiting(Reference(.contractItem, "ci")))
    #expect(ledger.outcomes[second] == .waiting(Reference(.contract, "ct")))
    try ledger.tell(Self.fulfillable.type, Self.fulfillable.time, Self.fulfillable.data)
    #expect(ledger.outcomes[first] == .posted)
    #expect(ledger.changes(of: .revenue) == "2025-03 1000, 2025-04 1000, 2026-01 18000")
  }

  @Test("A contract told again is completed by what was missing")
  func completed() throws {
    var ledger = try Ledger()
    let plain = ContractStory.signed(ContractStory.item("ci", 500, #""satisfied":"at_point""#))
    try ledger.tell(plain.type, plain.time, plain.data)
    let more = ContractStory.signed(
      ContractTests.point("ci", 500, "2025-03-01"), more: #""discounts":[{"amount":20}],"#)
    let fact = try ledger.tell(more.type, more.time, more.data)
    #expect(ledger.refusal(of: fact) == nil)
    #expect(ledger.changes(of: .revenue) == "2025-03 480")
  }

  // MARK: Long-term

  @Test("What is billed ahead beyond the next twelve periods' use is long-term")
  func longTerm() throws {
    var ledger = try Ledger(#"{"amortization":"month"}"#)
    let facts = [
      ContractStory.signed(ContractStory.item("ci", 3600, ContractStory.period("2025-01-01", "2028-01-01"))),
      ContractStory.invoice("2025-01-10", 3000),
    ]
    for fact in facts { try ledger.tell(fact.type, fact.time, fact.data) }
    // At January's end 29.00 is ahead, of which twelve months use 12.00; from then on each month uses 1.00 of it.
    var changes = ["2025-01 1700"]
    for month in 1...17 {
      let (year, number) = (2025 + month / 12, month % 12 + 1)
      changes.append("\(year)-\(number < 10 ? "0" : "")\(number) -100")
    }
    #expect(ledger.changes(of: .longTermDeferredRevenue) == changes.joined(separator: ", "))
    // In March it becomes 10.00 a month: twelve months would use 120.00, and nothing is long-term. Earlier periods stay.
    let change = ContractStory.adjusted(
      "2025-03-10", "prospective", ContractStory.update("ci", #""amount_subtotal":34200"#))
    try ledger.tell(change.type, change.time, change.data)
    #expect(ledger.changes(of: .longTermDeferredRevenue) == "2025-01 1700, 2025-02 -100, 2025-03 -1600")
  }
}
