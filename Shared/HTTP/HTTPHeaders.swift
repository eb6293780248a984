/// Header fields in the order they came; names are alike in either case.
public struct HTTPHeaders: Sendable, Hashable, Sequence, ExpressibleByDictionaryLiteral {
  private var fields: [Field] = []

  private struct Field: Hashable {
    let name: String
    let value: String
  }

  /// No fields.
  public init() {}

  /// The given fields.
  public init(dictionaryLiteral elements: (String, String)...) {
    for (name, value) in elements { add(name, value) }
  }

  /// The first value of a name. Setting it takes away every other.
  public subscript(name: String) -> String? {
    get { fields.first { sameName($0.name, name) }?.value }
    set {
      fields.removeAll { sameName($0.name, name) }
      if let newValue { add(name, newValue) }
    }
  }

  /// Adds a field, and leaves others of the same name.
  public mutating func add(_ name: String, _ value: String) {
    fields.append(Field(name: name, value: value))
  }

  /// The names and values.
  public func makeIterator() -> AnyIterator<(name: String, value: String)> {
    var rest = fields.makeIterator()
    return AnyIterator { rest.next().map { ($0.name, $0.value) } }
  }
}

/// Whether two header names, or other tokens of HTTP, are the same but for ASCII case.
func sameName(_ left: String, _ right: String) -> Bool {
  guard left.utf8.count == right.utf8.count else { return false }
  return zip(left.utf8, right.utf8).allSatisfy { lowerCase($0) == lowerCase($1) }
}

private func lowerCase(_ byte: UInt8) -> UInt8 {
  (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
}
