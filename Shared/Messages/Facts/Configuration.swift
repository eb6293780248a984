import Accounting
import JSON

/// How straight lines are cut into periods.
public enum Amortization: String, CaseIterable, Sendable {
  /// By exact overlap.
  case second
  /// By days.
  case day
  /// In equal parts over the months touched.
  case month
  /// First and last month by exact share, equal parts between.
  case monthProrated = "month_prorated"
}

/// `settings.changed`: settings, as of now; what is not named stays.
public struct SettingsChanged: Hashable, Sendable {
  /// A calendar as it is told.
  public struct CalendarSetting: Hashable, Sendable {
    /// How the year is divided.
    public var kind: Calendar.Kind
    /// The first day of the first week.
    public var start: CivilDate?
    /// The years of 53 weeks.
    public var week53: Calendar.Week53

    init(from reader: inout FactReader) {
      kind = reader.choice("kind", Calendar.Kind.self) ?? .month
      start = kind == .month ? nil : reader.date("start")
      week53 = .sixthYear
      guard let value = reader.member("week_53"), value.string != "sixth_year" else { return }
      let years = value.elements.compactMap(\.integer)
      guard value.kind == .array, years.count == value.elements.count, years.allSatisfy({ (1...9999).contains($0) })
      else {
        reader.report(
          "parameter_invalid", "week_53", "'\(reader.prefix)week_53' must be sixth_year or a list of years.")
        return
      }
      week53 = .years(Set(years.map(Int.init)))
    }

    /// The calendar.
    public var calendar: Calendar {
      start.map { Calendar(kind: kind, start: $0, week53: week53) } ?? .months
    }
  }

  /// A setting that counts from a date on.
  public struct Dated<Value: Hashable & Sendable>: Hashable, Sendable {
    /// What counts.
    public var value: Value
    /// From when on.
    public var from: Instant
  }

  /// How periods are closed.
  public struct Closing: Hashable, Sendable {
    /// Who closes.
    public enum Mode: String, CaseIterable, Sendable {
      case manual, automatic
    }
    /// Who closes.
    public var mode: Mode
    /// The days between a period's end and its closing, if it closes by itself.
    public var graceDays: Int64
  }

  /// How straight lines are cut.
  public var amortization: Amortization?
  /// Whether earlier service is recognized at booking.
  public var catchUpRevenue: Bool?
  /// Whether recovered revenue is a gain.
  public var recoveredRevenueAsGains: Bool?
  /// Whether discounts are shown as contra revenue.
  public var discountsAsContra: Bool?
  /// Whether what is due after more than twelve periods is split off.
  public var longTermDeferred: Bool?
  /// The currencies that are settled; nil: as before.
  public var settlementCurrencies: [Currency]?
  /// The currency that all others are settled in.
  public var defaultSettlementCurrency: Currency?
  /// The currency of the books from a date on.
  public var functionalCurrency: Dated<Currency>?
  /// The zone in which days and periods begin, from a date on.
  public var timeZone: Dated<String>?
  /// Whether foreign receivables are remeasured at each period's end.
  public var remeasureReceivables: Bool?
  /// How time is divided.
  public var calendar: CalendarSetting?
  /// How periods are closed.
  public var closing: Closing?

  init(from reader: inout FactReader) {
    amortization = reader.optionalChoice("amortization", Amortization.self)
    catchUpRevenue = reader.optionalBool("catch_up_revenue")
    recoveredRevenueAsGains = reader.optionalBool("recovered_revenue_as_gains")
    discountsAsContra = reader.optionalBool("discounts_as_contra")
    longTermDeferred = reader.optionalBool("long_term_deferred")
    remeasureReceivables = reader.optionalBool("remeasure_receivables")
    settlementCurrencies = nil
    if let codes = reader.optionalTexts("settlement_currencies") {
      settlementCurrencies = codes.enumerated().compactMap { index, code in
        if let currency = Currency(code), currency.code == code { return currency }
        reader.report("unknown_currency", "settlement_currencies[\(index)]", "'\(code)' is no currency of ISO 4217.")
        return nil
      }
    }
    defaultSettlementCurrency = reader.optionalCurrency("default_settlement_currency")
    functionalCurrency = reader.optionalObject("functional_currency") {
      Dated(value: $0.currency(), from: Self.date(&$0))
    }
    timeZone = reader.optionalObject("time_zone") { Dated(value: $0.identifier("name"), from: Self.date(&$0)) }
    calendar = reader.optionalObject("calendar") { CalendarSetting(from: &$0) }
    closing = reader.optionalObject("closing") { reader in
      let mode = reader.choice("mode", Closing.Mode.self) ?? .manual
      return Closing(mode: mode, graceDays: reader.has("grace_days") ? reader.count("grace_days", in: 0...3660) : 0)
    }
  }

  /// A day, or a moment.
  private static func date(_ reader: inout FactReader) -> Instant {
    if let day = reader.member("from")?.string.flatMap({ CivilDate($0) }) { return Instant(day) }
    return reader.instant("from")
  }
}

/// `standalone_selling_price.set`: what the parts of a bundle cost by themselves.
public struct StandaloneSellingPriceSet: Hashable, Sendable {
  /// How the parts share the price.
  public enum Method: String, CaseIterable, Sendable {
    case absolute, percent
  }

  /// A part of the bundle.
  public struct Component: Hashable, Sendable {
    /// The product.
    public var product: String
    /// Its price by itself, or its percentage.
    public var weight: ExactDecimal
    /// How it is recognized, if not as the line.
    public var treatment: Treatment?
  }

  /// The product that is sold as one.
  public var bundle: String
  /// How the parts share the price.
  public var method: Method
  /// The parts.
  public var components: [Component]
  /// The time it is in force.
  public var effective: Effective

  init(from reader: inout FactReader) {
    bundle = reader.identifier("bundle")
    let method = reader.choice("method", Method.self) ?? .absolute
    self.method = method
    components = reader.list("components") { reader in
      let name = method == .absolute ? "price" : "percent"
      let component = Component(
        product: reader.identifier("product"), weight: reader.decimal(name),
        treatment: reader.optionalObject("treatment") { Treatment(from: &$0, percentDefault: ExactDecimal(100)) })
      if component.weight.isNegative {
        reader.report("parameter_invalid_decimal", name, "'\(reader.prefix)\(name)' must not be negative.")
      }
      return component
    }
    effective = reader.optionalObject("effective") { Effective(reader: &$0) } ?? .always
    if components.isEmpty, reader.problems.isEmpty {
      reader.report("parameter_missing", "components", "A bundle has at least one component.")
    }
    let total = components.reduce(ExactDecimal.zero as ExactDecimal?) { $0?.adding($1.weight) }
    if method == .percent, reader.problems.isEmpty, total != ExactDecimal(100) {
      reader.report("percentages_do_not_add_up", "components", "The components' percentages must add up to 100.")
    }
  }
}

/// `standalone_selling_price.deleted`: a bundle is no more.
public struct StandaloneSellingPriceDeleted: Hashable, Sendable {
  /// The bundle.
  public var bundle: String

  init(from reader: inout FactReader) {
    bundle = reader.identifier("bundle")
  }
}

/// `account_mapping.set`: how an account is called in the general ledger.
public struct AccountMappingSet: Hashable, Sendable {
  /// The mapping.
  public var mapping: String
  /// The account's name.
  public var account: Account
  /// Its name in the general ledger.
  public var glName: String?
  /// Its number there.
  public var glNumber: String?
  /// What a transaction must have for the mapping to hold.
  public var attribute: String?
  /// And with which value.
  public var value: String?
  /// The time it is in force.
  public var effective: Effective

  init(from reader: inout FactReader) {
    mapping = reader.identifier("mapping")
    account = reader.choice("account", Account.self) ?? .revenue
    glName = reader.optionalText("gl_name")
    glNumber = reader.optionalText("gl_number")
    let condition = reader.optionalObject("condition") { ($0.identifier("attribute"), $0.text("value")) }
    attribute = condition?.0
    value = condition?.1
    effective = reader.optionalObject("effective") { Effective(reader: &$0) } ?? .always
  }
}

/// `account_mapping.deleted`: a mapping is no more.
public struct AccountMappingDeleted: Hashable, Sendable {
  /// The mapping.
  public var mapping: String

  init(from reader: inout FactReader) {
    mapping = reader.identifier("mapping")
  }
}

/// `exchange_rate.published`: the rate of a day.
public struct ExchangeRatePublished: Hashable, Sendable {
  /// The currency converted from.
  public var from: Currency
  /// The currency converted into.
  public var to: Currency
  /// Major units of `to` for one major unit of `from`.
  public var rate: ExactDecimal
  /// The day.
  public var on: CivilDate

  init(from reader: inout FactReader) {
    from = reader.currency("from")
    to = reader.currency("to")
    rate = reader.decimal("rate")
    on = reader.date("on")
    if rate <= .zero, reader.problems.isEmpty {
      reader.report("parameter_invalid_decimal", "rate", "'rate' must be more than zero.")
    }
  }
}

/// `period.closed`: nothing is booked any more in this period or before.
public struct PeriodClosed: Hashable, Sendable {
  /// The name of the last closed period.
  public var through: String

  init(from reader: inout FactReader) {
    through = reader.identifier("through")
  }
}

/// `period.reopened`: what was closed from this period on is open again.
public struct PeriodReopened: Hashable, Sendable {
  /// The name of the first period opened.
  public var from: String
  /// Why.
  public var reason: String?

  init(from reader: inout FactReader) {
    from = reader.identifier("from")
    reason = reader.optionalText("reason")
  }
}
