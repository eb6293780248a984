import Accounting
import JSON

/// A half-open stretch of time: from `start` until just before `end`.
public struct ServicePeriod: Hashable, Sendable {
  /// The first moment.
  public var start: Instant
  /// The first moment after it.
  public var end: Instant

  /// The stretch between these moments.
  public init(start: Instant, end: Instant) {
    self.start = start
    self.end = end
  }
}

/// A pair of metadata.
public struct Metadata: Hashable, Sendable {
  /// The name.
  public var key: String
  /// The text kept under it.
  public var value: String

  /// A pair.
  public init(key: String, value: String) {
    self.key = key
    self.value = value
  }
}

/// A tax of a line or a payment.
public struct Tax: Hashable, Sendable {
  /// The tax in minor units.
  public var amount: Int64
  /// Whether the line's amount includes it already.
  public var inclusive: Bool

  /// A tax.
  public init(amount: Int64, inclusive: Bool) {
    self.amount = amount
    self.inclusive = inclusive
  }

  init(from reader: inout FactReader) {
    amount = reader.amount("amount")
    inclusive = reader.bool("inclusive")
  }
}

/// The rate at which a fact is converted.
public struct ExchangeRate: Hashable, Sendable {
  /// The currency converted into.
  public var to: Currency
  /// Major units of `to` for one major unit of the fact's currency.
  public var rate: ExactDecimal

  /// A rate.
  public init(to: Currency, rate: ExactDecimal) {
    self.to = to
    self.rate = rate
  }

  init(from reader: inout FactReader) {
    to = reader.currency("to")
    rate = reader.decimal("rate")
    if rate <= .zero, reader.problems.isEmpty {
      reader.report("parameter_invalid_decimal", "rate", "'\(reader.prefix)rate' must be more than zero.")
    }
  }
}

/// What arrived of a payment, or left for a refund, in the currency it was settled in.
public struct Settlement: Hashable, Sendable {
  /// The currency of the account it was settled in.
  public var currency: Currency
  /// The amount in that currency's minor units.
  public var amount: Int64

  init(from reader: inout FactReader) {
    currency = reader.currency()
    amount = reader.amount("amount")
  }
}

/// A number of days, weeks, months or years.
public struct Duration: Hashable, Sendable {
  /// What is counted.
  public enum Unit: String, CaseIterable, Sendable {
    case second, minute, hour, day, week, month, year
  }
  /// How many.
  public var count: Int
  /// Of what.
  public var unit: Unit

  /// So many units.
  public init(count: Int, unit: Unit) {
    self.count = count
    self.unit = unit
  }

  init(from reader: inout FactReader) {
    count = Int(reader.count("count", in: 0...36_600))
    unit = reader.choice("unit", Unit.self) ?? .day
  }

  /// The moment this much later: months and years keep the day of the month, or take the month's last.
  public func after(_ moment: Instant) -> Instant {
    switch unit {
    case .second: moment.advanced(byMicroseconds: Int64(count) * 1_000_000)
    case .minute: moment.advanced(byMicroseconds: Int64(count) * 60_000_000)
    case .hour: moment.advanced(byMicroseconds: Int64(count) * 3_600_000_000)
    case .day: moment.advanced(byMicroseconds: Int64(count) * Instant.microsecondsPerDay)
    case .week: moment.advanced(byMicroseconds: Int64(count) * 7 * Instant.microsecondsPerDay)
    case .month: Self.months(count, after: moment)
    case .year: Self.months(count * 12, after: moment)
    }
  }

  private static func months(_ count: Int, after moment: Instant) -> Instant {
    let midnight = Int64(moment.daysSinceEpoch) * Instant.microsecondsPerDay
    let moved = Instant(moment.date.adding(months: count))
    return moved.advanced(byMicroseconds: moment.microseconds - midnight)
  }
}

extension JSONWriter {
  mutating func member(_ name: String, _ instant: Instant) {
    member(name, instant.rfc3339)
  }

  mutating func member(_ name: String, _ period: ServicePeriod?) {
    guard let period else { return }
    member(
      name,
      object: { writer in
        writer.member("start", period.start)
        writer.member("end", period.end)
      })
  }

  mutating func member(_ name: String, _ metadata: [Metadata]) {
    guard !metadata.isEmpty else { return }
    member(
      name,
      object: { writer in
        for pair in metadata { writer.member(pair.key, pair.value) }
      })
  }

  mutating func taxes(_ taxes: [Tax]) {
    guard !taxes.isEmpty else { return }
    member(
      "taxes",
      array: { writer in
        for tax in taxes {
          writer.object { writer in
            writer.member("amount", tax.amount)
            writer.member("inclusive", tax.inclusive)
          }
        }
      })
  }
}
