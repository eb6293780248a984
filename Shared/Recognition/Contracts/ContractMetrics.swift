import Accounting
import Messages

/// Where a contract stands at the end of a period. All amounts are in minor units of its currency.
public struct ContractMetrics: Hashable, Sendable {
  /// What a schedule will bill.
  public struct Scheduled: Hashable, Sendable {
    /// When; nil: no schedule says.
    public var on: Instant?
    /// How much.
    public var amountMinorUnits: Int64

    /// So much, at this moment.
    public init(on: Instant?, amountMinorUnits: Int64) {
      self.on = on
      self.amountMinorUnits = amountMinorUnits
    }
  }

  /// What is promised and not yet recognized, by when it will be.
  public struct Remaining: Hashable, Sendable {
    /// In the next twelve periods.
    public var withinTwelve: Int64 = 0
    /// In the twelve after them.
    public var thirteenToTwentyFour: Int64 = 0
    /// Later than that.
    public var later: Int64 = 0

    /// All of it.
    public var total: Int64 { withinTwelve + thirteenToTwentyFour + later }
  }

  /// The contract.
  public var contract: String
  /// The other side.
  public var customer: String
  /// The currency of its amounts.
  public var currency: Currency
  /// The price of all that is promised; of a contract that was voided, what was given.
  public var total: Int64
  /// The total for 365 days of the items' span, to the nearest minor unit.
  public var annual: Int64
  /// What attached invoices and payments billed, without tax and without what was taken back before it was paid.
  public var billed: Int64
  /// What is recognized.
  public var recognized: Int64
  /// What is billed beyond the total.
  public var overbilled: Int64
  /// What is still to be billed.
  public var futureScheduled: Int64
  /// The same, dated by the phases of its schedules.
  public var schedule: [Scheduled]
  /// What is neither billed nor recognized.
  public var unbilledDeferred: Int64
  /// What is billed and not recognized.
  public var deferred: Int64
  /// What of that is recognized after more than twelve periods.
  public var longTermDeferred: Int64
  /// What is recognized and not billed.
  public var unbilled: Int64
  /// What is promised and not recognized. An item that the customer may leave without cause is in no band until that right
  /// expires. (ASC 606-10-50-13.)
  public var remaining: Remaining
}

/// Where the contracts of a book stand at the end of the period that holds a moment, in the order in which they were told.
public func contractMetrics(_ book: BookInput, at moment: Instant) -> [ContractMetrics] {
  var walk = Walk(book)
  _ = walk.run()
  return walk.contractStandings().map { $0.metrics(at: moment, in: book.configuration.calendar) }
}
