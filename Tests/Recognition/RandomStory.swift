import Accounting
import JSON
import Messages
import Recognition
import Testing

/// An invoice's life as a seed decides it: lines of all kinds, payments, refunds, disputes, notes, voids, write-offs, pending
/// items, fulfillments, exclusions, in any order of time, sensible or not.
struct RandomStory {
  private(set) var facts: [BookFact] = []
  private var random: SeededRandom
  private var count = 0
  /// The currency of the invoice; euros are settled in dollars.
  private let currency: String
  /// The line that bills usage, where one does.
  static let meteredLine = "il_u"
  /// Whether the invoice bills usage.
  let isMetered: Bool

  init(seed: UInt64) throws {
    random = SeededRandom(seed: seed)
    // Every second seed tells its story in euros, with its discounts shown, in a zone of its own.
    currency = seed % 2 == 0 ? "usd" : "eur"
    isMetered = seed % 3 == 0
    let granularities = ["second", "day", "month", "month_prorated"]
    try tell(
      "settings.changed", nil,
      """
      {"amortization":"\(granularities[random.below(4)])","catch_up_revenue":\(random.below(2) == 0),\
      "recovered_revenue_as_gains":\(random.below(2) == 0),"long_term_deferred":\(random.below(2) == 0)}
      """)
    if currency == "eur" { try tellCurrencies() }
    if random.below(2) == 0 { try tellRule() }
    try tellInvoice()
    for index in 0..<random.below(9) { try tellEvent(index) }
    if isMetered { try tellUsage() }
  }

  private mutating func tell(_ type: String, _ time: String?, _ data: String) throws {
    let instant = try #require(Instant(rfc3339: time ?? "1970-01-01T00:00:00Z"))
    let fact = try Fact.decode(type: type, data: JSONDocument(parsing: Array(data.utf8)).root)
    facts.append(BookFact(id: "told-\(count)", source: "test", time: instant, fact: fact))
    count += 1
  }

  private mutating func time() -> String {
    let start = Instant.epoch.microseconds + 1_546_300_800_000_000
    return Instant(microseconds: start + Int64(random.below(600 * 24)) * 3_600_000_000).rfc3339
  }

  private mutating func period() -> String {
    let (first, second) = (time(), time())
    return #"{"start":"\#(min(first, second))","end":"\#(max(first, second))"}"#
  }

  private mutating func amount() -> Int {
    [1, 7, 100, 999, 10_000, 123_457][random.below(6)] * (1 + random.below(9))
  }

  private mutating func tellCurrencies() throws {
    let zones = ["America/New_York", "Asia/Kolkata", "UTC"]
    try tell(
      "settings.changed", "1970-01-02T00:00:00Z",
      """
      {"settlement_currencies":["usd"],"remeasure_receivables":\(random.below(2) == 0),\
      "discounts_as_contra":\(random.below(2) == 0),\
      "time_zone":{"name":"\(zones[random.below(3)])","from":"2019-0\(1 + random.below(9))-01"}}
      """)
    for _ in 0...random.below(5) {
      let day = random.below(8) == 0 ? "2018-01-01" : String(time().prefix(10))
      try tell(
        "exchange_rate.published", nil,
        #"{"from":"eur","to":"usd","rate":"\#(1 + random.below(3)).\#(random.below(10_000))","on":"\#(day)"}"#)
    }
  }

  /// What was settled of an amount, or nothing.
  private mutating func settlement(_ amount: Int) -> String {
    guard currency == "eur", random.below(3) > 0 else { return "" }
    return #","settlement":{"currency":"usd","amount":\#(amount + random.below(amount + 1))}"#
  }

  private mutating func tellRule() throws {
    let shares = [
      #"{"type":"amortize_line_period","allocation_percent":"66.6"},{"type":"tax","allocation_percent":"33.4"}"#,
      #"{"type":"passthrough_fees","allocation_percent":20},{"type":"exclude","allocation_percent":80}"#,
      #"{"type":"defer_until_fulfilled","allocation_percent":70},{"type":"exclude","allocation_percent":30}"#,
      #"{"type":"defer_until_fulfilled","allocation_percent":100,"fallback":{"count":20,"unit":"month"}}"#,
      #"{"type":"amortize_custom_period","allocation_percent":100,"from":"paid","over":{"count":5,"unit":"month"}}"#,
      #"{"type":"defer_until","allocation_percent":50,"at":"2019-09-09T09:09:09Z"},"#
        + #"{"type":"amortize_line_period","allocation_percent":50}"#,
    ]
    try tell(
      "rule.set", nil,
      """
      {"rule":"r","name":"r","position":1,"apply_to":[{"on":"invoice_line","field":"any"}],\
      "treatments":[\(shares[random.below(shares.count)])]}
      """)
  }

  private mutating func tellInvoice() throws {
    var lines: [String] = []
    for index in 0...random.below(3) {
      var line = #"{"line":"il_\#(index)","quantity":10"#
      let negative = index > 0 && random.below(4) == 0
      let amount = self.amount()
      line += #","amount":\#(negative ? -amount : amount)"#
      if random.below(3) > 0 { line += #","period":\#(period())"# }
      if !negative, random.below(3) == 0 {
        line += #","taxes":[{"amount":\#(amount / 7),"inclusive":\#(random.below(2) == 0)}]"#
      }
      if !negative, currency == "eur", random.below(2) == 0 { line += #","discount":\#(amount / 5)"# }
      if index == 0, random.below(4) == 0 {
        let time = self.time()
        try tell(
          "invoice_item.created", time,
          #"{"invoice_item":"ii_1","customer":"c","currency":"\#(currency)","amount":\#(self.amount()),"period":\#(period())}"#
        )
        line += #","invoice_item":"ii_1""#
      }
      lines.append(line + "}")
    }
    if isMetered {
      let ending = random.below(3) > 0 ? #","period":\#(period())"# : ""
      lines.append(#"{"line":"\#(Self.meteredLine)","amount":\#(amount()),"subscription_item":"si_1"\#(ending)}"#)
    }
    let balance = random.below(4) == 0 ? #","balance_applied":\#(random.below(2000) - 1000)"# : ""
    let rate =
      currency == "eur" && random.below(2) == 0
      ? #","exchange_rate":{"to":"usd","rate":"0.\#(1 + random.below(9999))"}"# : ""
    try tell(
      "invoice.finalized", time(),
      """
      {"invoice":"in_1","customer":"c","currency":"\(currency)","lines":[\(lines.joined(separator: ","))]\
      \(balance)\(rate)}
      """)
  }

  /// Usage of the item that the invoice bills: told of the item or of its meter, some of it with prices of its own, some
  /// cancelled; the item, its meter and its subscription in several versions.
  private mutating func tellUsage() throws {
    let aggregates = Aggregate.allCases.map(\.rawValue)
    let tiers = [
      "", "",
      #","tiers":[{"up_to":5,"unit_amount":"7.5","flat_amount":3},{"up_to":null,"unit_amount":2}]"#
        + #","tiers_mode":"\#(["graduated", "volume"][random.below(2)])""#,
    ]
    for _ in 0...random.below(3) {
      let current = random.below(2) == 0 ? #","current_period":\#(period())"# : ""
      let meter = random.below(2) == 0 ? #","meter":"mtr_1""# : ""
      try tell(
        "subscription_item.defined", time(),
        """
        {"subscription_item":"si_1","subscription":"sub_1","customer":"c","currency":"\(currency)",\
        "unit_amount":"\(random.below(40)).5","aggregate":"\(aggregates[random.below(aggregates.count)])"\
        \(tiers[random.below(tiers.count)])\(meter)\(current)}
        """)
    }
    if random.below(3) == 0 {
      try tell(
        "subscription.updated", time(),
        #"{"subscription":"sub_1","customer":"c","current_period":\#(period())}"#)
    }
    if random.below(3) == 0 {
      try tell(
        "meter.updated", time(),
        """
        {"meter":"mtr_1","event_name":"e","aggregate":"\(aggregates[random.below(aggregates.count)])",\
        "customer_key":"c","value_key":"v"}
        """)
    }
    for index in 0..<random.below(8) {
      let source = random.below(3) == 0 ? #""meter":"mtr_1","customer":"c""# : #""subscription_item":"si_1""#
      let price = random.below(4) == 0 ? #","unit_amount":"\#(random.below(3)).25""# : ""
      try tell(
        "usage.recorded", time(),
        #"{"usage":"u_\#(index)",\#(source),"quantity":"\#(random.below(30) - 5).\#(random.below(10))"\#(price)}"#)
      if random.below(5) == 0 { try tell("usage.cancelled", time(), #"{"usage":"u_\#(index)"}"#) }
    }
  }

  private mutating func tellEvent(_ index: Int) throws {
    let (amount, time) = (self.amount(), self.time())
    let money = #""currency":"\#(currency)","amount":\#(amount)"#
    let settled = settlement(amount)
    switch random.below(14) {
    case 0, 1, 2:
      try tell("charge.succeeded", time, #"{"charge":"ch_\#(index)",\#(money),"invoice":"in_1","fee":3\#(settled)}"#)
    case 3: try tell("refund.created", time, #"{"refund":"re_\#(index)",\#(money),"invoice":"in_1"\#(settled)}"#)
    case 4:
      try tell(
        "refund.created", time, #"{"refund":"re_\#(index)",\#(money),"charge":"ch_\#(random.below(4))"\#(settled)}"#)
    case 5: try tell("dispute.created", time, #"{"dispute":"dp_\#(index)",\#(money),"invoice":"in_1"\#(settled)}"#)
    case 6: try tell("dispute.won", time, #"{"dispute":"dp_\#(random.below(6))"}"#)
    case 7: try tell("refund.failed", time, #"{"refund":"re_\#(random.below(6))"}"#)
    case 8: try tell("credit_note.issued", time, #"{"credit_note":"cn_\#(index)",\#(money),"invoice":"in_1"}"#)
    case 9: try tell("credit_note.voided", time, #"{"credit_note":"cn_\#(random.below(6))"}"#)
    case 10: try tell("invoice.voided", time, #"{"invoice":"in_1"}"#)
    case 11: try tell("invoice.marked_uncollectible", time, #"{"invoice":"in_1"}"#)
    case 12:
      try tell("invoice.paid_out_of_band", time, #"{"payment":"oob_\#(index)",\#(money),"invoice":"in_1"}"#)
    default:
      let target = #""target":{"type":"invoice_line_item","invoice_line_item":"il_0"}"#
      try tell(
        "performance_obligation.fulfilled", time,
        #"{"fulfillment":"f_\#(index)",\#(target),"units":\#(1 + random.below(4)),"period":{"start":"\#(time)"}}"#)
    }
  }
}

@Suite("Whatever happens to an invoice")
struct RandomStoryTests {
  private static func ledger(_ facts: [BookFact]) throws -> Ledger {
    var ledger = try Ledger("{}")
    for fact in facts { ledger.take(fact) }
    return ledger
  }

  /// What an account holds in the end, on its natural side.
  private static func balance(_ account: Account, _ ledger: Ledger) -> Int64 {
    ledger.posted.flatMap(\.entries).reduce(0) { sum, entry in
      sum + (entry.debit == account ? entry.amountMinorUnits : 0)
        - (entry.credit == account ? entry.amountMinorUnits : 0)
    } * (account.normalSide == .debit ? 1 : -1)
  }

  @Test("Any order of arrival gives the same books", arguments: 0..<16)
  func anyOrder(_ block: Int) throws {
    for seed in UInt64(block * 25)..<UInt64(block * 25 + 25) {
      let story = try RandomStory(seed: seed)
      let expected = try Self.ledger(story.facts).sums
      var random = SeededRandom(seed: seed)
      var shuffled = story.facts
      random.shuffle(&shuffled)
      #expect(try Self.ledger(shuffled).sums == expected, "seed \(seed)")
    }
  }

  @Test("Everything is recognized or taken in the end: nothing stays deferred or unbilled", arguments: 0..<16)
  func nothingDeferred(_ block: Int) throws {
    for seed in UInt64(block * 25)..<UInt64(block * 25 + 25) {
      let story = try RandomStory(seed: seed)
      let ledger = try Self.ledger(story.facts)
      // What waits for a payment that does not come stays deferred.
      let waits = ledger.books.states.contains { state in
        state.applied.values.contains { rule in
          rule.treatments.contains {
            if case .amortizeCustomPeriod(.paid, _, _) = $0.action { true } else { false }
          }
        }
      }
      if !waits { #expect(Self.balance(.deferredRevenue, ledger) == 0, "seed \(seed)") }
      #expect(Self.balance(.longTermDeferredRevenue, ledger) == 0, "seed \(seed)")
      // An item stays unbilled while its invoice waits for a rate, and usage until a line bills it.
      let lacksRate = ledger.outcomes.values.contains {
        if case .waiting(let reference) = $0 { reference.kind == .exchangeRate } else { false }
      }
      if !lacksRate && !story.isMetered {
        #expect(Self.balance(.unbilledAccountsReceivable, ledger) == 0, "seed \(seed)")
      }
      if !waits { #expect(Self.balance(.deferredDiscounts, ledger) == 0, "seed \(seed)") }
      #expect(Self.balance(.unrealizedFxLoss, ledger) == 0, "seed \(seed)")
    }
  }

  @Test("Closing at any moments changes where entries land, never their totals", arguments: 0..<16)
  func closing(_ block: Int) throws {
    for seed in UInt64(block * 25)..<UInt64(block * 25 + 25) {
      let story = try RandomStory(seed: seed)
      let open = try Self.ledger(story.facts)
      var random = SeededRandom(seed: seed)
      var closed = try Ledger("{}")
      for fact in story.facts {
        closed.take(fact)
        let period = "2019-\(["02", "05", "09", "12"][random.below(4)])"
        if random.below(3) == 0 { try closed.tell("period.closed", "2019-01-01", #"{"through":"\#(period)"}"#) }
        if random.below(6) == 0 { try closed.tell("period.reopened", "2019-01-01", #"{"from":"\#(period)"}"#) }
      }
      for account in Account.allCases {
        #expect(Self.balance(account, closed) == Self.balance(account, open), "seed \(seed), \(account)")
      }
    }
  }
}
