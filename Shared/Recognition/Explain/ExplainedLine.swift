import Accounting
import Messages

/// A line that was billed: how its amount was divided, and how its parts were laid over time, step by step.
public struct ExplainedLine: Sendable {
  /// A part's share of one period.
  public struct PeriodShare: Hashable, Sendable {
    /// The period.
    public var period: AccountingPeriod
    /// Its weight: microseconds or days of service, or parts of equal size.
    public var weight: Int64
    /// What is recognized in it, in minor units.
    public var amountMinorUnits: Int64
  }

  /// A part as a fact left it.
  public struct Step: Sendable {
    /// The envelope id of the fact.
    public var fact: String
    /// What it told.
    public var type: FactType
    /// Which part of the line.
    public var part: Int
    /// The event whose revenue it is.
    public var cause: Cause
    /// The shares, in order of period.
    public var shares: [PeriodShare]
    /// The first share that the fact laid anew; those before it stayed as they were.
    public var firstLaid: Int

    /// What is recognized in all.
    public var amountMinorUnits: Int64 { shares.reduce(0) { $0 + $1.amountMinorUnits } }

    /// What the exact share of a period, in millionths of a minor unit, would be; nil where weights say nothing.
    public func exactMillionths(_ index: Int) -> Int128? {
      let laid = shares[firstLaid...]
      let total = laid.reduce(Int128(0)) { $0 + Int128($1.weight) }
      guard total > 0, index >= firstLaid else { return nil }
      let (product, overflows) = (laid.reduce(Int128(0)) { $0 + Int128($1.amountMinorUnits) } * 1_000_000)
        .multipliedReportingOverflow(by: Int128(shares[index].weight))
      return overflows ? nil : product / total
    }
  }

  /// The invoice or payment.
  public var transaction: String
  /// The line.
  public var id: String
  /// The currency of the book.
  public var currency: Currency
  /// What is billed, in minor units: the sum of the next five.
  public var billedMinorUnits: Int64
  /// What is recognized as revenue.
  public var recognizableMinorUnits: Int64
  /// What is owed as tax.
  public var taxMinorUnits: Int64
  /// What is passed on.
  public var passthroughMinorUnits: Int64
  /// What sells credit.
  public var soldMinorUnits: Int64
  /// What is left out of the books.
  public var excludedMinorUnits: Int64
  /// The rule that treats it.
  public var rule: AppliedRule?
  /// Whether it bills a contract, whose items are recognized instead of it.
  public var billsContract: Bool
  /// How its parts were laid over time, in the order in which facts did it.
  public var steps: [Step] = []

  init(_ line: Line, of billing: Billing, applied: [Reference: AppliedRule]) {
    transaction = billing.id
    id = line.id
    currency = line.subject.currency
    billedMinorUnits = line.allocation.billed
    recognizableMinorUnits = line.allocation.recognizable
    taxMinorUnits = line.allocation.tax
    passthroughMinorUnits = line.allocation.passthrough
    soldMinorUnits = line.allocation.sold
    excludedMinorUnits = line.allocation.excluded
    billsContract = line.contract != nil
    rule = applied[Reference(.line, line.id)] ?? applied[Reference(.charge, line.id)]
  }

  /// Notes what a fact changed in the line's schedules.
  mutating func note(_ line: Line, because fact: BookFact) {
    for (number, part) in line.parts.enumerated() {
      for stream in part.streams {
        let shares = zip(stream.schedule.amounts, stream.schedule.weights).enumerated().map { index, share in
          PeriodShare(
            period: AccountingPeriod(ordinal: Int32(stream.schedule.first + index)), weight: share.1,
            amountMinorUnits: share.0)
        }
        let last = steps.last { $0.part == number && $0.cause == stream.cause }
        if last?.shares == shares { continue }
        let kept = last.map { zip($0.shares, shares).prefix { $0 == $1 }.count } ?? 0
        steps.append(
          Step(
            fact: fact.id, type: fact.fact.type, part: number, cause: stream.cause, shares: shares,
            firstLaid: min(kept, max(shares.count - 1, 0))))
      }
    }
  }
}
