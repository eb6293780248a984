import Accounting
import Messages

/// How the events of meters become quantities, as last told: what a known meter says beats what an item says.
public struct Meters: Sendable {
  private struct Version: Sendable {
    let time: Instant
    let id: String
    let aggregate: Aggregate
  }

  private var versions: [String: Version] = [:]

  /// Takes a version in: the latest by time counts.
  mutating func apply(_ data: MeterUpdated, _ fact: BookFact) {
    if let known = versions[data.meter], (known.time, known.id) > (fact.time, fact.id) { return }
    versions[data.meter] = Version(time: fact.time, id: fact.id, aggregate: data.aggregate)
  }

  /// The item with its meter's aggregate.
  func counted(_ item: SubscriptionItemDefined) -> SubscriptionItemDefined {
    guard let aggregate = item.meter.flatMap({ versions[$0]?.aggregate }) else { return item }
    var item = item
    item.aggregate = aggregate
    return item
  }
}
