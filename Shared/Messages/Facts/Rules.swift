import Accounting
import JSON

/// What a rule looks at to decide whether it holds.
public struct RuleCondition: Hashable, Sendable {
  /// The thing that is looked at.
  public enum Subject: String, CaseIterable, Sendable {
    case invoiceLine = "invoice_line"
    case invoice
    case charge
    case customer
    case product
    case price
    case contract
    case creditNote = "credit_note"
  }

  /// How its member is compared.
  public enum Operator: String, CaseIterable, Sendable {
    /// It is this text.
    case `is`
    /// It is one of these texts.
    case isAnyOf = "is_any_of"
    /// It contains each of these texts.
    case containsAll = "contains_all"
    /// It contains one of these texts.
    case containsAny = "contains_any"
    /// It is this amount.
    case equals
    /// It is more than this amount.
    case greaterThan = "greater_than"
    /// It is less than this amount.
    case lessThan = "less_than"

    /// Whether amounts are compared, not texts.
    public var comparesAmounts: Bool {
      switch self {
      case .equals, .greaterThan, .lessThan: true
      case .is, .isAnyOf, .containsAll, .containsAny: false
      }
    }
  }

  /// The thing that is looked at.
  public var subject: Subject
  /// The member: `any`, `id`, `description`, `amount`, `email`, `name`, `price`, `metadata.KEY` …
  public var field: String
  /// How it is compared; nil where `field` is `any`.
  public var comparison: Operator?
  /// The texts it is compared with.
  public var texts: [String]
  /// The amount it is compared with.
  public var amount: Int64?
  /// The currency in which amounts are compared; nil: in whichever they are.
  public var currency: Currency?

  init(from reader: inout FactReader) {
    subject = reader.choice("on", Subject.self) ?? .invoiceLine
    field = reader.identifier("field")
    comparison = field == "any" ? nil : reader.choice("operator", Operator.self)
    currency = reader.optionalCurrency()
    (texts, amount) = ([], nil)
    if let comparison {
      if comparison.comparesAmounts {
        amount = reader.amount("value")
      } else if reader.member("value")?.kind == .array {
        texts = reader.texts("value")
      } else {
        texts = [reader.text("value")]
      }
    }
  }
}

/// What a rule does with a share of a line or payment.
public struct Treatment: Hashable, Sendable {
  /// The moment an amortization starts from.
  public enum Origin: String, CaseIterable, Sendable {
    case booked, paid
  }

  /// What is done.
  public enum Action: Hashable, Sendable {
    /// Recognized over the line's own period.
    case amortizeLinePeriod
    /// Recognized over a period counted from booking or payment.
    case amortizeCustomPeriod(from: Origin, offset: Duration, over: Duration)
    /// Recognized at a moment.
    case deferUntil(Instant)
    /// Recognized as it is fulfilled, and what is left after the fallback.
    case deferUntilFulfilled(fallback: Duration)
    /// Passed on: no revenue.
    case passthroughFees
    /// Tax: no revenue.
    case tax
    /// Left out of the books.
    case exclude
  }

  enum Kind: String, CaseIterable {
    case amortizeLinePeriod = "amortize_line_period"
    case amortizeCustomPeriod = "amortize_custom_period"
    case deferUntil = "defer_until"
    case deferUntilFulfilled = "defer_until_fulfilled"
    case passthroughFees = "passthrough_fees"
    case tax
    case exclude
  }

  /// What is done.
  public var action: Action
  /// With how many percent.
  public var percent: ExactDecimal

  /// A treatment of so many percent.
  public init(_ action: Action, percent: ExactDecimal) {
    self.action = action
    self.percent = percent
  }

  init(from reader: inout FactReader, percentDefault: ExactDecimal? = nil) {
    let kind = reader.choice("type", Kind.self) ?? .amortizeLinePeriod
    percent = percentDefault ?? reader.decimal("allocation_percent")
    if percent.isNegative || percent > ExactDecimal(100) {
      reader.report(
        "parameter_invalid_decimal", "allocation_percent",
        "'\(reader.prefix)allocation_percent' must lie between 0 and 100.")
    }
    switch kind {
    case .amortizeLinePeriod: action = .amortizeLinePeriod
    case .amortizeCustomPeriod:
      let none = Duration(count: 0, unit: .day)
      action = .amortizeCustomPeriod(
        from: reader.optionalChoice("from", Origin.self) ?? .booked,
        offset: reader.optionalObject("offset") { Duration(from: &$0) } ?? none,
        over: reader.object("over") { Duration(from: &$0) } ?? none)
    case .deferUntil: action = .deferUntil(reader.instant("at"))
    case .deferUntilFulfilled:
      let fallback = reader.optionalObject("fallback") { Duration(from: &$0) }
      action = .deferUntilFulfilled(fallback: fallback ?? Duration(count: 1, unit: .year))
    case .passthroughFees: action = .passthroughFees
    case .tax: action = .tax
    case .exclude: action = .exclude
    }
  }
}

/// The time in which something is in force: half-open, open at an end that is not given.
public struct Effective: Hashable, Sendable {
  /// The first moment.
  public var from: Instant?
  /// The first moment after it.
  public var to: Instant?

  /// Always in force.
  public static let always = Effective(from: nil, to: nil)

  /// Whether it is in force at this moment.
  public func holds(_ moment: Instant) -> Bool {
    (from.map { $0 <= moment } ?? true) && (to.map { moment < $0 } ?? true)
  }

  init(from: Instant?, to: Instant?) {
    self.from = from
    self.to = to
  }

  init(reader: inout FactReader) {
    from = reader.optionalInstant("from")
    to = reader.optionalInstant("to")
    if let from, let to, to < from {
      reader.report("period_reversed", "to", "'\(reader.prefix)to' lies before its start.")
    }
  }
}

/// `rule.set`: a rule, as of now.
public struct RuleSet: Hashable, Sendable {
  /// The rule.
  public var rule: String
  /// Its name.
  public var name: String
  /// Its place among the rules: the first that holds wins.
  public var position: Int64
  /// What must hold, each of it.
  public var conditions: [RuleCondition]
  /// The time it is in force.
  public var effective: Effective
  /// What it does; the percentages add up to 100.
  public var treatments: [Treatment]

  init(from reader: inout FactReader) {
    rule = reader.identifier("rule")
    name = reader.text("name")
    position = reader.count("position", in: -1_000_000...1_000_000)
    conditions = reader.list("apply_to") { RuleCondition(from: &$0) }
    effective = reader.optionalObject("effective") { Effective(reader: &$0) } ?? .always
    treatments = reader.list("treatments") { Treatment(from: &$0) }
    let total = treatments.reduce(ExactDecimal.zero as ExactDecimal?) { $0?.adding($1.percent) }
    if reader.problems.isEmpty, total != ExactDecimal(100) {
      reader.report(
        "percentages_do_not_add_up", "treatments", "The treatments' percentages must add up to 100.")
    }
  }
}

/// `rule.deleted`: a rule is no more.
public struct RuleDeleted: Hashable, Sendable {
  /// The rule.
  public var rule: String

  init(from reader: inout FactReader) {
    rule = reader.identifier("rule")
  }
}

/// `rules.ordered`: the order of all rules.
public struct RulesOrdered: Hashable, Sendable {
  /// The rules, first to last.
  public var rules: [String]

  init(from reader: inout FactReader) {
    rules = reader.texts("rules")
  }
}
