import JSON

/// The facts of one account, and the books that the command makes of them.
public struct Story: Sendable {
  /// Whose facts they are.
  public let account: String
  /// The facts, in order, as full envelopes.
  public let facts: [String]
  /// The books.
  public let books: Tally

  /// The facts of a made-up business.
  public init(account: String, customers: Int, seed: Int) throws {
    let lines = try run(
      Surroundings.executable("earned"), ["generate", "--customers", "\(customers)", "--seed", "\(seed)"])
    try self.init(
      account: account,
      lines: lines.split(separator: "\n").map(String.init).filter { !$0.contains(#""usage.recorded""#) })
  }

  /// These facts, in the command's short form.
  public init(account: String, lines: [String]) throws {
    self.account = account
    facts = lines.map { #"{"specversion":"1.0","source":"test","# + $0.dropFirst() }
    books = try Tally(
      entries: run(Surroundings.executable("earned"), ["entries"], input: facts.joined(separator: "\n")))
  }

  /// Some accounts, which together fill several lanes.
  public static func several(_ count: Int, customers: Int) throws -> [Story] {
    try (1...count).map { try Story(account: "acct_\($0)", customers: customers, seed: $0) }
  }
}
