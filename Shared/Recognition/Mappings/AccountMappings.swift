import Accounting
import Messages

/// The mappings of an account's chart to its general ledger, as of now.
public struct AccountMappings: Sendable {
  private var versions: [String: Dated<AccountMappingSet?>] = [:]
  /// The mappings in force, those with a condition before those without, then by id.
  private(set) var inOrder: [AccountMappingSet] = []

  /// No mappings.
  public init() {}

  /// Whether nothing is mapped.
  public var isEmpty: Bool { inOrder.isEmpty }

  /// Takes a fact in. Two mappings of one account and condition may not be in force at one time.
  mutating func apply(_ fact: BookFact) throws(Refusal) {
    switch fact.fact {
    case .accountMappingSet(let data):
      try take(Dated(time: fact.time, id: fact.id, value: data), of: data.mapping)
    case .accountMappingDeleted(let data):
      try take(Dated(time: fact.time, id: fact.id, value: nil), of: data.mapping)
    default:
      break
    }
  }

  private mutating func take(_ version: Dated<AccountMappingSet?>, of mapping: String) throws(Refusal) {
    if let known = versions[mapping], version.precedes(known) { return }
    if let new = version.value, let other = inOrder.first(where: { $0.mapping != mapping && $0.overlaps(new) }) {
      throw .mappingConflict(with: other.mapping)
    }
    versions[mapping] = version
    inOrder = versions.values.compactMap(\.value)
    inOrder.sort { ($0.attribute == nil ? 1 : 0, $0.mapping) < ($1.attribute == nil ? 1 : 0, $1.mapping) }
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
