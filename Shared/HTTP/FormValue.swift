import JSON

/// What a form says: texts, in lists and objects.
public indirect enum FormValue: Sendable, Hashable {
  /// A value as it was sent, decoded; empty if it was left empty, which for an optional parameter means "unset".
  case text(String)
  /// Values with an index, with empty brackets, or of a repeated key.
  case list([FormValue])
  /// Values with a name in brackets, in the order in which the names came first.
  case object([Member])

  /// A name and its value.
  public struct Member: Sendable, Hashable {
    /// The name.
    public let name: String
    /// The value.
    public let value: FormValue

    /// A member.
    public init(name: String, value: FormValue) {
      self.name = name
      self.value = value
    }
  }

  /// The member of a name, if this is an object that has it.
  public subscript(name: String) -> FormValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// The text, if this is one.
  public var text: String? {
    guard case .text(let text) = self else { return nil }
    return text
  }

  /// The same as JSON, in which every value is a string: `{"amount":"1000","items":[{"price":"price_1"}]}`. What reads it takes numbers
  /// with ``formInteger(_:)`` and booleans with ``formBoolean(_:)``.
  public var json: [UInt8] {
    var writer = JSONWriter()
    write(to: &writer)
    return writer.bytes
  }

  private func write(to json: inout JSONWriter) {
    switch self {
    case .text(let text): json.value(text)
    case .list(let values): json.array { json in for value in values { value.write(to: &json) } }
    case .object(let members):
      json.object { json in
        for member in members {
          json.name(member.name)
          member.value.write(to: &json)
        }
      }
    }
  }
}

/// The whole number a form's text stands for: an optional minus sign and decimal digits, nothing else, within 64 bits.
public func formInteger(_ text: some StringProtocol) -> Int64? {
  let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
  guard !digits.isEmpty, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
  return Int64(text)
}

/// The boolean a form's text stands for: `true` or `false`, as they are written here.
public func formBoolean(_ text: some StringProtocol) -> Bool? {
  switch text {
  case "true": true
  case "false": false
  default: nil
  }
}
