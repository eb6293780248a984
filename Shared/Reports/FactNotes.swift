import Accounting

/// Money that a fact says has moved, from the processor's side.
public struct CashNote: Hashable, Sendable {
  /// What moved it.
  public enum Kind: String, CaseIterable, Sendable {
    /// Payments that arrived.
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
  /// The currency it was settled in.
  public var currency: Currency
  /// How much, in minor units: what arrived is above zero.
  public var amountMinorUnits: Int64

  /// Money that moved.
  public init(kind: Kind, on: Instant, currency: Currency, amountMinorUnits: Int64) {
    self.kind = kind
    self.on = on
    self.currency = currency
    self.amountMinorUnits = amountMinorUnits
  }
}

/// How many facts a source told, and what has become of them.
public struct TellingNote: Hashable, Sendable {
  /// Who told them.
  public var source: String
  /// How many, each delivery once.
  public var told: Int
  /// How many of them are in the books, or say no more than others that are.
  public var booked: Int
  /// How many wait.
  public var waiting: Int
  /// How many are refused.
  public var refused: Int

  /// A source's facts.
  public init(source: String, told: Int, booked: Int, waiting: Int, refused: Int) {
    self.source = source
    self.told = told
    self.booked = booked
    self.waiting = waiting
    self.refused = refused
  }
}

/// What an account has configured, as far as the closing of a period looks at it.
public struct ConfigurationNotes: Hashable, Sendable {
  /// A fact that configured something.
  public struct Version: Hashable, Sendable {
    /// What it configured: `settings`, `rule`, `account_mapping` …
    public var kind: String
    /// The fact.
    public var fact: String

    /// A version by the fact that told it.
    public init(kind: String, fact: String) {
      self.kind = kind
      self.fact = fact
    }
  }

  /// The facts that configured something, in the order they were told.
  public var versions: [Version]
  /// The last closed period; nil: none is closed.
  public var closedThrough: AccountingPeriod?
  /// Whether accounts are mapped to a general ledger.
  public var mapsAccounts: Bool

  /// What was configured.
  public init(versions: [Version] = [], closedThrough: AccountingPeriod? = nil, mapsAccounts: Bool = false) {
    self.versions = versions
    self.closedThrough = closedThrough
    self.mapsAccounts = mapsAccounts
  }
}

/// A rule as it treated what an entry is about when the entry was posted.
public struct RuleNote: Hashable, Sendable {
  /// The rule.
  public var rule: String
  /// The fact that set it.
  public var version: String

  /// A version of a rule.
  public init(rule: String, version: String) {
    self.rule = rule
    self.version = version
  }
}
