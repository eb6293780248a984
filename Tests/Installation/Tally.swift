import JSON

/// A journal summed up: what must be the same however the entries were made.
public struct Tally: Equatable, Sendable {
  /// What an amount belongs to.
  public struct Key: Hashable, Comparable, CustomStringConvertible, Sendable {
    let period: String
    let debit: String
    let credit: String
    let currency: String
    let transaction: String
    let line: String

    /// The key in words.
    public var description: String { "\(period) \(debit)/\(credit) \(currency) \(transaction) \(line)" }

    /// By their words.
    public static func < (left: Key, right: Key) -> Bool { left.description < right.description }
  }

  /// The sums that are not zero. An amount booked the other way round counts as negative.
  public private(set) var sums: [Key: Int64] = [:]

  /// The sums of entries as JSON Lines.
  public init(entries: String) throws {
    for line in entries.split(separator: "\n") {
      let entry = try JSONDocument(parsing: Array(line.utf8)).root
      func text(_ name: String) -> String { entry[name]?.string ?? "" }
      guard let amount = entry["amount"]?.integer else { throw TestFailure("No amount: \(line)") }
      let isReversed = text("debit") > text("credit")
      let key = Key(
        period: text("period"), debit: text(isReversed ? "credit" : "debit"),
        credit: text(isReversed ? "debit" : "credit"), currency: text("currency"), transaction: text("transaction"),
        line: text("line"))
      sums[key, default: 0] += isReversed ? -amount : amount
    }
    sums = sums.filter { $0.value != 0 }
  }

  /// The first few sums in which another tally differs, for people.
  public func differences(from other: Tally) -> String {
    let keys = Set(sums.keys).union(other.sums.keys).filter { sums[$0] != other.sums[$0] }.sorted()
    let lines = keys.prefix(8).map { "\($0): \(sums[$0] ?? 0) instead of \(other.sums[$0] ?? 0)" }
    return "\(keys.count) sums differ.\n" + lines.joined(separator: "\n")
  }
}
