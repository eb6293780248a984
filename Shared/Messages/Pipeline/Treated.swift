import Accounting
import JSON

/// What RuleEvaluation says of one line, item or payment: which rule treats it now.
public struct Treated: Hashable, Sendable {
  /// What is treated, by kind and id: `line:il_1`.
  public var target: String
  /// The rule that treats it; nil where none does any more.
  public var rule: TreatedBy?

  /// A rule as it treats something.
  public struct TreatedBy: Hashable, Sendable {
    /// The rule's id.
    public var rule: String
    /// The id of the envelope that set it, so that a figure can be traced to the words of its day.
    public var version: String
    /// Its name.
    public var name: String
    /// What it does.
    public var treatments: [Treatment]

    /// That rule.
    public init(rule: String, version: String, name: String, treatments: [Treatment]) {
      self.rule = rule
      self.version = version
      self.name = name
      self.treatments = treatments
    }
  }

  /// A target and its rule.
  public init(target: String, rule: TreatedBy?) {
    self.target = target
    self.rule = rule
  }

  func write(to writer: inout JSONWriter) {
    writer.object {
      $0.member("target", target)
      guard let rule else { return }
      $0.member("rule", object: rule.write)
    }
  }

  init(from reader: inout FactReader) {
    target = reader.text("target")
    rule = reader.optionalObject("rule") { TreatedBy(from: &$0) }
  }
}

extension Treated.TreatedBy {
  /// Writes the members of the rule.
  public func write(to writer: inout JSONWriter) {
    writer.member("rule", rule)
    writer.member("version", version)
    writer.member("name", name)
    writer.member(
      "treatments",
      array: { list in
        for treatment in treatments { treatment.write(to: &list) }
      })
  }

  init(from reader: inout FactReader) {
    rule = reader.text("rule")
    version = reader.text("version")
    name = reader.text("name")
    treatments = reader.list("treatments") { Treatment(from: &$0) }
  }

  /// Reads a rule that `write` has written.
  public init(_ value: JSONValue) throws(FactError) {
    var reader = FactReader(value)
    self.init(from: &reader)
    if let problem = reader.problems.first { throw problem }
  }
}

extension Treatment {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object {
      switch action {
      case .amortizeLinePeriod: $0.member("type", Kind.amortizeLinePeriod.rawValue)
      case .amortizeCustomPeriod(let from, let offset, let over):
        $0.member("type", Kind.amortizeCustomPeriod.rawValue)
        $0.member("from", from.rawValue)
        $0.member("offset", object: offset.write)
        $0.member("over", object: over.write)
      case .deferUntil(let moment):
        $0.member("type", Kind.deferUntil.rawValue)
        $0.member("at", moment.rfc3339)
      case .deferUntilFulfilled(let fallback):
        $0.member("type", Kind.deferUntilFulfilled.rawValue)
        $0.member("fallback", object: fallback.write)
      case .passthroughFees: $0.member("type", Kind.passthroughFees.rawValue)
      case .tax: $0.member("type", Kind.tax.rawValue)
      case .exclude: $0.member("type", Kind.exclude.rawValue)
      }
      $0.member("allocation_percent", percent.text)
    }
  }
}

extension Duration {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.member("count", count)
    writer.member("unit", unit.rawValue)
  }
}
