import Accounting
import JSON

/// Reads the members of one object of a fact and keeps every problem it meets, so that none hides another. What is missing
/// or ill-typed is read as an empty value; whoever reads must look at `problems` before using the result.
struct FactReader {
  let object: JSONValue
  /// The path of this object, with its point: `lines[0].`.
  let prefix: String
  private(set) var problems: [FactError] = []

  init(_ object: JSONValue, prefix: String = "") {
    self.object = object
    self.prefix = prefix
  }

  mutating func report(_ code: String, _ name: String, _ message: String) {
    problems.append(FactError(code: code, param: prefix + name, message: message))
  }

  /// The member, unless it is absent or null.
  func member(_ name: String) -> JSONValue? {
    guard let value = object[name], !value.isNull else { return nil }
    return value
  }

  /// Whether the member is there.
  func has(_ name: String) -> Bool { member(name) != nil }

  mutating func required(_ name: String) -> JSONValue? {
    if let value = member(name) { return value }
    report("parameter_missing", name, "'\(prefix)\(name)' is missing.")
    return nil
  }
}

// MARK: - Text

extension FactReader {
  mutating func text(_ name: String, limit: Int = FactLimits.textCharacters) -> String {
    required(name).flatMap { text($0, name, limit) } ?? ""
  }

  mutating func optionalText(_ name: String, limit: Int = FactLimits.textCharacters) -> String? {
    member(name).flatMap { text($0, name, limit) }
  }

  /// An identifier: a text that is not empty.
  mutating func identifier(_ name: String) -> String {
    guard let value = required(name) else { return "" }
    let found = text(value, name, FactLimits.textCharacters)
    if found?.isEmpty == true { report("parameter_invalid_string", name, "'\(prefix)\(name)' is empty.") }
    return found ?? ""
  }

  mutating func optionalIdentifier(_ name: String) -> String? {
    has(name) ? identifier(name) : nil
  }

  private mutating func text(_ value: JSONValue, _ name: String, _ limit: Int) -> String? {
    guard let text = value.string else {
      report("parameter_invalid_string", name, "'\(prefix)\(name)' must be a string.")
      return nil
    }
    // Databases keep no text that holds it.
    guard !text.utf8.contains(0) else {
      report("parameter_invalid_string", name, "'\(prefix)\(name)' holds the character U+0000.")
      return nil
    }
    // Characters are never more than bytes, so short texts need no counting.
    if text.utf8.count > limit, text.count > limit {
      report("parameter_too_long", name, "'\(prefix)\(name)' has more than \(limit) characters.")
    }
    return text
  }

  mutating func texts(_ name: String) -> [String] {
    guard let value = required(name) else { return [] }
    return elements(of: value, name).enumerated().compactMap { index, element in
      text(element, "\(name)[\(index)]", FactLimits.textCharacters)
    }
  }

  mutating func optionalTexts(_ name: String) -> [String]? {
    has(name) ? texts(name) : nil
  }

  mutating func metadata() -> [Metadata] {
    guard let value = member("metadata") else { return [] }
    guard value.kind == .object else {
      report("parameter_invalid_object", "metadata", "'\(prefix)metadata' must be an object.")
      return []
    }
    let members = value.members
    if members.count > FactLimits.metadataPairs {
      report(
        "parameter_too_long", "metadata", "'\(prefix)metadata' has more than \(FactLimits.metadataPairs) pairs.")
    }
    return members.compactMap { member in
      text(member.value, "metadata.\(member.name)", FactLimits.textCharacters).map {
        Metadata(key: member.name, value: $0)
      }
    }
  }
}

// MARK: - Numbers

extension FactReader {
  /// An amount in minor units.
  mutating func amount(_ name: String) -> Int64 {
    required(name).flatMap { amount($0, name) } ?? 0
  }

  mutating func optionalAmount(_ name: String) -> Int64? {
    member(name).flatMap { amount($0, name) }
  }

  /// An amount that may not be below zero.
  mutating func positiveAmount(_ name: String) -> Int64 {
    let amount = amount(name)
    if amount < 0 { report("parameter_invalid_integer", name, "'\(prefix)\(name)' must not be negative.") }
    return amount
  }

  mutating func optionalPositiveAmount(_ name: String) -> Int64? {
    has(name) ? positiveAmount(name) : nil
  }

  private mutating func amount(_ value: JSONValue, _ name: String) -> Int64? {
    if value.kind == .unsigned || value.integer.map({ $0.magnitude > FactLimits.amountMinorUnits.magnitude }) == true {
      report(
        "amount_too_large", name, "'\(prefix)\(name)' is beyond ±\(FactLimits.amountMinorUnits) minor units.")
      return nil
    }
    guard let integer = value.integer else {
      report("parameter_invalid_integer", name, "'\(prefix)\(name)' must be an integer, in minor units.")
      return nil
    }
    return integer
  }

  /// A count between these bounds.
  mutating func count(_ name: String, in bounds: ClosedRange<Int64>) -> Int64 {
    guard let value = required(name) else { return bounds.lowerBound }
    guard let integer = value.integer else {
      report("parameter_invalid_integer", name, "'\(prefix)\(name)' must be an integer.")
      return bounds.lowerBound
    }
    guard bounds.contains(integer) else {
      report(
        "parameter_invalid_integer", name,
        "'\(prefix)\(name)' must lie between \(bounds.lowerBound) and \(bounds.upperBound).")
      return bounds.lowerBound
    }
    return integer
  }

  /// A decimal number, as a string or an integer.
  mutating func decimal(_ name: String) -> ExactDecimal {
    required(name).flatMap { decimal($0, name) } ?? .zero
  }

  mutating func optionalDecimal(_ name: String) -> ExactDecimal? {
    member(name).flatMap { decimal($0, name) }
  }

  private mutating func decimal(_ value: JSONValue, _ name: String) -> ExactDecimal? {
    let found = value.integer.map { ExactDecimal($0) } ?? value.string.flatMap { ExactDecimal($0) }
    guard let decimal = found else {
      report(
        "parameter_invalid_decimal", name, "'\(prefix)\(name)' must be an integer or a decimal string such as \"0.02\"."
      )
      return nil
    }
    if decimal.magnitude > ExactDecimal(FactLimits.amountMinorUnits) {
      report("amount_too_large", name, "'\(prefix)\(name)' is beyond ±\(FactLimits.amountMinorUnits).")
      return nil
    }
    return decimal
  }

  mutating func optionalBool(_ name: String) -> Bool? {
    guard let value = member(name) else { return nil }
    guard let bool = value.bool else {
      report("parameter_invalid_boolean", name, "'\(prefix)\(name)' must be true or false.")
      return nil
    }
    return bool
  }

  mutating func bool(_ name: String) -> Bool {
    required(name) == nil ? false : optionalBool(name) ?? false
  }
}

// MARK: - Currency, time, choices

extension FactReader {
  mutating func currency(_ name: String = "currency") -> Currency {
    guard required(name) != nil else { return .usd }
    return optionalCurrency(name) ?? .usd
  }

  mutating func optionalCurrency(_ name: String = "currency") -> Currency? {
    guard let value = member(name), let code = text(value, name, FactLimits.textCharacters) else { return nil }
    guard let currency = Currency(code), currency.code == code else {
      report(
        "unknown_currency", name, "'\(prefix)\(name)' must be a currency of ISO 4217 in lower case, not '\(code)'.")
      return nil
    }
    return currency
  }

  mutating func instant(_ name: String) -> Instant {
    required(name) == nil ? .epoch : optionalInstant(name) ?? .epoch
  }

  mutating func optionalInstant(_ name: String) -> Instant? {
    guard let value = member(name) else { return nil }
    let found = value.withUTF8 { Instant(rfc3339: $0) }
    guard let outer = found, let instant = outer else {
      report(
        "parameter_invalid_timestamp", name,
        "'\(prefix)\(name)' must be an RFC 3339 time such as 2022-06-01T00:00:00Z.")
      return nil
    }
    return instant
  }

  mutating func date(_ name: String) -> CivilDate {
    guard let value = required(name) else { return Instant.epoch.date }
    guard let date = value.string.flatMap({ CivilDate($0) }) else {
      report("parameter_invalid_date", name, "'\(prefix)\(name)' must be a day such as 2022-06-01.")
      return Instant.epoch.date
    }
    return date
  }

  /// A half-open period; an end before its start is a problem.
  mutating func optionalPeriod(_ name: String = "period") -> ServicePeriod? {
    optionalObject(name) { reader in
      let (start, end) = (reader.instant("start"), reader.instant("end"))
      if end < start, reader.problems.isEmpty {
        reader.report("period_reversed", "end", "'\(reader.prefix)end' lies before its start.")
      }
      return ServicePeriod(start: start, end: end)
    }
  }

  /// One of the names of a closed list.
  mutating func choice<Choice: RawRepresentable & CaseIterable>(_ name: String, _ type: Choice.Type) -> Choice?
  where Choice.RawValue == String {
    required(name) == nil ? nil : optionalChoice(name, type)
  }

  mutating func optionalChoice<Choice: RawRepresentable & CaseIterable>(_ name: String, _ type: Choice.Type) -> Choice?
  where Choice.RawValue == String {
    guard let value = member(name), let text = text(value, name, FactLimits.textCharacters) else { return nil }
    guard let choice = Choice(rawValue: text) else {
      let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      report("parameter_invalid_enum", name, "'\(prefix)\(name)' must be one of \(names), not '\(text)'.")
      return nil
    }
    return choice
  }
}

// MARK: - Objects and lists

extension FactReader {
  mutating func object<Value>(_ name: String, _ read: (inout FactReader) -> Value) -> Value? {
    required(name) == nil ? nil : optionalObject(name, read)
  }

  mutating func optionalObject<Value>(_ name: String, _ read: (inout FactReader) -> Value) -> Value? {
    guard let value = member(name) else { return nil }
    return object(value, name, read)
  }

  private mutating func object<Value>(_ value: JSONValue, _ name: String, _ read: (inout FactReader) -> Value) -> Value?
  {
    guard value.kind == .object else {
      report("parameter_invalid_object", name, "'\(prefix)\(name)' must be an object.")
      return nil
    }
    var reader = FactReader(value, prefix: prefix + name + ".")
    let result = read(&reader)
    problems.append(contentsOf: reader.problems)
    return result
  }

  mutating func list<Value>(_ name: String, _ read: (inout FactReader) -> Value) -> [Value] {
    required(name) == nil ? [] : optionalList(name, read)
  }

  mutating func optionalList<Value>(_ name: String, _ read: (inout FactReader) -> Value) -> [Value] {
    guard let value = member(name) else { return [] }
    let elements = elements(of: value, name)
    var result: [Value] = []
    result.reserveCapacity(elements.count)
    for (index, element) in elements.enumerated() {
      if let value = object(element, "\(name)[\(index)]", read) { result.append(value) }
    }
    return result
  }

  private mutating func elements(of value: JSONValue, _ name: String) -> [JSONValue] {
    guard value.kind == .array else {
      report("parameter_invalid_array", name, "'\(prefix)\(name)' must be an array.")
      return []
    }
    let elements = value.elements
    guard elements.count <= FactLimits.listElements else {
      report("parameter_too_long", name, "'\(prefix)\(name)' has more than \(FactLimits.listElements) elements.")
      return []
    }
    return elements
  }

  /// Reports identifiers that stand more than once in a list.
  mutating func unique(_ identifiers: [String], _ list: String, _ name: String) {
    guard identifiers.count > 1 else { return }
    var seen: Set<String> = []
    for (index, identifier) in identifiers.enumerated() where !seen.insert(identifier).inserted {
      report("parameter_duplicate", "\(list)[\(index)].\(name)", "'\(identifier)' stands more than once in '\(list)'.")
    }
  }
}
