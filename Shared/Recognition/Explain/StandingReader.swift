import Accounting
import JSON
import Messages

/// Reads the members of what one service tells another of where books stand. What is missing or not as it must be is an error
/// that names it.
struct StandingReader {
  private let value: JSONValue

  init(_ value: JSONValue) {
    self.value = value
  }

  func text(_ name: String) throws(FactError) -> String {
    guard let text = value[name]?.string else { throw wrong(name) }
    return text
  }

  func number(_ name: String) throws(FactError) -> Int64 {
    guard let number = value[name]?.integer else { throw wrong(name) }
    return number
  }

  func instant(_ name: String) throws(FactError) -> Instant {
    guard let instant = try optionalInstant(name) else { throw wrong(name) }
    return instant
  }

  func optionalInstant(_ name: String) throws(FactError) -> Instant? {
    guard let value = value[name] else { return nil }
    guard let instant = value.string.flatMap({ Instant(rfc3339: $0) }) else { throw wrong(name) }
    return instant
  }

  func currency(_ name: String) throws(FactError) -> Currency {
    guard let currency = Currency(try text(name)) else { throw wrong(name) }
    return currency
  }

  /// The elements of a list, which may be absent.
  func list<Element>(
    _ name: String, _ read: (JSONValue) throws(FactError) -> Element
  ) throws(FactError) -> [Element] {
    var found: [Element] = []
    for element in value[name]?.elements ?? [] { found.append(try read(element)) }
    return found
  }

  func wrong(_ name: String) -> FactError {
    FactError(
      code: "parameter_invalid", param: name, message: "'\(name)' of a standing is missing or not as it must be.")
  }
}

extension JSONValue {
  /// The element as text.
  func text() throws(FactError) -> String {
    guard let text = string else { throw StandingReader(self).wrong("id") }
    return text
  }

  /// The element as so many whole numbers.
  func numbers(_ count: Int) throws(FactError) -> [Int64] {
    let numbers = elements.compactMap(\.integer)
    guard numbers.count == count, elements.count == count else { throw StandingReader(self).wrong("amounts") }
    return numbers
  }
}
