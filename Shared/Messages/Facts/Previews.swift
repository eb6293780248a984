import Accounting
import JSON

/// Changes of the configuration that are only looked at: what they would post is computed, and nothing is posted.
public struct PreviewRequested: Hashable, Sendable {
  /// A change, as the fact that would tell it.
  public struct Change: Hashable, Sendable {
    /// When it would be told; nil: with the preview.
    public var time: Instant?
    /// What would be told.
    public var fact: Fact
  }

  /// The preview's id.
  public var preview: String
  /// The changes, in the order in which they would be told.
  public var changes: [Change]

  init(from reader: inout FactReader) {
    preview = reader.identifier("preview")
    changes = reader.list("changes") { Self.change(from: &$0) }.compactMap(\.self)
  }

  private static func change(from reader: inout FactReader) -> Change? {
    guard let type = reader.choice("type", FactType.self) else { return nil }
    guard type.isConfiguration else {
      reader.report(
        "parameter_invalid_enum", "type", "'\(reader.prefix)type' is \(type.rawValue), which configures nothing.")
      return nil
    }
    let time = reader.optionalInstant("time")
    return reader.object("data") { Fact.read(type, from: &$0) }.map { Change(time: time, fact: $0) }
  }
}

extension FactType {
  /// Whether facts of the type say how books are to be kept.
  public var isConfiguration: Bool {
    switch self {
    case .settingsChanged, .ruleSet, .ruleDeleted, .rulesOrdered, .standaloneSellingPriceSet,
      .standaloneSellingPriceDeleted, .accountMappingSet, .accountMappingDeleted, .exchangeRatePublished:
      true
    default: false
    }
  }
}
