import Messages

/// What a record of usage is told of: an item, or a meter and the customer who used what it measures.
public enum UsageSource: Hashable, Sendable {
  /// The item.
  case item(String)
  /// A meter's events of a customer: usage of every item that is priced by the meter for that customer.
  case meter(String, customer: String)

  /// What a record is told of.
  public init(of data: UsageRecorded) {
    if let item = data.subscriptionItem {
      self = .item(item)
    } else {
      guard let meter = data.meter, let customer = data.customer else {
        preconditionFailure("a record of usage is read only if it names an item, or a meter and a customer")
      }
      self = .meter(meter, customer: customer)
    }
  }

  /// The events that are an item's usage by its definition, beside records told of the item itself; nil: there are none.
  public init?(meterOf data: SubscriptionItemDefined) {
    guard let meter = data.meter else { return nil }
    self = .meter(meter, customer: data.customer)
  }
}
