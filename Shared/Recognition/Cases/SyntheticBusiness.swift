import Accounting
import JSON
import Messages

/// The facts of a made-up business, which a seed decides: subscriptions by month and by year, prepaid packages and their
/// use, metered usage billed in arrears, single payments. Told in order of time.
public struct SyntheticBusiness: Sendable {
  private let customers: Int
  private let months: Int
  private let seed: UInt64
  private static let firstMonth = AccountingPeriod(year: 2024, month: 1)

  /// A business of so many customers over so many months from January 2024 on.
  public init(customers: Int, months: Int, seed: UInt64) {
    self.customers = customers
    self.months = months
    self.seed = seed
  }

  /// What a customer buys.
  private enum Habit: Int, CaseIterable {
    case monthly, annual, prepaid, metered, single
  }

  /// Tells every fact as a line of JSON, without its end.
  public func tell(_ tell: @escaping ([UInt8]) -> Void) {
    tell(Self.line("settings", "settings.changed", .epoch, Array(#"{"amortization":"day"}"#.utf8)))
    tell(Self.line("rule-prepaid", "rule.set", .epoch, Array(Self.prepaidRule.utf8)))
    // Every customer's facts of a month are told before the next month's, so a business of any size needs little memory.
    for month in 0..<months {
      for customer in 0..<customers { self.tell(customer, in: month, tell) }
    }
  }

  private static let prepaidRule = """
    {"rule":"rule_prepaid","name":"Prepaid packages","position":1,\
    "apply_to":[{"on":"product","field":"id","operator":"is","value":"prepaid_package"}],\
    "treatments":[{"type":"defer_until_fulfilled","allocation_percent":100,"fallback":{"count":1,"unit":"year"}}]}
    """

  private func tell(_ customer: Int, in month: Int, _ tell: @escaping ([UInt8]) -> Void) {
    var random = SeededRandom(seed: seed &* 1_000_003 &+ UInt64(customer))
    let habit = Habit.allCases[random.below(Habit.allCases.count)]
    let start = random.below(max(1, months / 2))
    let day = 1 + random.below(28)
    let price = Int64(500 + random.below(50_000))
    guard month >= start else { return }
    // What happens in a month is decided by customer and month alone.
    random = SeededRandom(seed: random.next() &+ UInt64(month))
    let told = Teller(
      customer: "cus_\(customer)", suffix: "\(customer)_\(month)", moment: Self.moment(month, day, &random), tell: tell)
    switch habit {
    case .monthly: told.bill(price, over: Self.months(1, from: told.moment), &random)
    case .annual:
      if (month - start) % 12 == 0 { told.bill(price * 10, over: Self.months(12, from: told.moment), &random) }
    case .prepaid:
      if (month - start) % 12 == 0 { told.bill(price * 12, product: "prepaid_package", quantity: 12, &random) }
      if (month - start) % 12 < 9 {
        told.use("il_\(customer)_\(month - (month - start) % 12)", at: Self.moment(month, 28, &random))
      }
    case .metered: told.meter("si_\(customer)", isFirst: month == start, price: price, &random)
    case .single: if random.below(2) == 0 { told.pay(price) }
    }
  }

  private static func moment(_ month: Int, _ day: Int, _ random: inout SeededRandom) -> Instant {
    let start = Calendar.months.start(of: firstMonth.advanced(by: month))
    let seconds = Int64(day - 1) * 86_400 + Int64(random.below(86_400))
    return start.advanced(byMicroseconds: seconds * 1_000_000)
  }

  private static func months(_ count: Int, from moment: Instant) -> ServicePeriod {
    ServicePeriod(start: moment, end: Duration(count: count, unit: .month).after(moment))
  }

  /// A fact as a line.
  static func line(_ id: String, _ type: String, _ time: Instant, _ data: [UInt8]) -> [UInt8] {
    var writer = JSONWriter(capacity: data.count + 120)
    writer.object { writer in
      writer.member("id", id)
      writer.member("type", type)
      writer.member("time", time.rfc3339)
      writer.member("data", raw: data)
    }
    return writer.bytes
  }
}

/// Tells what one customer does in one month.
struct Teller {
  let customer: String
  let suffix: String
  let moment: Instant
  let tell: ([UInt8]) -> Void

  func say(_ id: String, at time: Instant, _ fact: Fact) {
    var writer = JSONWriter()
    fact.encode(into: &writer)
    tell(SyntheticBusiness.line(id, fact.type.rawValue, time, writer.bytes))
  }

  /// An invoice, paid within days, or never.
  func bill(
    _ amount: Int64, over period: ServicePeriod? = nil, product: String? = nil, quantity: Int64? = nil,
    item: String? = nil, _ random: inout SeededRandom
  ) {
    let tax = random.below(4) == 0 ? [Tax(amount: amount / 10, inclusive: false)] : []
    let invoice = InvoiceFinalized(
      invoice: "in_\(suffix)", customer: customer, currency: .usd,
      lines: [
        InvoiceLine(
          line: "il_\(suffix)", amount: amount, taxes: tax, period: period,
          quantity: quantity.map { ExactDecimal($0) }, product: product, subscriptionItem: item)
      ])
    say("evt_in_\(suffix)", at: moment, .invoiceFinalized(invoice))
    guard random.below(20) != 0 else { return }
    let paidAt = moment.advanced(byMicroseconds: Int64(random.below(10)) * Instant.microsecondsPerDay)
    let charge = ChargeSucceeded(
      charge: "ch_\(suffix)", currency: .usd, amount: amount + tax.reduce(0) { $0 + $1.amount },
      invoice: invoice.invoice, customer: customer)
    say("evt_ch_\(suffix)", at: paidAt, .chargeSucceeded(charge))
  }

  /// One unit of a prepaid package is used.
  func use(_ line: String, at time: Instant) {
    let fulfilled = ObligationFulfilled(
      fulfillment: "ful_\(suffix)", target: .invoiceLine(line), measure: .units(ExactDecimal(1)), start: time)
    say("evt_ful_\(suffix)", at: time, .obligationFulfilled(fulfilled))
  }

  /// Usage of the month, and an invoice for that of the month before.
  func meter(_ item: String, isFirst: Bool, price: Int64, _ random: inout SeededRandom) {
    let month = Calendar.months.period(containing: moment)
    let start = Calendar.months.start(of: month)
    if isFirst { define(item, price: price, at: start) }
    if !isFirst {
      let before = ServicePeriod(start: Calendar.months.start(of: month.advanced(by: -1)), end: start)
      let invoice = InvoiceFinalized(
        invoice: "in_\(suffix)", customer: customer, currency: .usd,
        lines: [
          InvoiceLine(
            line: "il_\(suffix)", amount: Int64(1 + random.below(100)) * (price / 100 + 1), period: before,
            subscriptionItem: item)
        ])
      say("evt_in_\(suffix)", at: start, .invoiceFinalized(invoice))
    }
    for index in 0..<(1 + random.below(5)) {
      let time = start.advanced(byMicroseconds: Int64(random.below(28 * 86_400)) * 1_000_000)
      let record = UsageRecorded(
        usage: "use_\(suffix)_\(index)", subscriptionItem: item, quantity: ExactDecimal(Int64(1 + random.below(20))))
      say("evt_use_\(suffix)_\(index)", at: time, .usageRecorded(record))
    }
  }

  private func define(_ item: String, price: Int64, at time: Instant) {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("subscription_item", item)
      writer.member("subscription", "sub_\(item)")
      writer.member("customer", customer)
      writer.member("currency", "usd")
      writer.member("unit_amount", price / 100 + 1)
      writer.member("aggregate", "sum")
    }
    tell(SyntheticBusiness.line("evt_\(item)", "subscription_item.defined", time, writer.bytes))
  }

  /// A payment that stands alone.
  func pay(_ amount: Int64) {
    let charge = ChargeSucceeded(charge: "ch_\(suffix)", currency: .usd, amount: amount, customer: customer)
    say("evt_ch_\(suffix)", at: moment, .chargeSucceeded(charge))
  }
}
