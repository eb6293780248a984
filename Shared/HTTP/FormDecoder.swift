/// Reads `application/x-www-form-urlencoded` bodies, and queries, whose keys tell lists and objects by brackets.
///
/// `items[0][price]=a&items[1][price]=b` (sorted by index, gaps closed), `items[][price]=a&items[][price]=b` (a key that comes again begins
/// the next element), `expand[]=a&expand[]=b` and `expand=a&expand=b` are all lists. Brackets may be escaped.
public struct FormDecoder: Sendable {
  /// Top-level keys whose members are names even where they look like indexes: `metadata[0]=x`.
  public var objectKeys: Set<String> = ["metadata"]
  /// The most brackets a key may have.
  public var depthLimit = 8
  /// The most pairs a form may have.
  public var pairLimit = 20_000

  /// A decoder with the limits above.
  public init() {}

  /// The object that a form tells; each call is independent of every other.
  public func decode(_ form: some Collection<UInt8>) throws(FormError) -> FormValue {
    let pairs = rawPairs(form)
    guard pairs.count <= pairLimit else { throw .tooManyPairs(limit: pairLimit) }
    var root = FormNode.object()
    for pair in pairs {
      guard let key = percentDecoded(pair.name, plusIsBlank: true) else {
        throw .malformedEscape(key: String(decoding: pair.name, as: UTF8.self))
      }
      guard let value = percentDecoded(pair.value, plusIsBlank: true) else { throw .malformedEscape(key: key) }
      guard root.insert(value, at: try steps(of: key)[...]) else { throw .conflict(key: key) }
    }
    return root.value
  }

  /// The steps of `a[b][0][]`: the name, the member, the index, the next element.
  private func steps(of key: String) throws(FormError) -> [FormStep] {
    let bytes = Array(key.utf8)
    let name = bytes.prefix { $0 != UInt8(ascii: "[") }
    guard !name.isEmpty, !name.contains(UInt8(ascii: "]")) else { throw .malformedKey(key: key) }
    let top = String(decoding: name, as: UTF8.self)
    let namesOnly = objectKeys.contains(top)
    var steps = [FormStep.member(top)]
    var rest = bytes[name.endIndex...]
    while !rest.isEmpty {
      guard rest.first == UInt8(ascii: "["), let end = rest.firstIndex(of: UInt8(ascii: "]")) else {
        throw .malformedKey(key: key)
      }
      let inner = rest[(rest.startIndex + 1)..<end]
      guard !inner.contains(UInt8(ascii: "[")) else { throw .malformedKey(key: key) }
      guard steps.count <= depthLimit else { throw .tooDeep(key: key, limit: depthLimit) }
      steps.append(step(inner, namesOnly: namesOnly))
      rest = rest[(end + 1)...]
    }
    return steps
  }

  private func step(_ inner: ArraySlice<UInt8>, namesOnly: Bool) -> FormStep {
    if inner.isEmpty { return .next }
    let text = String(decoding: inner, as: UTF8.self)
    let isIndex =
      !namesOnly && inner.count <= 9 && inner.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    return isIndex ? .index(Int(text) ?? 0) : .member(text)
  }
}
