import Accounting
import Messages

/// The mappings of an account's chart to its general ledger, as of now.
public struct AccountMappings: Sendable {
  private struct Version {
    let mapping: String
    let data: AccountMappingSet?
  }

  /// Every version told, by time.
  private var versions: [Dated<Version>] = []
  /// The mappings in force, those with a condition before those without, then by id.
  public private(set) var inOrder: [AccountMappingSet] = []
  /// Versions that are refused, by envelope id: of two that overlap, the one that was in force first stays.
  private(set) var refusals: [String: Refusal] = [:]

  /// No mappings.
  public init() {}

  /// Whether nothing is mapped.
  public var isEmpty: Bool { inOrder.isEmpty }

  /// Takes a fact in. Two mappings of one account and condition may not be in force at one time; which of them is refused is
  /// decided by when they were set, not by when they were told.
  mutating func apply(_ fact: BookFact) throws(Refusal) {
    switch fact.fact {
    case .accountMappingSet(let data):
      versions.insert(Dated(time: fact.time, id: fact.id, value: Version(mapping: data.mapping, data: data)))
    case .accountMappingDeleted(let data):
      versions.insert(Dated(time: fact.time, id: fact.id, value: Version(mapping: data.mapping, data: nil)))
    default:
      return
    }
    fold()
    if let refusal = refusals[fact.id] { throw refusal }
  }

  private mutating func fold() {
    var inForce: [String: AccountMappingSet] = [:]
    refusals = [:]
    for version in versions {
      if let new = version.value.data,
        let other = inForce.values.filter({ $0.mapping != new.mapping && $0.overlaps(new) }).map(\.mapping).min()
      {
        refusals[version.id] = .mappingConflict(with: other)
        continue
      }
      inForce[version.value.mapping] = version.value.data
    }
    inOrder = inForce.values.sorted {
      ($0.attribute == nil ? 1 : 0, $0.mapping) < ($1.attribute == nil ? 1 : 0, $1.mapping)
    }
  }
}

extension AccountMappingSet {
  /// Whether both map one account under one condition at some moment.
  fileprivate func overlaps(_ other: AccountMappingSet) -> Bool {
    guard account == other.account, attribute == other.attribute, value == other.value else { return false }
    let startsInTime = other.effective.to.map { (effective.from ?? .distantPast) < $0 } ?? true
    let endsLateEnough = effective.to.map { (other.effective.from ?? .distantPast) < $0 } ?? true
    return startsInTime && endsLateEnough
  }
}

extension Fact {
  /// Whether it sets or deletes a mapping.
  var isOfMappings: Bool {
    switch self {
    case .accountMappingSet, .accountMappingDeleted: true
    default: false
    }
  }
}
