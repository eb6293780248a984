import Accounting

/// What is asked of a report: the same parameters, read by the same code, from a command line and from an address.
public struct ReportQuery: Hashable, Sendable {
  /// The parameters reports can take. Which of them one takes is in its definition.
  public enum Parameter: String, CaseIterable, Sendable {
    /// The first period: `2026-01`.
    case start
    /// The last period, itself included: `2026-12`.
    case end
    /// What a column, or a row, holds: a period, a quarter, a year, the year so far.
    case columns
    /// The first of as many periods to compare with.
    case compare
    /// Only this currency.
    case currency
    /// What the rows are told apart by.
    case by
    /// Corrections: `include`, `only`, `exclude`.
    case corrections
    /// The memorandum accounts of contracts: `include`, `exclude`.
    case memorandum
    /// Only this contract.
    case contract
    /// Only entries of these accounts.
    case account
    /// Of those, only entries against this account.
    case against
    /// Only transactions booked in this period.
    case booked
    /// Only entries that belong to this period, whenever they were booked.
    case originalPeriod = "original_period"
    /// Only this invoice, payment, refund …
    case transaction
    /// Only this line.
    case line
    /// Only this customer.
    case customer
    /// Only this product.
    case product
    /// Only this price.
    case price
    /// Only this kind of business event.
    case event
    /// At most this many rows.
    case limit
    /// What was known at this instant: RFC 3339.
    case asOf = "as_of"
    /// The form of the answer.
    case format

    /// One sentence for a person who wonders what to write.
    public var sentence: String {
      switch self {
      case .start: "First period, such as 2026-01."
      case .end: "Last period, itself included, such as 2026-12."
      case .columns: "What a column holds: period, quarter, year or year_to_date."
      case .compare: "First of as many periods to compare with, such as 2025-01."
      case .currency: "Only this currency, such as usd."
      case .by: "What rows are told apart by: " + ReportGrouping.list(ReportGrouping.named) + "."
      case .corrections: "Corrections of closed periods: include, only or exclude."
      case .memorandum: "What contracts were signed for and nobody has performed: include or exclude."
      case .contract: "Only the contract of this id."
      case .account: "Only entries of this account, or of several with commas between, such as Revenue,Refunds."
      case .against: "Of those, only entries against this account, such as DeferredRevenue."
      case .booked: "Only transactions booked in this period, such as 2026-01."
      case .originalPeriod: "Only entries that belong to this period, corrections to that which they correct."
      case .transaction: "Only the invoice, payment, refund or contract of this id."
      case .line: "Only the line of this id."
      case .customer: "Only the customer of this id."
      case .product: "Only the product of this id."
      case .price: "Only the price of this id."
      case .event: "Only this kind of event, such as invoice.finalized."
      case .limit: "At most this many rows."
      case .asOf: "Only what was known at this instant, such as 2026-01-31T12:00:00Z."
      case .format: "json, jsonl, csv, html or table."
      }
    }
  }

  /// What a column of amounts, or a row for each period, holds.
  public enum Columns: String, CaseIterable, Sendable {
    /// A period.
    case period
    /// A quarter of the calendar's year.
    case quarter
    /// A year of the calendar.
    case year
    /// For each period, the year as far as its end.
    case yearToDate = "year_to_date"
  }

  /// Which of regular entries and corrections are wanted.
  public enum Corrections: String, CaseIterable, Sendable {
    /// Both.
    case include
    /// Corrections alone.
    case only
    /// Regular entries alone.
    case exclude
  }

  /// Whether what contracts were signed for is wanted.
  public enum Memorandum: String, CaseIterable, Sendable {
    /// Both accounts of the pair.
    case include
    /// Neither: a contract that nobody has performed is no asset. (ASC 606-10-45-1.)
    case exclude
  }

  /// The first period; nil: not said.
  public var start: AccountingPeriod?
  /// The last period, itself included; nil: not said.
  public var end: AccountingPeriod?
  /// What a column of amounts, or a row for each period, holds.
  public var columns: Columns
  /// The first of as many periods to compare with; nil: none.
  public var compare: AccountingPeriod?
  /// Only this currency; nil: every one, a row each.
  public var currency: Currency?
  /// What rows are told apart by.
  public var by: ReportGrouping
  /// Which of regular entries and corrections are wanted.
  public var corrections: Corrections
  /// Whether what contracts were signed for is wanted.
  public var memorandum: Memorandum
  /// Only the contract of this id; nil: all.
  public var contract: String?
  /// What entries must be about.
  public var filters = LedgerFilters()
  /// At most this many rows; nil: all.
  public var limit: Int?
  /// Only what was known at this instant; nil: all that is known.
  public var asOf: Instant?
  /// The form of the answer; nil: not said.
  public var format: ReportFormat?

  /// A query that asks for everything.
  public init() {
    columns = .period
    by = .summary
    corrections = .include
    memorandum = .include
  }

  /// Reads names and values as they stand in an address or after the options of a command. An empty value counts as not
  /// said, because that is how a form sends what was left open.
  public init(
    _ pairs: [(name: String, value: String)], for definition: ReportDefinition, calendar: Calendar
  ) throws(ReportProblem) {
    self.init()
    var seen: Set<Parameter> = []
    for (name, value) in pairs where !value.isEmpty {
      guard let parameter = Parameter(rawValue: name), definition.takes(parameter) else {
        throw ReportProblem(
          .parameterUnknown, param: name,
          message: "\(definition.name.rawValue) takes no parameter \(quoted(name)). It takes "
            + "\(Parameter.allCases.filter(definition.takes).map(\.rawValue).joined(separator: ", ")).")
      }
      guard seen.insert(parameter).inserted else {
        throw ReportProblem(.parameterRepeated, param: name, message: "\(name) is given twice.")
      }
      try read(value, for: parameter, of: definition, calendar: calendar)
    }
    if let start, let end, end < start {
      throw ReportProblem(
        .parameterInvalid, param: Parameter.end.rawValue,
        message: "end \(calendar.name(end)) lies before start \(calendar.name(start)).")
    }
  }

  private mutating func read(
    _ value: String, for parameter: Parameter, of definition: ReportDefinition, calendar: Calendar
  ) throws(ReportProblem) {
    func wrong(_ expected: String) -> ReportProblem {
      ReportProblem(
        .parameterInvalid, param: parameter.rawValue,
        message: "\(parameter.rawValue) is \(quoted(value)), which is not \(expected).")
    }
    switch parameter {
    case .start:
      guard let period = calendar.period(named: value) else { throw wrong(Self.aPeriod(of: calendar)) }
      start = period
    case .end:
      guard let period = calendar.period(named: value) else { throw wrong(Self.aPeriod(of: calendar)) }
      end = period
    case .columns:
      let choices = definition.columns
      guard let found = Columns(rawValue: value), choices.contains(found) else {
        throw wrong("one of \(choices.map(\.rawValue).joined(separator: ", "))")
      }
      guard found != .quarter || calendar.periodsInQuarter != nil else {
        throw wrong("possible in a calendar of thirteen periods a year")
      }
      columns = found
    case .compare:
      guard let period = calendar.period(named: value) else { throw wrong(Self.aPeriod(of: calendar)) }
      compare = period
    case .currency:
      guard let found = Currency(value) else { throw wrong("a currency of ISO 4217, such as usd") }
      currency = found
    case .by:
      guard let found = ReportGrouping(value), definition.canTellApart(by: found) else {
        throw wrong("one of \(ReportGrouping.list(definition.groupings))")
      }
      by = found
    case .corrections:
      guard let found = Corrections(rawValue: value) else { throw wrong("include, only or exclude") }
      corrections = found
    case .memorandum:
      guard let found = Memorandum(rawValue: value) else { throw wrong("include or exclude") }
      memorandum = found
    case .contract: contract = value
    case .account:
      for name in value.split(separator: ",", omittingEmptySubsequences: false) {
        guard let account = Account(rawValue: String(name)) else { throw wrong("accounts such as Revenue,Refunds") }
        filters.accounts.insert(account)
      }
    case .against:
      guard let account = Account(rawValue: value) else { throw wrong("an account such as DeferredRevenue") }
      filters.against = account
    case .booked:
      guard let period = calendar.period(named: value) else { throw wrong(Self.aPeriod(of: calendar)) }
      filters.booked = period
    case .originalPeriod:
      guard let period = calendar.period(named: value) else { throw wrong(Self.aPeriod(of: calendar)) }
      filters.original = period
    case .transaction, .line, .customer, .product, .price, .event:
      guard let dimension = parameter.dimension else { preconditionFailure("each of these names a dimension") }
      filters.values[dimension] = value
    case .limit:
      guard let number = Int(value), number >= 1 else { throw wrong("a whole number from 1 on") }
      limit = number
    case .asOf:
      guard let instant = Instant(rfc3339: value) else { throw wrong("an instant such as 2026-01-31T12:00:00Z") }
      asOf = instant
    case .format:
      guard let found = ReportFormat(rawValue: value) else { throw wrong("json, jsonl, csv, html or table") }
      format = found
    }
  }

  /// The periods that these are compared with; nil: none.
  func compared(with periods: ClosedRange<AccountingPeriod>) -> ClosedRange<AccountingPeriod>? {
    compare.map { $0...$0.advanced(by: periods.lowerBound.distance(to: periods.upperBound)) }
  }

  private static func aPeriod(of calendar: Calendar) -> String {
    calendar.kind == .month ? "a month such as 2026-01" : "a period of the calendar such as 2026-P01"
  }

  /// The pairs that read back as this query, in a fixed order.
  public func pairs(calendar: Calendar) -> [(name: String, value: String)] {
    var pairs: [(name: String, value: String)] = []
    func add(_ parameter: Parameter, _ value: String?) {
      if let value { pairs.append((parameter.rawValue, value)) }
    }
    add(.start, start.map(calendar.name))
    add(.end, end.map(calendar.name))
    add(.columns, columns == .period ? nil : columns.rawValue)
    add(.compare, compare.map(calendar.name))
    add(.currency, currency?.code)
    add(.by, by == .summary ? nil : by.text)
    add(.corrections, corrections == .include ? nil : corrections.rawValue)
    add(.memorandum, memorandum == .include ? nil : memorandum.rawValue)
    add(.contract, contract)
    let accounts = Account.allCases.filter(filters.accounts.contains).map(\.rawValue)
    add(.account, accounts.isEmpty ? nil : accounts.joined(separator: ","))
    add(.against, filters.against?.rawValue)
    add(.booked, filters.booked.map(calendar.name))
    add(.originalPeriod, filters.original.map(calendar.name))
    for parameter in Parameter.filtersByDimension { add(parameter, parameter.dimension.flatMap { filters.values[$0] }) }
    add(.limit, limit.map(String.init))
    add(.asOf, asOf?.rfc3339)
    add(.format, format?.rawValue)
    return pairs
  }
}

/// Text that somebody told us, in quotes and short enough for a message.
private func quoted(_ text: String) -> String {
  text.count <= 60 ? "\"\(text)\"" : "\"\(text.prefix(60))…\""
}
