import Accounting
import JSON
import Messages
import Recognition
import Testing

/// A contract's life as a seed decides it: items of all kinds, changes of all kinds, fulfillments, invoices and payments that
/// bill it one way or another, and what becomes of them, in any order of time, sensible or not.
struct RandomContract {
  private(set) var facts: [BookFact] = []
  private var random: SeededRandom
  /// Whether amounts and moments are as large as they can be told.
  private let isWild: Bool

  init(seed: UInt64, isWild: Bool = false) throws {
    self.isWild = isWild
    random = SeededRandom(seed: seed)
    let granularities = ["second", "day", "month", "month_prorated"]
    try tell(
      "settings.changed", "1970-01-01T00:00:00Z",
      """
      {"amortization":"\(granularities[random.below(4)])","recovered_revenue_as_gains":\(random.below(2) == 0),\
      "long_term_deferred":\(random.below(2) == 0)}
      """)
    try sign()
    for index in 0..<3 { try bill(index) }
    for index in 0..<random.below(16) { try happen(index) }
  }

  private mutating func tell(_ type: String, _ time: String, _ data: String) throws {
    let instant = try #require(Instant(rfc3339: time))
    let fact = try Fact.decode(type: type, data: JSONDocument(parsing: Array(data.utf8)).root)
    facts.append(BookFact(id: "told-\(facts.count)", source: "test", time: instant, fact: fact))
  }

  private mutating func time() -> String {
    if isWild, random.below(5) == 0 {
      return ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "1969-12-31T23:59:59Z", "2119-01-01T00:00:00Z"][
        random.below(4)]
    }
    let start = Instant.epoch.microseconds + 1_546_300_800_000_000
    return Instant(microseconds: start + Int64(random.below(700 * 24)) * 3_600_000_000).rfc3339
  }

  private mutating func period() -> String {
    let (first, second) = (time(), time())
    return #""period":{"start":"\#(min(first, second))","end":"\#(max(first, second))"}"#
  }

  private mutating func amount() -> Int {
    if isWild { return [0, 1, 3, 1_000_000_000_000_000, 999_999_999_999_999, 500_000_000_000_000][random.below(6)] }
    return [1, 7, 100, 999, 10_000, 123_457][random.below(6)] * (1 + random.below(9))
  }

  private mutating func chance(_ share: Int, _ text: @autoclosure () -> String) -> String {
    random.below(share) == 0 ? text() : ""
  }

  private mutating func terms(alone: Bool) -> String {
    let satisfied = ["over_time", "over_time", "at_point", "on_fulfillment", "on_fulfillment"][random.below(5)]
    let amount = isWild && random.below(3) == 0 ? -self.amount() : self.amount()
    return #""amount_subtotal":\#(amount),"satisfied":"\#(satisfied)","quantity":10,\#(period())"#
      + (alone ? #","standalone_selling_price":\#(self.amount())"# : "")
  }

  private mutating func sign() throws {
    let alone = random.below(2) == 0
    var items: [String] = []
    for index in 0...random.below(3) { items.append(#"{"item":"ci_\#(index)",\#(terms(alone: alone))}"#) }
    var discounts = ""
    if random.below(3) == 0 { discounts = #","discounts":[{"amount":1},{"amount":1,"items":["ci_0"]}]"# }
    let types = ["", "subscription", "subscription_schedule"]
    let type = types[random.below(3)]
    let models = type.isEmpty ? "" : #","billing_models":[{"type":"\#(type)","id":"sub"}]"#
    if random.below(2) == 0 {
      try tell("subscription.updated", time(), #"{"subscription":"sub","customer":"c","schedule":"sub"}"#)
    }
    let (signed, told) = (time(), time())
    try tell(
      "contract.created", told,
      #"{"contract":"ct","customer":"c","currency":"usd","signed_at":"\#(signed)","#
        + #""items":[\#(items.joined(separator: ","))]\#(discounts)\#(models)}"#)
  }

  private mutating func bill(_ index: Int) throws {
    let amount = self.amount()
    if random.below(4) == 0 {
      return try tell(
        "charge.succeeded", time(), #"{"charge":"ch_\#(index)","currency":"usd","amount":\#(amount),"contract":"ct"}"#)
    }
    let tax = random.below(3) == 0 ? #","taxes":[{"amount":\#(amount / 7),"inclusive":\#(random.below(2) == 0)}]"# : ""
    let second = random.below(3) == 0 ? #",{"line":"il_\#(index)_2","amount":\#(-amount / 3)}"# : ""
    let by = [#""contract":"ct""#, #""contract":"ct","subscription":"sub""#, #""subscription":"sub""#][random.below(3)]
    try tell(
      "invoice.finalized", time(),
      #"{"invoice":"in_\#(index)","customer":"c","currency":"usd",\#(by),"#
        + #""lines":[{"line":"il_\#(index)","amount":\#(amount)\#(tax)}\#(second)]}"#)
  }

  private mutating func happen(_ index: Int) throws {
    let (amount, time) = (self.amount(), self.time())
    let money = #""currency":"usd","amount":\#(amount)"#
    let invoice = #""invoice":"in_\#(random.below(3))""#
    switch random.below(16) {
    case 0, 1, 2: try change(index, time)
    case 3, 4:
      let measure = ["\"units\":\(1 + random.below(4))", "\"percent\":\(1 + random.below(100))", money][random.below(3)]
      let target = #""target":{"type":"contract_item","contract_item":"ci_\#(random.below(3))"}"#
      try tell(
        "performance_obligation.fulfilled", time,
        #"{"fulfillment":"f_\#(index)",\#(target),\#(measure),"period":{"start":"\#(time)"}}"#)
    case 5: try tell("performance_obligation.reversed", time, #"{"fulfillment":"f_\#(random.below(6))"}"#)
    case 6, 7: try tell("charge.succeeded", time, #"{"charge":"pay_\#(index)",\#(money),\#(invoice)}"#)
    case 8: try tell("refund.created", time, #"{"refund":"re_\#(index % 3)",\#(money),\#(invoice)}"#)
    case 9: try tell("dispute.created", time, #"{"dispute":"dp_\#(index % 3)",\#(money),\#(invoice)}"#)
    case 10 where random.below(2) == 0:
      try tell("refund.failed", time, #"{"refund":"re_\#(random.below(3))"}"#)
    case 10: try tell("dispute.won", time, #"{"dispute":"dp_\#(random.below(3))"}"#)
    case 11: try tell("credit_note.issued", time, #"{"credit_note":"cn_\#(index % 3)",\#(money),\#(invoice)}"#)
    case 12: try tell("credit_note.voided", time, #"{"credit_note":"cn_\#(random.below(3))"}"#)
    case 13: try tell("invoice.voided", time, "{\(invoice)}")
    case 14: try tell("invoice.marked_uncollectible", time, "{\(invoice)}")
    case 15 where random.below(3) == 0:
      try tell("contract.voided", time, #"{"contract":"ct","voided_at":"\#(self.time())"}"#)
    default: try change(index, time)
    }
  }

  private mutating func change(_ index: Int, _ time: String) throws {
    let method = ["prospective", "catch_up", "separate"][random.below(3)]
    let alone = random.below(3) == 0
    let item = #""item":"ci_\#(random.below(3))""#
    var changes: [String] = []
    switch random.below(4) {
    case 0: changes = [#"{"type":"add_item","item":{"item":"new_\#(index)",\#(terms(alone: alone))}}"#]
    case 1: changes = [#"{"type":"end_item",\#(item),"at":"\#(self.time())"}"#]
    default: changes = [#"{"type":"update_item",\#(item),\#(terms(alone: alone))}"#]
    }
    try tell(
      "contract.adjusted", time,
      #"{"contract":"ct","method":"\#(method)","adjustments":[\#(changes.joined(separator: ","))],"#
        + #""adjusted_at":"\#(self.time())"}"#)
  }
}

@Suite("Whatever happens to a contract")
struct RandomContractTests {
  private static let seeds = 40

  private static func ledger(_ facts: [BookFact]) throws -> Ledger {
    var ledger = try Ledger("{}")
    for fact in facts { ledger.take(fact) }
    return ledger
  }

  /// What an account holds at the end of each period, on its natural side.
  private static func balances(_ accounts: [Account], _ ledger: Ledger) -> [AccountingPeriod: Int64] {
    var changes: [AccountingPeriod: Int64] = [:]
    for entry in ledger.posted.flatMap(\.entries) {
      for account in accounts {
        let side: Int64 = account.normalSide == .debit ? 1 : -1
        if entry.debit == account { changes[entry.period, default: 0] += side * entry.amountMinorUnits }
        if entry.credit == account { changes[entry.period, default: 0] -= side * entry.amountMinorUnits }
      }
    }
    var (balances, sum): ([AccountingPeriod: Int64], Int64) = ([:], 0)
    for (period, change) in changes.sorted(by: { $0.key < $1.key }) {
      sum += change
      balances[period] = sum
    }
    return balances
  }

  @Test("Any order of arrival, any repetition and any batching give the same books", arguments: 0..<20)
  func anyOrder(_ block: Int) throws {
    var busy = 0
    for seed in UInt64(block * Self.seeds)..<UInt64((block + 1) * Self.seeds) {
      let story = try RandomContract(seed: seed)
      let expected = try Self.ledger(story.facts)
      var random = SeededRandom(seed: seed)
      var shuffled = story.facts + story.facts.filter { _ in random.below(4) == 0 }
      random.shuffle(&shuffled)
      let sums = try Self.ledger(shuffled).sums
      #expect(sums == expected.sums, "seed \(seed)")
      if sums.count > 12 { busy += 1 }
      for state in expected.books.states {
        let input = BookInput(
          facts: state.facts, applied: state.applied, configuration: expected.books.configuration)
        let rest = difference(expected: entries(input).runs, posted: state.posted, closedThrough: nil)
        #expect(rest.isEmpty, "seed \(seed)")
      }
    }
    // Stories that book little prove little.
    #expect(busy > Self.seeds / 2)
  }

  @Test("As large as amounts and moments can be told, an answer comes back", arguments: 0..<8)
  func wild(_ block: Int) throws {
    let moment = try #require(Instant(rfc3339: "2019-06-01T00:00:00Z"))
    for seed in UInt64(block * 4)..<UInt64((block + 1) * 4) {
      let ledger = try Self.ledger(try RandomContract(seed: seed, isWild: true).facts)
      for state in ledger.books.states {
        let book = BookInput(facts: state.facts, applied: state.applied, configuration: ledger.books.configuration)
        for metrics in contractMetrics(book, at: moment) {
          #expect(metrics.total.magnitude <= UInt64(FactLimits.amountMinorUnits), "seed \(seed)")
        }
      }
    }
  }

  @Test(
    "Nothing of the memorandum pair is left, and nothing is billed ahead while something is unbilled", arguments: 0..<20
  )
  func positions(_ block: Int) throws {
    for seed in UInt64(block * Self.seeds)..<UInt64((block + 1) * Self.seeds) {
      let ledger = try Self.ledger(try RandomContract(seed: seed).facts)
      for account in [Account.contractAsset, .unbilledDeferredRevenue] {
        let last = Self.balances([account], ledger).max { $0.key < $1.key }?.value ?? 0
        #expect(last == 0, "seed \(seed)")
      }
      let ahead = Self.balances([.deferredRevenue, .longTermDeferredRevenue], ledger)
      let unbilled = Self.balances([.unbilledAccountsReceivable], ledger)
      var (aheadNow, unbilledNow): (Int64, Int64) = (0, 0)
      for period in Set(ahead.keys).union(unbilled.keys).sorted() {
        aheadNow = ahead[period] ?? aheadNow
        unbilledNow = unbilled[period] ?? unbilledNow
        #expect(aheadNow >= 0 && unbilledNow >= 0 && (aheadNow == 0 || unbilledNow == 0), "seed \(seed)")
      }
    }
  }
}
