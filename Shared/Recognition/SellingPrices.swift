import Accounting
import Messages

/// What the parts of bundles cost by themselves, as of now.
public struct SellingPrices: Hashable, Sendable {
  private struct Version: Hashable {
    let time: Instant
    let id: String
    let data: StandaloneSellingPriceSet?
  }

  private var versions: [String: Version] = [:]

  /// Takes a fact in: the latest by time counts.
  mutating func apply(_ bundle: String, _ data: StandaloneSellingPriceSet?, _ fact: BookFact) {
    if let known = versions[bundle], (known.time, known.id) > (fact.time, fact.id) { return }
    versions[bundle] = Version(time: fact.time, id: fact.id, data: data)
  }

  /// The parts of a bundle sold at a moment; nil if the product is none.
  func components(of product: String?, at moment: Instant) -> [StandaloneSellingPriceSet.Component]? {
    guard let product, let data = versions[product]?.data, data.effective.holds(moment) else { return nil }
    return data.components
  }
}
