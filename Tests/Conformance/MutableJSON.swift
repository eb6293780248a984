import JSON
import Recognition

/// A JSON value that can be changed at random.
indirect enum MutableJSON {
  case raw(String)
  case string(String)
  case array([MutableJSON])
  case object([(String, MutableJSON)])

  init(_ value: JSONValue) {
    switch value.kind {
    case .object: self = .object(value.members.map { ($0.0, MutableJSON($0.1)) })
    case .array: self = .array(value.elements.map { MutableJSON($0) })
    case .string: self = .string(value.string ?? "")
    default: self = .raw(String(decoding: value.canonical, as: UTF8.self))
    }
  }

  /// Writes it as it stands.
  func write(to writer: inout JSONWriter) {
    switch self {
    case .raw(let text): writer.raw(text.utf8)
    case .string(let text): writer.value(text)
    case .array(let elements):
      writer.array { writer in
        for element in elements { element.write(to: &writer) }
      }
    case .object(let members):
      writer.object { writer in
        for (name, member) in members {
          writer.name(name)
          member.write(to: &writer)
        }
      }
    }
  }

  var bytes: [UInt8] {
    var writer = JSONWriter()
    write(to: &writer)
    return writer.bytes
  }

  /// Changes something in it: a value, a member, the order or number of elements.
  func mutated(_ random: inout SeededRandom) -> MutableJSON {
    switch self {
    case .object(var members):
      guard !members.isEmpty, random.below(12) != 0 else { return Self.anything(&random) }
      let index = random.below(members.count)
      switch random.below(10) {
      case 0: members.remove(at: index)
      case 1: members.append((members[index].0, Self.anything(&random)))
      default: members[index].1 = members[index].1.mutated(&random)
      }
      return .object(members)
    case .array(var elements):
      guard !elements.isEmpty, random.below(12) != 0 else { return Self.anything(&random) }
      let index = random.below(elements.count)
      switch random.below(8) {
      case 0: elements.remove(at: index)
      case 1: elements.append(elements[index])
      case 2: random.shuffle(&elements)
      default: elements[index] = elements[index].mutated(&random)
      }
      return .array(elements)
    case .raw(let text):
      return random.below(3) == 0 ? Self.anything(&random) : .raw(Self.number(text, &random))
    case .string(let text):
      if random.below(3) == 0 { return Self.anything(&random) }
      return .string(Self.words(text, &random))
    }
  }

  /// The same with every number this many zeros longer, and every year moved so far.
  func stretched(zeros: Int, years: Int) -> MutableJSON {
    switch self {
    case .object(let members): .object(members.map { ($0.0, $0.1.stretched(zeros: zeros, years: years)) })
    case .array(let elements): .array(elements.map { $0.stretched(zeros: zeros, years: years) })
    case .raw(let text):
      Int64(text).map { $0 == 0 ? .raw(text) : .raw(text + String(repeating: "0", count: zeros)) } ?? .raw(text)
    case .string(let text): .string(Self.moved(text, years: years))
    }
  }

  /// A moment or period so many years later, between the years 1 and 9999; other text stays.
  static func moved(_ text: String, years: Int) -> String {
    guard years != 0, text.count >= 7, text.dropFirst(4).first == "-", let year = Int(text.prefix(4)) else {
      return text
    }
    let moved = String(min(max(year + years, 1), 9999))
    return String(repeating: "0", count: 4 - moved.count) + moved + text.dropFirst(4)
  }

  private static func number(_ text: String, _ random: inout SeededRandom) -> String {
    let extremes = [
      "0", "-1", "1", "-0", "1000000000000000", "-1000000000000000", "1000000000000001", "9223372036854775807",
      "-9223372036854775808", "18446744073709551615", "1e308", "0.5", "999999999999999", "-999999999999999", "100",
    ]
    if random.below(2) == 0 { return extremes[random.below(extremes.count)] }
    return Int64(text).map { String($0.multipliedReportingOverflow(by: Int64(random.below(7)) - 3).partialValue) }
      ?? text
  }

  private static func words(_ text: String, _ random: inout SeededRandom) -> String {
    let moments = [
      "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59.999999Z", "0000-01-01T00:00:00Z",
      "2022-02-30T00:00:00Z", "1970-01-01T00:00:00Z", "2020-02-29T12:00:00Z", "2022-06-15T00:00:00+14:00",
      "2100-01-01T00:00:00Z", "1900-01-01T00:00:00Z", "2022-06", "9999-12", "0001-01", "2025-P13",
    ]
    let others = [
      "", "usd", "jpy", "kwd", "in_1", "il_1", "ch_1", "month", "year", "999999999999999.999999", "0.1", "-5",
    ]
    switch random.below(6) {
    case 0: return String(repeating: "x", count: [500, 501, 5001][random.below(3)])
    case 1: return others[random.below(others.count)]
    case 2 where text.count > 8: return String(text.dropLast(1 + random.below(4)))
    default: return text.contains("T") || text.contains("-") ? moments[random.below(moments.count)] : text + "1"
    }
  }

  private static func anything(_ random: inout SeededRandom) -> MutableJSON {
    let values: [MutableJSON] = [
      .raw("null"), .raw("true"), .raw("false"), .array([]), .object([]), .string(""), .raw("0"),
      .raw(number("7", &random)), .string(words("2022-06-01T00:00:00Z", &random)), .string("\u{0}\u{1F600}\u{202E}"),
      .array([.array([.array([])])]),
    ]
    return values[random.below(values.count)]
  }
}
