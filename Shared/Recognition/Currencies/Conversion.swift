import Accounting
import Messages

/// How amounts of one currency become amounts of another: major units of the one for one major unit of the other.
struct Conversion: Equatable {
  let pair: CurrencyPair
  let rate: ExactDecimal

  /// The amount in the other currency's minor units, rounded once, halves away from zero.
  func convert(_ amount: Int64) throws(Refusal) -> Int64 {
    let digits = pair.to.minorUnitDigits - pair.from.minorUnitDigits
    guard
      let converted = ExactDecimal(amount).multiplied(by: rate)?.shifted(by: digits)?.rounded,
      converted.magnitude <= UInt64(FactLimits.amountMinorUnits)
    else { throw .amountTooLarge }
    return converted
  }
}

extension Conversion {
  /// The amount that was converted into so much, rounded to the nearest minor unit.
  func told(of booked: Int64) -> Int64 {
    let digits = pair.to.minorUnitDigits - pair.from.minorUnitDigits - rate.scale
    var (numerator, denominator) = (Int128(booked), rate.coefficient)
    for _ in 0..<abs(digits) { if digits < 0 { numerator *= 10 } else { denominator *= 10 } }
    return Int64(clamping: Rounding.halfAwayFromZero(numerator, denominator))
  }
}

extension Walk {
  /// The book that a transaction of a currency goes into, by when it is booked.
  func bookCurrency(of currency: Currency, at moment: Instant) -> Currency {
    settings.bookCurrency(of: currency, at: moment)
  }

  /// How a currency is converted into a book's at a moment: at the rate told, if it is into the book's currency, else at the
  /// one published for the day or last before it. Nil: both are the same.
  mutating func conversion(
    from currency: Currency, to book: Currency, told: ExchangeRate? = nil, at moment: Instant
  ) throws(Refusal) -> Conversion? {
    guard currency != book else { return nil }
    let pair = CurrencyPair(from: currency, to: book)
    if let told, told.to == book { return Conversion(pair: pair, rate: told.rate) }
    output.rates.insert(pair)
    guard let rate = input.configuration.exchangeRates.rate(of: pair, on: calendar.date(containing: moment)) else {
      throw .exchangeRateMissing(pair)
    }
    return Conversion(pair: pair, rate: rate)
  }

  /// An amount in a book's currency, at the rate of its day.
  mutating func converted(
    _ amount: Int64, _ currency: Currency, to book: Currency, at moment: Instant
  ) throws(Refusal) -> Int64 {
    guard let conversion = try conversion(from: currency, to: book, at: moment) else { return amount }
    return try conversion.convert(amount)
  }

  /// The money that moved, in a book's currency: as it was settled, else at the rate told, else at the one of its day. Nil: it is
  /// in the book's currency anyway, as told.
  mutating func settled(
    _ settlement: Settlement?, _ amount: Int64, _ currency: Currency, told: ExchangeRate? = nil, to book: Currency,
    at moment: Instant
  ) throws(Refusal) -> Int64? {
    if let settlement, settlement.currency == book {
      return settlement.amount == amount && currency == book ? nil : settlement.amount
    }
    guard let conversion = try conversion(from: currency, to: book, told: told, at: moment) else { return nil }
    return try conversion.convert(amount)
  }
}
