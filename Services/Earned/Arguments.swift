/// The words after a command's name: options with their values, and what is left.
struct Arguments {
  private var words: [String]

  init(_ words: some Sequence<String>) {
    self.words = Array(words)
  }

  /// The value of an option, written `--name value` or `--name=value`; nil if it is not given.
  mutating func value(of name: String) throws(UsageError) -> String? {
    guard let index = words.firstIndex(where: { $0 == name || $0.hasPrefix(name + "=") }) else { return nil }
    let word = words.remove(at: index)
    if word != name { return String(word.dropFirst(name.count + 1)) }
    guard index < words.count else { throw UsageError(message: "\(name) needs a value.") }
    let value = words.remove(at: index)
    if words.contains(where: { $0 == name || $0.hasPrefix(name + "=") }) {
      throw UsageError(message: "\(name) is given twice.")
    }
    return value
  }

  /// The value of an option that is a number between two bounds.
  mutating func number(of name: String, in bounds: ClosedRange<Int>) throws(UsageError) -> Int? {
    guard let text = try value(of: name) else { return nil }
    guard let number = Int(text), bounds.contains(number) else {
      throw UsageError(message: "\(name) must be a number from \(bounds.lowerBound) to \(bounds.upperBound).")
    }
    return number
  }

  /// Whether an option without a value is given.
  mutating func flag(_ name: String) throws(UsageError) -> Bool {
    guard let index = words.firstIndex(of: name) else { return false }
    words.remove(at: index)
    return true
  }

  /// The next word that is no option.
  mutating func next(_ what: String) throws(UsageError) -> String {
    guard let index = words.firstIndex(where: { !$0.hasPrefix("--") }) else {
      throw UsageError(message: "\(what) is missing.")
    }
    return words.remove(at: index)
  }

  /// What is left: the files. An option that nobody took is an error.
  func files() throws(UsageError) -> [String] {
    if let option = words.first(where: { $0.hasPrefix("-") && $0 != "-" }) {
      throw UsageError(message: "there is no option \(option.prefix { $0 != "=" }).")
    }
    return words
  }
}
