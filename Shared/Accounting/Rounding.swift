/// Exact shares and products of whole amounts, and how each is rounded.
public enum Rounding {
  /// amount × part ÷ whole, cut towards zero. `whole` is not zero, and the share lies within the amount.
  @inlinable
  public static func share(of amount: Int64, _ part: Int64, _ whole: Int64) -> Int64 {
    if part == whole { return amount }
    if let product = small(amount, part) { return product / whole }
    return Int64(Int128(amount) * Int128(part) / Int128(whole))
  }

  @inlinable
  static func small(_ left: Int64, _ right: Int64) -> Int64? {
    let (product, overflow) = left.multipliedReportingOverflow(by: right)
    return overflow ? nil : product
  }

  /// numerator ÷ denominator, rounded to the nearest whole, halves away from zero. `denominator` is positive.
  public static func halfAwayFromZero(_ numerator: Int128, _ denominator: Int128) -> Int128 {
    let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
    guard remainder.magnitude >= denominator.magnitude - remainder.magnitude else { return quotient }
    return numerator < 0 ? quotient - 1 : quotient + 1
  }
}
