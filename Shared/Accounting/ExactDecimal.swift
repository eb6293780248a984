/// A decimal number, exact: a quantity, a unit price in minor units, an exchange rate. Up to 15 digits before the point and
/// 12 after it where it is read; sums keep every digit.
public struct ExactDecimal: Hashable, Sendable {
  /// The digits as a whole number.
  public let coefficient: Int128
  /// How many of the digits stand after the point. The last of them is never a zero.
  public let scale: Int

  /// The whole number.
  public init(_ whole: Int64) {
    self.coefficient = Int128(whole)
    self.scale = 0
  }

  init(coefficient: Int128, scale: Int) {
    var (digits, places) = (coefficient, scale)
    while places > 0, digits % 10 == 0 {
      digits /= 10
      places -= 1
    }
    self.coefficient = digits
    self.scale = places
  }

  /// Nothing.
  public static let zero = ExactDecimal(0)

  /// The number written as an optional minus, digits, and at most one point with digits on both sides (`0.02`, `-3`), or nil
  /// if the text is anything else or has too many digits.
  public init?(_ text: some StringProtocol) {
    var coefficient: Int128 = 0
    var (whole, fraction) = (0, 0)
    var (negative, point) = (false, false)
    for (index, byte) in text.utf8.enumerated() {
      switch byte {
      case UInt8(ascii: "-") where index == 0:
        negative = true
      case UInt8(ascii: ".") where !point && whole > 0:
        point = true
      case 0x30...0x39:
        if point { fraction += 1 } else { whole += 1 }
        guard whole <= 16, fraction <= 12 else { return nil }
        coefficient = coefficient * 10 + Int128(byte - 0x30)
      default:
        return nil
      }
    }
    guard whole > 0, !point || fraction > 0 else { return nil }
    self.init(coefficient: negative ? -coefficient : coefficient, scale: fraction)
  }

  /// The number in decimal, without trailing zeros after the point.
  public var text: String {
    guard scale > 0 else { return String(coefficient) }
    let digits = padded(coefficient.magnitude, to: scale + 1)
    let point = digits.index(digits.endIndex, offsetBy: -scale)
    return (coefficient < 0 ? "-" : "") + digits[..<point] + "." + digits[point...]
  }

  /// Whether the number is zero.
  public var isZero: Bool { coefficient == 0 }
  /// Whether the number is below zero.
  public var isNegative: Bool { coefficient < 0 }

  /// The number without its sign.
  public var magnitude: ExactDecimal { isNegative ? ExactDecimal(coefficient: -coefficient, scale: scale) : self }

  /// The sum, or nil if it has more digits than can be held.
  public func adding(_ other: ExactDecimal) -> ExactDecimal? {
    let places = max(scale, other.scale)
    guard let left = scaled(to: places), let right = other.scaled(to: places) else { return nil }
    let (sum, overflow) = left.addingReportingOverflow(right)
    return overflow ? nil : ExactDecimal(coefficient: sum, scale: places)
  }

  /// The difference, or nil if it has more digits than can be held.
  public func subtracting(_ other: ExactDecimal) -> ExactDecimal? {
    adding(ExactDecimal(coefficient: -other.coefficient, scale: other.scale))
  }

  /// The product, exact, or nil if it has more digits than can be held.
  public func multiplied(by other: ExactDecimal) -> ExactDecimal? {
    let (product, overflow) = coefficient.multipliedReportingOverflow(by: other.coefficient)
    return overflow ? nil : ExactDecimal(coefficient: product, scale: scale + other.scale)
  }

  /// The number × 10^digits.
  public func shifted(by digits: Int) -> ExactDecimal? {
    if digits <= 0 { return ExactDecimal(coefficient: coefficient, scale: scale - digits) }
    if digits <= scale { return ExactDecimal(coefficient: coefficient, scale: scale - digits) }
    guard let moved = ExactDecimal(coefficient: coefficient, scale: 0).scaled(to: digits - scale) else { return nil }
    return ExactDecimal(coefficient: moved, scale: 0)
  }

  /// The nearest whole number, halves away from zero, or nil if it is beyond 64 bits.
  public var rounded: Int64? {
    guard scale <= 38 else { return 0 }
    return Int64(exactly: Rounding.halfAwayFromZero(coefficient, ExactDecimal.powerOfTen(scale)))
  }

  private func scaled(to places: Int) -> Int128? {
    guard places - scale <= 38 else { return coefficient == 0 ? 0 : nil }
    let (product, overflow) = coefficient.multipliedReportingOverflow(by: ExactDecimal.powerOfTen(places - scale))
    return overflow ? nil : product
  }

  private static func powerOfTen(_ exponent: Int) -> Int128 {
    var power: Int128 = 1
    for _ in 0..<exponent { power *= 10 }
    return power
  }
}

extension ExactDecimal: Comparable {
  /// Whether the left number is smaller.
  public static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
    let places = max(left.scale, right.scale)
    guard let first = left.scaled(to: places), let second = right.scaled(to: places) else {
      // Beyond 128 bits only one of the two was moved, and it is the larger in size.
      return left.scaled(to: places) == nil ? left.coefficient < 0 : right.coefficient > 0
    }
    return first < second
  }
}

/// The number in decimal, filled with zeros on the left.
private func padded(_ number: UInt128, to width: Int) -> String {
  let digits = String(number)
  return digits.utf8.count >= width ? digits : String(repeating: "0", count: width - digits.utf8.count) + digits
}
