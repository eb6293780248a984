import Accounting

/// All there is to know about a report before it is made: what it is called, what it takes, and how rows become it.
public struct ReportDefinition: Sendable {
  /// What a report is made from.
  struct Input {
    let rows: [LedgerRow]
    let query: ReportQuery
    /// The periods covered. An empty ledger covers none.
    var periods: ClosedRange<AccountingPeriod>?
    let calendar: Calendar
    /// The facts that are not in the books, where the report asks for them.
    let openFacts: [OpenFact]
    /// What is known of transactions beside their entries, by id.
    let transactions: [String: TransactionNotes]
    /// What is deferred until it is fulfilled.
    let obligations: [ObligationNote]
    /// Where contracts stand.
    let contracts: [ContractNote]
    /// The money that processors told of.
    let cash: [CashNote]
    /// How many facts were told, and what has become of them.
    let tellings: [TellingNote]
    /// What the account has configured.
    let configuration: ConfigurationNotes
    /// The rows of the second selection, where the report makes one.
    let otherRows: [LedgerRow]
    /// The moment that the report is made at, where there is one.
    let now: Instant?
  }

  /// What making a report gives.
  struct Output {
    var columns: [Report.Column]
    var rows: [[Cell]] = []
    var totals: [[Cell]] = []
    var notes: [String] = []
  }

  /// The name in addresses and on the command line.
  public let name: ReportName
  /// The heading.
  public let title: String
  /// What it shows, in one sentence.
  public let sentence: String
  /// The parameters it takes besides `format`.
  public let parameters: Set<ReportQuery.Parameter>
  /// Whether a report that was not told where to end goes on to the end of every schedule, and not only through today.
  var showsSchedules = false
  /// Whether every period is a row or a column of its own, so that a report that was not told where to begin shows the last
  /// two years, and one that was cannot go on for ever.
  var showsEachPeriod = false
  /// Whether it is about the last period alone.
  var showsLastPeriod = false
  /// What its columns, or its rows for periods, can hold.
  var columns: [ReportQuery.Columns] = ReportQuery.Columns.allCases
  /// What its rows can be told apart by, besides metadata.
  var groupings = ReportGrouping.named
  /// What it needs of facts beside the entries, so that only a ledger that knows it can answer.
  var needs: Set<LedgerKnowledge> = []
  /// What more it can make use of where the ledger knows it.
  var uses: Set<LedgerKnowledge> = []
  /// Whether it looks at what accounts are called in the general ledger.
  public var namesAccounts: Bool { [.trialBalance, .debitsAndCredits, .close].contains(name) }
  /// How the entries behind its amounts are found.
  var drillDown = DrillDown.none
  /// What it takes from the ledger; nil: it is not made of entries but of the facts that gave none.
  let select: (@Sendable (ReportQuery, ClosedRange<AccountingPeriod>?) -> LedgerSelection)?
  /// What else it takes from the ledger.
  var selectOther: (@Sendable (ReportQuery, ClosedRange<AccountingPeriod>?) -> LedgerSelection)?
  let make: @Sendable (Input) -> Output

  /// What the report, asked so, needs of facts beside the entries.
  public func needs(for query: ReportQuery) -> Set<LedgerKnowledge> {
    if case .metadata = query.by { return needs.union([.transactions]) }
    return needs
  }

  /// Whether the report takes the parameter.
  public func takes(_ parameter: ReportQuery.Parameter) -> Bool {
    parameter == .format || parameters.contains(parameter)
  }

  /// Whether its rows can be told apart so.
  func canTellApart(by grouping: ReportGrouping) -> Bool {
    if case .metadata = grouping { return true }
    return groupings.contains(grouping)
  }

  /// Makes the report from the ledger's rows.
  public func report(
    _ query: ReportQuery, from ledger: some Ledger, in context: ReportContext
  ) throws -> Report {
    let extent = try ledger.extent(asOf: query.asOf)
    let periods = try self.periods(of: query, extent: extent, context)
    let reach = reach(of: periods, query, context.calendar)
    let (asOf, wanted) = (query.asOf, needs(for: query).union(uses))
    func known<Notes>(_ knowledge: LedgerKnowledge, _ none: Notes, _ ask: () throws -> Notes) rethrows -> Notes {
      wanted.contains(knowledge) ? try ask() : none
    }
    let output = make(
      Input(
        rows: try select.map { try ledger.rows($0(query, reach)) } ?? [], query: query, periods: periods,
        calendar: context.calendar,
        openFacts: select == nil || wanted.contains(.tellings) ? try ledger.openFacts() : [],
        transactions: try known(.transactions, [:]) { try ledger.transactions(asOf: asOf) },
        obligations: try known(.obligations, []) { try ledger.obligations(asOf: asOf) },
        contracts: try known(.contracts, []) {
          try ledger.contracts(at: moment(of: query, periods, context), asOf: asOf)
        },
        cash: try known(.cash, []) { try ledger.cash(asOf: asOf) },
        tellings: try known(.tellings, []) { try ledger.tellings(asOf: asOf) },
        configuration: try known(.configuration, ConfigurationNotes()) { try ledger.configuration(asOf: asOf) },
        otherRows: try selectOther.map { try ledger.rows($0(query, reach)) } ?? [], now: context.now))
    return Report(
      definition: self, query: query, extent: extent, periods: periods, calendar: context.calendar,
      columns: output.columns, rows: output.rows, totals: output.totals, notes: output.notes,
      completeness: context.completeness)
  }

  /// The periods a report covers: those asked for, else from the first that holds an entry through the last that does and is
  /// not after today's.
  private func periods(
    of query: ReportQuery, extent: ClosedRange<AccountingPeriod>?, _ context: ReportContext
  ) throws(ReportProblem) -> ClosedRange<AccountingPeriod>? {
    let current = showsSchedules ? nil : context.current
    guard var low = query.start ?? extent?.lowerBound ?? query.end ?? current else { return nil }
    var high = extent?.upperBound ?? low
    if let current { high = min(high, current) }
    high = query.end ?? max(high, low)
    low = min(low, high)
    if showsLastPeriod { return high...high }
    guard showsEachPeriod else { return low...high }
    if query.start == nil { low = max(low, high.advanced(by: 1 - Self.recentPeriods)) }
    if low.distance(to: high) >= Self.mostPeriods {
      throw ReportProblem(
        .parameterInvalid, param: ReportQuery.Parameter.start.rawValue,
        message: "start \(context.calendar.name(low)) lies more than \(Self.mostPeriods) periods before the end, "
          + "\(context.calendar.name(high)).")
    }
    return low...high
  }

  /// The moment at which contracts are looked at: the last of the period that was asked for, else now.
  private func moment(
    of query: ReportQuery, _ periods: ClosedRange<AccountingPeriod>?, _ context: ReportContext
  ) -> Instant {
    func last(_ period: AccountingPeriod) -> Instant {
      context.calendar.end(of: period).advanced(byMicroseconds: -1)
    }
    return query.end.map(last) ?? context.now ?? periods.map { last($0.upperBound) } ?? .distantPast
  }

  /// The periods that amounts are taken from: those covered, what is compared with them, and the beginning of their years
  /// where the year so far is shown.
  private func reach(
    of periods: ClosedRange<AccountingPeriod>?, _ query: ReportQuery, _ calendar: Calendar
  ) -> ClosedRange<AccountingPeriod>? {
    guard let periods else { return nil }
    let compared = query.compared(with: periods) ?? periods
    let all = min(periods.lowerBound, compared.lowerBound)...max(periods.upperBound, compared.upperBound)
    guard query.columns == .yearToDate else { return all }
    let starts = [periods, compared].map { calendar.year(of: $0.lowerBound).periods.lowerBound }
    return min(starts[0], starts[1])...all.upperBound
  }

  private static let recentPeriods = 24
  private static let mostPeriods = 1_200
}

extension ReportDefinition {
  /// Every report, in the order a reader meets them.
  public static let all: [ReportDefinition] = [
    overview, trialBalance, incomeStatement, balanceSheet, debitsAndCredits, waterfall, periodSummary,
    deferredRollforward, contractBalances, receivablesAging, obligations, remainingObligations, contracts, corrections,
    entries, activity, reconciliation, close, openFacts,
  ]

  /// The report of this name.
  public static func named(
    _ name: some StringProtocol, in all: [ReportDefinition] = all
  ) throws(ReportProblem) -> ReportDefinition {
    guard let found = all.first(where: { $0.name.rawValue == name }) else {
      throw ReportProblem(
        .reportUnknown, param: nil,
        message: "There is no report of that name. There are \(all.map(\.name.rawValue).joined(separator: ", ")).")
    }
    return found
  }
}
