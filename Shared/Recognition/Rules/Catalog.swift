import Messages

/// Customers, products and prices as last known.
public struct Catalog: Sendable {
  private var customers: [String: Dated<CustomerUpdated>] = [:]
  private var products: [String: Dated<ProductUpdated>] = [:]
  private var prices: [String: Dated<PriceUpdated>] = [:]
  private var pricesOfProduct: [String: Set<String>] = [:]

  /// Nothing known.
  public init() {}

  /// The customer, if known.
  public func customer(_ id: String) -> CustomerUpdated? { customers[id]?.value }
  /// The product, if known.
  public func product(_ id: String) -> ProductUpdated? { products[id]?.value }
  /// The price, if known.
  public func price(_ id: String) -> PriceUpdated? { prices[id]?.value }

  /// The prices that a product has now.
  public func prices(of product: String) -> Set<String> { pricesOfProduct[product] ?? [] }

  /// What a fact changed in the catalog.
  public enum Change: Hashable, Sendable {
    case customer(String)
    case product(String)
    case price(String)
  }

  /// Takes a fact in; nil if it is not about the catalog, or older than what is known.
  public mutating func apply(_ fact: BookFact) -> Change? {
    switch fact.fact {
    case .customerUpdated(let data):
      let version = Dated(time: fact.time, id: fact.id, value: data)
      guard Self.take(version, into: &customers[data.customer]) else { return nil }
      return .customer(data.customer)
    case .productUpdated(let data):
      let version = Dated(time: fact.time, id: fact.id, value: data)
      guard Self.take(version, into: &products[data.product]) else { return nil }
      return .product(data.product)
    case .priceUpdated(let data):
      let version = Dated(time: fact.time, id: fact.id, value: data)
      let before = prices[data.price]?.value.product
      guard Self.take(version, into: &prices[data.price]) else { return nil }
      if let before { pricesOfProduct[before]?.remove(data.price) }
      pricesOfProduct[data.product, default: []].insert(data.price)
      return .price(data.price)
    default:
      return nil
    }
  }

  private static func take<Value>(_ version: Dated<Value>, into place: inout Dated<Value>?) -> Bool {
    if let known = place, version.precedes(known) { return false }
    place = version
    return true
  }
}
