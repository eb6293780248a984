import Accounting
import Messages

/// Money that facts say has moved on the accounts that processors keep, whatever became of these facts in the books.
public struct MoneyTold: Hashable, Sendable {
  /// What moved it.
  public enum Kind: String, CaseIterable, Sendable {
    /// Payments, without what of them went on to connected accounts.
    case charges
    /// Payments given back.
    case refunds
    /// Payments that were contested, and what of them came back.
    case disputes
    /// What processors kept.
    case fees
    /// What went to connected accounts, and what came from them.
    case transfers
  }

  /// What moved it.
  public var kind: Kind
  /// When.
  public var on: Instant
  /// The currency of the book it belongs to, as far as it is told in it; else that of its settlement.
  public var currency: Currency
  /// How much, in minor units: what arrived is above zero.
  public var amountMinorUnits: Int64

  /// The facts that tell of money, or of what decides whether something was money.
  public static let types: [FactType] = [
    .chargeSucceeded, .refundCreated, .refundFailed, .disputeCreated, .disputeWon, .feeCharged, .transferCreated,
    .transferReversed, .applicationFeeCreated, .applicationFeeRefunded, .invoicePaidOutOfBand,
  ]

  /// All the money that facts tell of. What is told twice counts once.
  public static func told(by facts: some Sequence<BookFact>, _ configuration: Configuration) -> [MoneyTold] {
    var teller = MoneyTeller(settings: configuration.settings)
    // By time, because what failed or was won speaks of what was created before it.
    for fact in facts.filter({ types.contains($0.fact.type) }).sorted(by: { ($0.time, $0.id) < ($1.time, $1.id) }) {
      teller.take(fact)
    }
    return teller.money
  }
}

/// Goes through facts in order of time.
private struct MoneyTeller {
  let settings: Settings
  private(set) var money: [MoneyTold] = []
  /// What was told, by type and id.
  private var seen: Set<String> = []
  private var charges: [String: ChargeSucceeded] = [:]
  private var refunds: [String: (currency: Currency, amount: Int64)] = [:]
  private var disputes: [String: (currency: Currency, amount: Int64)] = [:]
  private var transfers: [String: Currency] = [:]
  private var applicationFees: [String: Currency] = [:]
  /// What of each invoice was paid elsewhere and not given back.
  private var outOfBand: [String: Int64] = [:]

  init(settings: Settings) {
    self.settings = settings
  }

  mutating func take(_ fact: BookFact) {
    let type = fact.fact.type.rawValue
    func isFirst(_ id: String) -> Bool { seen.insert(type + "/" + id).inserted }
    func add(_ kind: MoneyTold.Kind, _ currency: Currency, _ amount: Int64) {
      guard amount != 0 else { return }
      money.append(MoneyTold(kind: kind, on: fact.time, currency: currency, amountMinorUnits: amount))
    }
    switch fact.fact {
    case .chargeSucceeded(let data) where isFirst(data.charge):
      charges[data.charge] = data
      var (currency, amount) = settled(data, at: fact.time)
      if let destination = data.destination {
        amount -= Billing.share(of: amount, destination.transferAmount - destination.applicationFee, data.amount)
      }
      add(.charges, currency, amount)
      currency = feeCurrency(data.settlement, currency, at: fact.time)
      add(.fees, currency, -data.fee)
    case .refundCreated(let data) where isFirst(data.refund):
      let out = moneyOut(data)
      let (currency, amount) = settled(
        out, data.currency, data.settlement, whole: data.amount, of: data.charge, at: fact.time)
      refunds[data.refund] = (currency, amount)
      add(.refunds, currency, -amount)
      add(.fees, feeCurrency(data.settlement, currency, at: fact.time), -data.fee)
    case .refundFailed(let data) where isFirst(data.refund):
      guard let known = refunds[data.refund] else { return }
      add(.refunds, known.currency, back(data.settlement, nil, known))
      add(.fees, feeCurrency(data.settlement, known.currency, at: fact.time), -data.fee)
    case .disputeCreated(let data) where isFirst(data.dispute):
      let (currency, amount) = settled(
        data.amount, data.currency, data.settlement, whole: data.amount, of: data.charge, at: fact.time)
      disputes[data.dispute] = (currency, amount)
      add(.disputes, currency, -amount)
      add(.fees, feeCurrency(data.settlement, currency, at: fact.time), -data.fee)
    case .disputeWon(let data) where isFirst(data.dispute):
      guard let known = disputes[data.dispute] else { return }
      add(.disputes, known.currency, back(data.settlement, data.amount, known))
      add(.fees, feeCurrency(data.settlement, known.currency, at: fact.time), -data.fee)
    case .feeCharged(let data) where isFirst(data.fee): add(.fees, data.currency, -data.amount)
    case .transferCreated(let data) where isFirst(data.transfer):
      transfers[data.transfer] = data.currency
      // A destination charge has said so already.
      if data.charge.flatMap({ charges[$0]?.destination }) == nil { add(.transfers, data.currency, -data.amount) }
    case .transferReversed(let data) where isFirst(data.reversal):
      guard let currency = transfers[data.transfer] else { return }
      add(.transfers, currency, data.amount)
    case .applicationFeeCreated(let data) where isFirst(data.applicationFee):
      applicationFees[data.applicationFee] = data.currency
      add(.transfers, data.currency, data.amount)
    case .applicationFeeRefunded(let data) where isFirst(data.refund):
      guard let currency = applicationFees[data.applicationFee] else { return }
      add(.transfers, currency, -data.amount)
    case .invoicePaidOutOfBand(let data) where isFirst(data.payment):
      outOfBand[data.invoice, default: 0] += data.amount
    default: return
    }
  }

  /// A payment in the currency of its book: as settled in it, as paid in it, or at the rate told; else as it was settled.
  private func settled(_ data: ChargeSucceeded, at moment: Instant) -> (Currency, Int64) {
    let book = settings.bookCurrency(of: data.currency, at: moment)
    if let settlement = data.settlement, settlement.currency == book { return (book, settlement.amount) }
    if data.currency == book { return (book, data.amount) }
    if let rate = data.exchangeRate, rate.to == book {
      let conversion = Conversion(pair: CurrencyPair(from: data.currency, to: book), rate: rate.rate)
      // The books refuse an amount that is too large as well, and it is told as it was paid.
      if let converted = try? conversion.convert(data.amount) { return (book, converted) }
    }
    return data.settlement.map { ($0.currency, $0.amount) } ?? (data.currency, data.amount)
  }

  /// What of a payment was taken back, in the same way; without a settlement of its own, at the rate of the payment.
  private func settled(
    _ amount: Int64, _ currency: Currency, _ settlement: Settlement?, whole: Int64, of charge: String?,
    at moment: Instant
  ) -> (Currency, Int64) {
    let book = settings.bookCurrency(of: currency, at: moment)
    if let settlement, settlement.currency == book {
      return (book, Billing.share(of: settlement.amount, amount, whole))
    }
    if currency == book { return (book, amount) }
    guard let paid = charge.flatMap({ charges[$0] }), paid.amount != 0 else { return (currency, amount) }
    let (settledIn, all) = settled(paid, at: moment)
    return (settledIn, Billing.share(of: all, amount, paid.amount))
  }

  /// What comes back of what was taken.
  private func back(
    _ settlement: Settlement?, _ amount: Int64?, _ known: (currency: Currency, amount: Int64)
  ) -> Int64 {
    if let settlement, settlement.currency == known.currency { return settlement.amount }
    return amount ?? known.amount
  }

  /// The currency of the book that a fee belongs to: that of the settlement, whose currency it is in.
  private func feeCurrency(_ settlement: Settlement?, _ otherwise: Currency, at moment: Instant) -> Currency {
    settlement.map { settings.bookCurrency(of: $0.currency, at: moment) == $0.currency ? $0.currency : otherwise }
      ?? otherwise
  }

  /// What a refund takes from the processor: not what was paid elsewhere, nor what connected accounts give back.
  private mutating func moneyOut(_ data: RefundCreated) -> Int64 {
    var amount = data.amount
    if let charge = data.charge.flatMap({ charges[$0] }), charge.destination != nil {
      amount += (data.applicationFeeRefunded ?? 0) - (data.transferReversed ?? 0)
    }
    guard data.charge == nil, let invoice = data.invoice, let elsewhere = outOfBand[invoice] else { return amount }
    let fromElsewhere = min(elsewhere, amount)
    outOfBand[invoice] = elsewhere - fromElsewhere
    return amount - fromElsewhere
  }
}
