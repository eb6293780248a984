import Accounting
import JSON

/// What one fact, or one change of rules or settings, did to one book: all its entries, and what has become of facts by it.
public struct Posting: Sendable {
  /// The fact whose arrival made the posting.
  public var fact: FactReference
  /// The entries, each for one or more consecutive periods.
  public var entries: [PostedEntry]
  /// The facts whose outcome this settles or changes.
  public var outcomes: [Outcome]
  /// The transaction that the fact made, if it made one.
  public var transaction: BookedTransaction?
  /// The data of the fact, as JSON and as far as reports need them; nil for most facts, of which they need none.
  public var told: [UInt8]?
  /// What other versions of rules treat than before.
  public var treated: [TreatedVersion]
  /// Where the book stands beside its entries, as JSON and as far as reports need it; nil for most books.
  public var standings: [UInt8]?

  /// A version of a rule, and what it treats from this posting on.
  public struct TreatedVersion: Hashable, Sendable {
    /// What is treated, by kind and id: `line:il_1`.
    public var target: String
    /// The rule; nil where none treats it any more.
    public var rule: String?
    /// The id of the envelope that set it.
    public var version: String?

    /// That version.
    public init(target: String, rule: String?, version: String?) {
      self.target = target
      self.rule = rule
      self.version = version
    }
  }

  /// Which fact it was.
  public struct FactReference: Hashable, Sendable {
    /// Its type.
    public var type: String
    /// Who told it.
    public var source: String
    /// The id of its delivery.
    public var id: String
    /// Its number in its lane of `earned.facts`.
    public var sequence: Int64

    /// That fact.
    public init(type: String, source: String, id: String, sequence: Int64) {
      self.type = type
      self.source = source
      self.id = id
      self.sequence = sequence
    }
  }

  /// A posting.
  public init(
    fact: FactReference, entries: [PostedEntry], outcomes: [Outcome], transaction: BookedTransaction? = nil,
    told: [UInt8]? = nil, treated: [TreatedVersion] = [], standings: [UInt8]? = nil
  ) {
    self.fact = fact
    self.entries = entries
    self.outcomes = outcomes
    self.transaction = transaction
    self.told = told
    self.treated = treated
    self.standings = standings
  }

  /// The data of the message. The calendar names the periods.
  public func data(calendar: Calendar) -> [UInt8] {
    var writer = JSONWriter(capacity: 256 + entries.count * 320)
    writer.object {
      $0.member("fact", object: fact.write)
      if !entries.isEmpty {
        $0.member("entries", array: { list in for entry in entries { entry.write(to: &list, calendar: calendar) } })
      }
      if !outcomes.isEmpty {
        $0.member("outcomes", array: { list in for outcome in outcomes { outcome.write(to: &list) } })
      }
      if let transaction { $0.member("transaction", object: transaction.write) }
      if let told { $0.member("told", raw: told) }
      if !treated.isEmpty {
        $0.member("treated", array: { list in for one in treated { one.write(to: &list) } })
      }
      if let standings { $0.member("standings", raw: standings) }
    }
    return writer.bytes
  }

  /// Reads the data of such a message. What is missing or not as it must be is an error that names it.
  public init(_ data: JSONValue, calendar: Calendar) throws(FactError) {
    var reader = FactReader(data)
    fact = reader.object("fact") { FactReference(from: &$0) } ?? .none
    entries = reader.optionalList("entries") { PostedEntry(from: &$0, calendar: calendar) }
    outcomes = reader.optionalList("outcomes") { Outcome(from: &$0) }
    transaction = reader.optionalObject("transaction") { BookedTransaction(from: &$0) }
    told = reader.member("told")?.canonical
    treated = reader.optionalList("treated") { TreatedVersion(from: &$0) }
    standings = reader.member("standings")?.canonical
    if let problem = reader.problems.first { throw problem }
  }
}

extension Posting {
  /// Reads the outcomes alone, for those who do not look at entries.
  public static func outcomes(_ data: JSONValue) throws(FactError) -> [Outcome] {
    var reader = FactReader(data)
    let outcomes = reader.optionalList("outcomes") { Outcome(from: &$0) }
    if let problem = reader.problems.first { throw problem }
    return outcomes
  }
}

extension Posting.TreatedVersion {
  func write(to writer: inout JSONWriter) {
    writer.object {
      $0.member("target", target)
      $0.member("rule", rule)
      $0.member("version", version)
    }
  }

  init(from reader: inout FactReader) {
    target = reader.text("target")
    rule = reader.optionalText("rule")
    version = reader.optionalText("version")
  }
}

extension Posting.FactReference {
  /// Stands for a reference that could not be read; the reader has reported why.
  static let none = Posting.FactReference(type: "", source: "", id: "", sequence: 0)

  func write(to writer: inout JSONWriter) {
    writer.member("type", type)
    writer.member("source", source)
    writer.member("id", id)
    writer.member("sequence", sequence)
  }

  init(from reader: inout FactReader) {
    type = reader.text("type")
    source = reader.text("source")
    id = reader.text("id")
    sequence = reader.count("sequence", in: 0...Int64.max)
  }
}
