/// A text with its `%XX` decoded, and `+` read as a blank if asked; nil if an escape is not one, or the bytes are not UTF-8.
func percentDecoded(_ text: some Sequence<UInt8>, plusIsBlank: Bool) -> String? {
  var bytes: [UInt8] = []
  var rest = text.makeIterator()
  while let byte = rest.next() {
    switch byte {
    case UInt8(ascii: "%"):
      guard let high = rest.next().flatMap(hexadecimalValue), let low = rest.next().flatMap(hexadecimalValue) else {
        return nil
      }
      bytes.append(high << 4 | low)
    case UInt8(ascii: "+") where plusIsBlank: bytes.append(UInt8(ascii: " "))
    default: bytes.append(byte)
    }
  }
  return String(validating: bytes, as: UTF8.self)
}

/// The pairs of a query or form, undecoded; a pair without `=` has an empty value, and empty pairs are left out.
func rawPairs(_ text: some Collection<UInt8>) -> [(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] {
  Array(text).split(separator: UInt8(ascii: "&")).map { pair in
    let name = pair.prefix { $0 != UInt8(ascii: "=") }
    return (name, pair.dropFirst(name.count + 1))
  }
}

private func hexadecimalValue(_ digit: UInt8) -> UInt8? {
  switch digit {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
  default: nil
  }
}
