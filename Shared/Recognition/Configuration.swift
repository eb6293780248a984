import Accounting
import Messages

/// What an account has configured, as far as entries depend on it: settings, selling prices and closed periods. Rules act before.
public struct Configuration: Sendable {
  /// What a fact about the configuration changes.
  public enum Effect: Hashable, Sendable {
    /// The fact is not about the configuration.
    case none
    /// Every book must be computed again.
    case allBooks
    /// Only where later differences land, or how reports name accounts.
    case landing
    /// Only where later differences land, and what was refused because its period was closed.
    case reopened
    /// Every book that has asked for a rate of the pair must be computed again.
    case rates(CurrencyPair)
  }

  /// How the account keeps its books, as told so far.
  public private(set) var settings = Settings()
  /// The last closed period; nil: none is closed.
  public private(set) var closedThrough: AccountingPeriod?
  /// What the parts of bundles cost by themselves.
  public private(set) var sellingPrices = SellingPrices()
  /// What accounts are called in the general ledger.
  public private(set) var mappings = AccountMappings()
  /// How the events of meters become quantities.
  public private(set) var meters = Meters()
  /// The rates that were published.
  public private(set) var exchangeRates = ExchangeRates()
  private var changes: [Dated<SettingsChanged>] = []

  /// The facts that configure an account, as far as its books depend on them.
  public static let types: [FactType] =
    FactType.allCases.filter(\.isConfiguration) + [.meterUpdated, .periodClosed, .periodReopened]

  /// The defaults.
  public init() {}

  /// How time is divided.
  public var calendar: Calendar { settings.calendar }

  /// Takes a fact in. Facts that are not about the configuration change nothing.
  public mutating func apply(_ fact: BookFact) throws(Refusal) -> Effect {
    switch fact.fact {
    case .settingsChanged(let change):
      try Settings.check(change)
      changes.insert(Dated(time: fact.time, id: fact.id, value: change))
      var folded = Settings()
      for change in changes { folded.apply(change.value) }
      settings = folded
      return .allBooks
    case .periodClosed(let data):
      let period = try period(named: data.through)
      closedThrough = max(closedThrough ?? period, period)
      return .landing
    case .periodReopened(let data):
      let before = try period(named: data.from).advanced(by: -1)
      closedThrough = closedThrough.map { min($0, before) }
      return .reopened
    case .standaloneSellingPriceSet(let data):
      sellingPrices.apply(data.bundle, data, fact)
      return .allBooks
    case .standaloneSellingPriceDeleted(let data):
      sellingPrices.apply(data.bundle, nil, fact)
      return .allBooks
    case .accountMappingSet, .accountMappingDeleted:
      try mappings.apply(fact)
      return .landing
    case .exchangeRatePublished(let data):
      exchangeRates.apply(data, fact)
      return .rates(CurrencyPair(from: data.from, to: data.to))
    case .meterUpdated(let data):
      meters.apply(data, fact)
      return .allBooks
    default:
      return .none
    }
  }

  private func period(named name: String) throws(Refusal) -> AccountingPeriod {
    guard let period = calendar.period(named: name) else { throw .unknownPeriod(name) }
    return period
  }
}

/// A version of something: the latest by time counts, and of one time the one whose envelope id comes last.
struct Dated<Value: Sendable>: Sendable {
  let time: Instant
  let id: String
  let value: Value

  func precedes(_ other: Dated) -> Bool {
    time != other.time ? time < other.time : id < other.id
  }
}

extension Array {
  /// Puts a version where its time puts it; the same delivery told again replaces itself.
  mutating func insert<Value>(_ version: Dated<Value>) where Element == Dated<Value> {
    if let index = firstIndex(where: { $0.id == version.id && $0.time == version.time }) {
      self[index] = version
    } else {
      insert(version, at: firstIndex { version.precedes($0) } ?? count)
    }
  }
}
