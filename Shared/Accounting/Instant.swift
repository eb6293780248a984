/// A moment, to the microsecond, in UTC. Leap seconds are not counted.
public struct Instant: Hashable, Comparable, Sendable {
  /// Microseconds since 1 January 1970, midnight UTC.
  public var microseconds: Int64

  /// The moment this many microseconds after 1 January 1970.
  public init(microseconds: Int64) {
    self.microseconds = microseconds
  }

  /// The moment this many seconds after 1 January 1970, as a Unix time stamp has them.
  public init(seconds: Int64) {
    self.microseconds = seconds * 1_000_000
  }

  /// Midnight UTC at the beginning of the day.
  public init(_ date: CivilDate) {
    self.init(microseconds: Int64(date.daysSinceEpoch) * Instant.microsecondsPerDay)
  }

  /// The first moment that can be written: 1 January of the year 1.
  public static let distantPast = Instant(microseconds: -62_135_596_800_000_000)
  /// The last moment that can be written: the end of the year 9999.
  public static let distantFuture = Instant(microseconds: 253_402_300_799_999_999)
  /// 1 January 1970, midnight UTC.
  public static let epoch = Instant(microseconds: 0)

  /// The length of a day.
  public static let microsecondsPerDay: Int64 = 86_400_000_000

  /// The day in UTC that holds the moment.
  public var date: CivilDate { CivilDate(daysSinceEpoch: daysSinceEpoch) }

  /// How many whole days the moment lies after 1 January 1970, rounded down.
  public var daysSinceEpoch: Int {
    let days = microseconds / Instant.microsecondsPerDay
    return Int(microseconds % Instant.microsecondsPerDay < 0 ? days - 1 : days)
  }

  /// Whether the left moment is earlier.
  public static func < (left: Instant, right: Instant) -> Bool {
    left.microseconds < right.microseconds
  }

  /// The moment this many microseconds later, held within the years 1 to 9999.
  public func advanced(byMicroseconds delta: Int64) -> Instant {
    let (sum, overflow) = microseconds.addingReportingOverflow(delta)
    if overflow { return delta < 0 ? .distantPast : .distantFuture }
    return min(max(Instant(microseconds: sum), .distantPast), .distantFuture)
  }
}

// MARK: - RFC 3339

extension Instant {
  /// The moment written as RFC 3339 says (`2022-06-01T00:00:00Z`, `2022-06-01T02:00:00.25+02:00`), or nil if the text is
  /// anything else: a day that no calendar has, an hour 24, a missing offset. Digits beyond the microsecond are cut.
  public init?(rfc3339 text: some StringProtocol) {
    let found = text.utf8.withContiguousStorageIfAvailable { Instant.parse($0) }
    guard let parsed = found ?? Array(text.utf8).withUnsafeBufferPointer({ Instant.parse($0) }) else { return nil }
    self = parsed
  }

  /// The moment written in UTF-8 as RFC 3339 says, or nil if the bytes are anything else.
  public init?(rfc3339 bytes: UnsafeBufferPointer<UInt8>) {
    guard let parsed = Instant.parse(bytes) else { return nil }
    self = parsed
  }

  private static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Instant? {
    guard bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      bytes[10] | 0x20 == UInt8(ascii: "t"), bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
      let century = pair(bytes, 0), let yearOfCentury = pair(bytes, 2), let month = pair(bytes, 5),
      let day = pair(bytes, 8), let hour = pair(bytes, 11), let minute = pair(bytes, 14), let second = pair(bytes, 17),
      hour < 24, minute < 60, second < 60,
      let date = CivilDate(year: century * 100 + yearOfCentury, month: month, day: day)
    else { return nil }
    var position = 19
    var fraction: Int64 = 0
    if bytes[position] == UInt8(ascii: ".") {
      position += 1
      var unit: Int64 = 100_000
      let first = position
      while position < bytes.count, bytes[position] >= 0x30, bytes[position] <= 0x39 {
        fraction += Int64(bytes[position] - 0x30) * unit
        unit /= 10
        position += 1
      }
      guard position > first else { return nil }
    }
    guard let offsetMinutes = offset(bytes, at: position) else { return nil }
    let seconds = Int64(date.daysSinceEpoch) * 86_400 + Int64(hour * 3600 + minute * 60 + second - offsetMinutes * 60)
    let moment = Instant(microseconds: seconds * 1_000_000 + fraction)
    return moment < .distantPast || moment > .distantFuture ? nil : moment
  }

  /// The offset from UTC in minutes that ends the text.
  private static func offset(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int) -> Int? {
    guard position < bytes.count else { return nil }
    switch bytes[position] {
    case UInt8(ascii: "Z"), UInt8(ascii: "z"):
      return position + 1 == bytes.count ? 0 : nil
    case UInt8(ascii: "+"), UInt8(ascii: "-"):
      guard position + 6 == bytes.count, bytes[position + 3] == UInt8(ascii: ":"),
        let hours = pair(bytes, position + 1), let minutes = pair(bytes, position + 4), hours < 24, minutes < 60
      else { return nil }
      let total = hours * 60 + minutes
      return bytes[position] == UInt8(ascii: "-") ? -total : total
    default:
      return nil
    }
  }

  private static func pair(_ bytes: UnsafeBufferPointer<UInt8>, _ position: Int) -> Int? {
    let tens = bytes[position] &- 0x30
    let ones = bytes[position + 1] &- 0x30
    return tens <= 9 && ones <= 9 ? Int(tens) * 10 + Int(ones) : nil
  }

  /// The moment as `2022-06-01T00:00:00Z`; a fraction follows the seconds only if there is one, without trailing zeros.
  public var rfc3339: String {
    String(decoding: rfc3339Bytes, as: UTF8.self)
  }

  /// The moment as RFC 3339 has it, in UTF-8.
  public var rfc3339Bytes: [UInt8] {
    let days = daysSinceEpoch
    let date = CivilDate(daysSinceEpoch: days)
    let ofDay = microseconds - Int64(days) * Instant.microsecondsPerDay
    let seconds = Int(ofDay / 1_000_000)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(27)
    func append(_ number: Int, _ width: Int) {
      var divisor = 1
      for _ in 1..<width { divisor *= 10 }
      while divisor > 0 {
        bytes.append(UInt8(0x30 + number / divisor % 10))
        divisor /= 10
      }
    }
    append(date.year, 4)
    bytes.append(UInt8(ascii: "-"))
    append(date.month, 2)
    bytes.append(UInt8(ascii: "-"))
    append(date.day, 2)
    bytes.append(UInt8(ascii: "T"))
    append(seconds / 3600, 2)
    bytes.append(UInt8(ascii: ":"))
    append(seconds / 60 % 60, 2)
    bytes.append(UInt8(ascii: ":"))
    append(seconds % 60, 2)
    let fraction = Int(ofDay % 1_000_000)
    if fraction != 0 {
      bytes.append(UInt8(ascii: "."))
      append(fraction, 6)
      while bytes.last == 0x30 { bytes.removeLast() }
    }
    bytes.append(UInt8(ascii: "Z"))
    return bytes
  }
}
