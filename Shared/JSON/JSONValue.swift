import CSimdjson

/// One value of a parsed document, read in place.
public struct JSONValue: Sendable {
  /// What a value is. Numbers without fraction and exponent are integers; beyond `Int64` they are `unsigned`.
  public enum Kind: Sendable {
    case null
    case bool
    case integer
    case unsigned
    case double
    case string
    case array
    case object
  }

  private let document: JSONDocument
  // simdjson's reference into the document's tape: two words that are never written.
  private nonisolated(unsafe) let raw: earned_json_value

  init(document: JSONDocument, raw: earned_json_value) {
    self.document = document
    self.raw = raw
  }

  /// What kind of value this is.
  public var kind: Kind {
    switch earned_json_kind_of(raw) {
    case EARNED_JSON_BOOL: .bool
    case EARNED_JSON_INTEGER: .integer
    case EARNED_JSON_UNSIGNED: .unsigned
    case EARNED_JSON_DOUBLE: .double
    case EARNED_JSON_STRING: .string
    case EARNED_JSON_ARRAY: .array
    case EARNED_JSON_OBJECT: .object
    default: .null
    }
  }

  /// Whether this is `null`.
  public var isNull: Bool { kind == .null }

  /// The text of a string; nil for any other kind.
  public var string: String? {
    withUTF8 { String(decoding: $0, as: UTF8.self) }
  }

  /// Calls `body` with the UTF-8 bytes of a string, without copying them; nil for any other kind.
  public func withUTF8<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result? {
    guard kind == .string else { return nil }
    var count = 0
    let start = earned_json_string(raw, &count)
    return try withExtendedLifetime(document) {
      try start?.withMemoryRebound(to: UInt8.self, capacity: count) {
        try body(UnsafeBufferPointer(start: $0, count: count))
      }
    }
  }

  /// The value of an integer that fits; nil for any other kind, fractions included.
  public var integer: Int64? {
    kind == .integer ? earned_json_integer(raw) : nil
  }

  /// The value of any number, rounded to the nearest double; nil for any other kind. Never used for money.
  public var double: Double? {
    switch kind {
    case .integer, .unsigned, .double: earned_json_double(raw)
    default: nil
    }
  }

  /// The value of `true` or `false`; nil for any other kind.
  public var bool: Bool? {
    kind == .bool ? earned_json_bool(raw) : nil
  }

  /// The member of that name; nil where there is none or this is no object. A `null` member is there.
  public subscript(name: String) -> JSONValue? {
    var name = name
    var member = earned_json_value()
    let found = name.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { earned_json_member(raw, $0.baseAddress, $0.count, &member) }
    }
    return found ? JSONValue(document: document, raw: member) : nil
  }

  /// The elements of an array, in order; empty for any other kind.
  public var elements: [JSONValue] {
    guard kind == .array else { return [] }
    var result: [JSONValue] = []
    var cursor = earned_json_walk(raw)
    var element = earned_json_value()
    while earned_json_next_element(&cursor, &element) {
      result.append(JSONValue(document: document, raw: element))
    }
    return result
  }

  /// The members of an object, in the order of the text; empty for any other kind.
  public var members: [(name: String, value: JSONValue)] {
    guard kind == .object else { return [] }
    var result: [(name: String, value: JSONValue)] = []
    var cursor = earned_json_walk(raw)
    var name: UnsafePointer<CChar>?
    var count = 0
    var member = earned_json_value()
    while earned_json_next_member(&cursor, &name, &count, &member) {
      let bytes = UnsafeRawBufferPointer(start: name, count: count)
      result.append((String(decoding: bytes, as: UTF8.self), JSONValue(document: document, raw: member)))
    }
    return result
  }
}
