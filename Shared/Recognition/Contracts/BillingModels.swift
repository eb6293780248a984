import Accounting
import Messages

/// What bills which contract: models that were named, and how subscriptions and schedules hang together.
struct BillingModels {
  private struct Change {
    let contract: Int
    let moment: Instant
    let isAdded: Bool
  }

  private var changes: [BillingModel: [Change]] = [:]
  private var subscriptions: [String: (time: Instant, id: String, schedule: String?)] = [:]
  private var schedules: [String: (time: Instant, id: String, data: SubscriptionScheduleUpdated)] = [:]

  var isEmpty: Bool { changes.isEmpty }

  /// A model bills a contract from now on, and what it billed before; or bills it no more. In order of time.
  mutating func change(_ model: BillingModel, of contract: Int, at moment: Instant, isAdded: Bool) {
    changes[model, default: []].append(Change(contract: contract, moment: moment, isAdded: isAdded))
  }

  mutating func take(_ data: SubscriptionUpdated, _ fact: BookFact) {
    if let known = subscriptions[data.subscription], (known.time, known.id) > (fact.time, fact.id) { return }
    subscriptions[data.subscription] = (fact.time, fact.id, data.schedule)
  }

  mutating func take(_ data: SubscriptionScheduleUpdated, _ fact: BookFact) {
    if let known = schedules[data.schedule], (known.time, known.id) > (fact.time, fact.id) { return }
    schedules[data.schedule] = (fact.time, fact.id, data)
  }

  /// The contract that an invoice belongs to: by itself, by its subscription, by that subscription's schedule.
  func contract(invoice: String, subscription: String?, at moment: Instant) -> Int? {
    guard !changes.isEmpty else { return nil }
    if let found = contract(.invoice, invoice, moment) { return found }
    guard let subscription else { return nil }
    if let found = contract(.subscription, subscription, moment) { return found }
    return schedules(of: subscription).lazy.compactMap { contract(.subscriptionSchedule, $0, moment) }.first
  }

  /// The contract that a payment belongs to.
  func contract(charge: String, at moment: Instant) -> Int? {
    changes.isEmpty ? nil : contract(.charge, charge, moment)
  }

  /// When models were removed, earliest first.
  var removals: [Instant] {
    Set(changes.values.joined().filter { !$0.isAdded }.map(\.moment)).sorted()
  }

  /// The schedules that bill a contract at a moment, as last told: by themselves, or by their subscription.
  func schedules(of contract: Int, at moment: Instant) -> [SubscriptionScheduleUpdated] {
    var names: Set<String> = []
    for model in changes.keys where self.contract(model.kind, model.id, moment) == contract {
      switch model.kind {
      case .subscriptionSchedule: names.insert(model.id)
      case .subscription: names.formUnion(schedules(of: model.id))
      case .invoice, .charge: break
      }
    }
    return names.sorted().compactMap { schedules[$0]?.data }
  }

  private func schedules(of subscription: String) -> [String] {
    var names = Set(schedules.filter { $0.value.data.subscription == subscription }.map(\.key))
    if let schedule = subscriptions[subscription]?.schedule { names.insert(schedule) }
    return names.sorted()
  }

  /// A model that was removed counts until then; one that was added counts for all it ever billed.
  private func contract(_ kind: BillingModel.Kind, _ id: String, _ moment: Instant) -> Int? {
    var last: [Int: Change] = [:]
    for change in changes[BillingModel(kind: kind, id: id)] ?? [] { last[change.contract] = change }
    return last.values.filter { $0.isAdded || moment < $0.moment }.map(\.contract).min()
  }
}
