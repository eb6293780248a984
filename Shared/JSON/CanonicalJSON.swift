extension JSONValue {
  /// The value as text with members sorted by name and no spaces: two texts that say the same give the same bytes.
  public var canonical: [UInt8] {
    var writer = JSONWriter()
    writer.canonical(self)
    return writer.bytes
  }
}

extension JSONWriter {
  /// Writes a parsed value as the next value, members sorted by name; where a name stands twice, the first one counts.
  public mutating func canonical(_ value: JSONValue) {
    switch value.kind {
    case .null: null()
    case .bool: self.value(value.bool ?? false)
    case .integer: self.value(value.integer ?? 0)
    case .unsigned, .double: raw("\(value.double ?? 0)".utf8)
    case .string: self.value(value.string ?? "")
    case .array:
      array { writer in
        for element in value.elements { writer.canonical(element) }
      }
    case .object:
      object { writer in
        // A stable sort, so that of members with the same name the first stays first.
        let members = value.members.enumerated().sorted { ($0.element.name, $0.offset) < ($1.element.name, $1.offset) }
        var last: String?
        for (_, member) in members where member.name != last {
          writer.name(member.name)
          writer.canonical(member.value)
          last = member.name
        }
      }
    }
  }
}
