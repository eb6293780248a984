/// A currency of ISO 4217.
public struct Currency: Hashable, Sendable {
  /// The three letters, one to a byte, so that a currency is compared as a number.
  let packed: UInt32

  /// The currency of this code, in lower or upper case, or nil if the standard lists none.
  public init?(_ code: some StringProtocol) {
    var packed: UInt32 = 0
    var count = 0
    for byte in code.utf8 {
      count += 1
      guard count <= 3 else { return nil }
      packed = packed << 8 | UInt32(byte | 0x20)
    }
    guard count == 3, Currency.minorUnits[packed] != nil else { return nil }
    self.packed = packed
  }

  private init(packed: UInt32) {
    self.packed = packed
  }

  /// The dollar of the United States.
  public static let usd = Currency(packed: pack("usd"))

  /// The code in lower case.
  public var code: String {
    String(decoding: [UInt8(packed >> 16), UInt8(packed >> 8 & 0xFF), UInt8(packed & 0xFF)], as: UTF8.self)
  }

  /// How many digits of an amount in minor units stand after the point: 2 for `usd`, 0 for `jpy`, 3 for `kwd`.
  public var minorUnitDigits: Int {
    guard let digits = Currency.minorUnits[packed] else { preconditionFailure("every currency is of the table") }
    return digits
  }

  /// Every currency of the table, by code.
  public static var all: [Currency] {
    minorUnits.keys.sorted().map { Currency(packed: $0) }
  }

  private static func pack(_ code: some StringProtocol) -> UInt32 {
    code.utf8.reduce(0) { $0 << 8 | UInt32($1) }
  }

  private static let minorUnits: [UInt32: Int] = {
    let byDigits: [(Int, String)] = [
      (
        0, "bif clp djf gnf isk jpy kmf krw pyg rwf ugx uyi vnd vuv xaf xof xpf"
      ),
      (
        2,
        """
        aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob bov brl bsd btn bwp byn bzd cad cdf che chf \
        chw cny cop cou crc cuc cup cve czk dkk dop dzd egp ern etb eur fjd fkp gbp gel ghs gip gmd gtq gyd hkd hnl hrk \
        htg huf idr ils inr irr jmd kes kgs khr kpw kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mru mur mvr \
        mwk mxn mxv myr mzn nad ngn nio nok npr nzd pab pen pgk php pkr pln qar ron rsd rub sar sbd scr sdg sek sgd shp \
        sle sll sos srd ssp stn svc syp szl thb tjs tmt top try ttd twd tzs uah usd usn uyu uzs ved ves wst xcd xcg yer \
        zar zmw zwg zwl
        """
      ),
      (3, "bhd iqd jod kwd lyd omr tnd"),
      (4, "clf uyw"),
    ]
    var table: [UInt32: Int] = [:]
    for (digits, codes) in byDigits {
      for code in codes.split(separator: " ") { table[pack(code)] = digits }
    }
    return table
  }()
}

extension Currency: Comparable {
  /// By code.
  public static func < (left: Currency, right: Currency) -> Bool { left.packed < right.packed }
}

extension Currency: CustomStringConvertible {
  /// The code in lower case.
  public var description: String { code }
}
