import Accounting

/// `subscription.updated`: what is known of a subscription.
public struct SubscriptionUpdated: Hashable, Sendable {
  /// The subscription.
  public var subscription: String
  /// Who subscribed.
  public var customer: String
  /// The schedule that steers it.
  public var schedule: String?
  /// The billing period that runs.
  public var currentPeriod: ServicePeriod?

  init(from reader: inout FactReader) {
    subscription = reader.identifier("subscription")
    customer = reader.identifier("customer")
    schedule = reader.optionalIdentifier("schedule")
    currentPeriod = reader.optionalPeriod("current_period")
  }
}

/// `subscription_schedule.updated`: what is known of a schedule of subscriptions.
public struct SubscriptionScheduleUpdated: Hashable, Sendable {
  /// A stretch of the schedule.
  public struct Phase: Hashable, Sendable {
    /// Its first moment.
    public var start: Instant
    /// The first moment after it.
    public var end: Instant
    /// What is billed in it.
    public var amount: Int64?
  }

  /// The schedule.
  public var schedule: String
  /// The subscription it steers.
  public var subscription: String?
  /// Its state, as its system says.
  public var status: String
  /// Its stretches.
  public var phases: [Phase]

  init(from reader: inout FactReader) {
    schedule = reader.identifier("schedule")
    subscription = reader.optionalIdentifier("subscription")
    status = reader.text("status")
    phases = reader.list("phases") {
      Phase(start: $0.instant("start"), end: $0.instant("end"), amount: $0.optionalAmount("amount"))
    }
  }
}
