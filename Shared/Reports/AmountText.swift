import Accounting

/// How an amount in minor units is written in major units.
struct AmountText {
  /// What stands before a negative amount.
  var minus = "-"
  /// What stands between thousands; empty: nothing.
  var thousands = ""

  /// For files: `-1234.50`.
  static let plain = AmountText()
  /// For people: `−1,234.50`, with the sign that typesetters use.
  static let typeset = AmountText(minus: "\u{2212}", thousands: ",")
  /// For a terminal: `-1,234.50`.
  static let terminal = AmountText(minus: "-", thousands: ",")

  /// The amount with as many digits after the point as the currency has.
  func text(_ amount: Int128, _ currency: Currency) -> String {
    var digits = Array(String(amount.magnitude).utf8)
    let fraction = currency.minorUnitDigits
    if digits.count <= fraction {
      digits.insert(contentsOf: repeatElement(UInt8(ascii: "0"), count: fraction + 1 - digits.count), at: 0)
    }
    let whole = digits.dropLast(fraction)
    var text = amount < 0 ? minus : ""
    for (index, digit) in whole.enumerated() {
      if index > 0, (whole.count - index) % 3 == 0 { text += thousands }
      text.unicodeScalars.append(Unicode.Scalar(digit))
    }
    if fraction > 0 { text += "." + String(decoding: digits.suffix(fraction), as: UTF8.self) }
    return text
  }
}

extension Currency {
  /// An amount of minor units, written in major units for a terminal: `-1,234.50`.
  public func majorUnits(_ amount: Int128) -> String {
    AmountText.terminal.text(amount, self)
  }
}
