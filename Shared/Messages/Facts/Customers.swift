import Accounting

/// `customer.updated`: what is known of a customer, as of now.
public struct CustomerUpdated: Hashable, Sendable {
  /// The customer.
  public var customer: String
  /// The address mail goes to.
  public var email: String?
  /// The name.
  public var name: String?
  /// The country of the address.
  public var country: String?
  /// The state of the address.
  public var state: String?
  /// What the business noted.
  public var metadata: [Metadata]

  init(from reader: inout FactReader) {
    customer = reader.identifier("customer")
    email = reader.optionalText("email")
    name = reader.optionalText("name")
    let address = reader.optionalObject("address") { ($0.optionalText("country"), $0.optionalText("state")) }
    country = address?.0
    state = address?.1
    metadata = reader.metadata()
  }
}

/// `product.updated`: what is known of a product.
public struct ProductUpdated: Hashable, Sendable {
  /// The product.
  public var product: String
  /// Its name.
  public var name: String
  /// What the business noted.
  public var metadata: [Metadata]

  init(from reader: inout FactReader) {
    product = reader.identifier("product")
    name = reader.text("name")
    metadata = reader.metadata()
  }
}

/// `price.updated`: what is known of a price.
public struct PriceUpdated: Hashable, Sendable {
  /// The price.
  public var price: String
  /// The product it is a price of.
  public var product: String
  /// The currency it is in.
  public var currency: Currency
  /// The price of one unit, in minor units.
  public var unitAmount: ExactDecimal?

  init(from reader: inout FactReader) {
    price = reader.identifier("price")
    product = reader.identifier("product")
    currency = reader.currency()
    unitAmount = reader.optionalDecimal("unit_amount")
  }
}
