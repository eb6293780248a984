import Messages
import Recognition
import Reports

extension ConfigurationNotes {
  /// What the facts have configured, beside what they add up to.
  public init(_ facts: some Sequence<BookFact>, _ configuration: Configuration) {
    self.init(
      versions: facts.filter { Configuration.types.contains($0.fact.type) }.map { fact in
        Version(kind: String(fact.fact.type.rawValue.prefix { $0 != "." }), fact: fact.id)
      },
      closedThrough: configuration.closedThrough, mapsAccounts: !configuration.mappings.isEmpty)
  }
}
