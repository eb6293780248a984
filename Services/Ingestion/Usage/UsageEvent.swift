import Accounting
import Messages
import Recognition

/// A record of usage or a cancellation of one, as it was told.
struct UsageEvent: Sendable {
  /// What was told.
  enum Told: Sendable {
    case recorded(UsageRecorded)
    case cancelled(UsageCancelled)
  }

  /// Whose usage it is.
  let ledger: LedgerID
  /// Who told it, and under which id.
  let source: String
  let id: String
  /// When it happened.
  let time: Instant
  let told: Told
  /// The hash of type, time and canonical data: what the same delivery must say if it is told again.
  let digest: [UInt8]

  init(ledger: LedgerID, source: String, id: String, time: Instant, told: Told, digest: [UInt8]) {
    self.ledger = ledger
    self.source = source
    self.id = id
    self.time = time
    self.told = told
    self.digest = digest
  }

  /// The record that is told of or cancelled.
  var usage: String {
    switch told {
    case .recorded(let data): data.usage
    case .cancelled(let data): data.usage
    }
  }
}

/// What has become of a record of usage or of a cancellation.
enum UsageResult: Hashable, Sendable {
  /// It is new, and counts.
  case accepted
  /// It was told before, and has been counted once.
  case duplicate
  /// It is not counted.
  case refused(code: String, param: String?, message: String)

  static func conflict(with usage: String) -> UsageResult {
    .refused(
      code: "conflict", param: "data.usage",
      message: "\(usage) was told before with other values. What happens once cannot be told differently.")
  }

  static let amountTooLarge = UsageResult.refused(
    code: "amount_too_large", param: "data.quantity",
    message: "The usage of one day would add up to more than ±\(FactLimits.amountMinorUnits).")
}

/// An item within its books.
struct UsageItemKey: Hashable, Comparable, Sendable {
  let ledger: LedgerID
  let item: String

  /// In the order in which rows are locked, everywhere.
  static func < (left: UsageItemKey, right: UsageItemKey) -> Bool {
    left.ledger == right.ledger ? left.item < right.item : left.ledger < right.ledger
  }
}

/// What records are told of, within their books.
struct UsageSourceKey: Hashable, Comparable, Sendable {
  let ledger: LedgerID
  let source: UsageSource

  /// The item that is named; empty for a meter.
  var item: String { if case .item(let item) = source { item } else { "" } }
  /// The meter that is named; empty for an item.
  var meter: String { if case .meter(let meter, _) = source { meter } else { "" } }
  /// Whose events of the meter; empty for an item.
  var customer: String { if case .meter(_, let customer) = source { customer } else { "" } }

  init(ledger: LedgerID, source: UsageSource) {
    self.ledger = ledger
    self.source = source
  }

  /// What a stored record is told of.
  init(ledger: LedgerID, item: String, meter: String, customer: String) {
    self.init(ledger: ledger, source: meter.isEmpty ? .item(item) : .meter(meter, customer: customer))
  }

  /// In the order in which rows are locked, everywhere.
  static func < (left: UsageSourceKey, right: UsageSourceKey) -> Bool {
    left.ledger == right.ledger
      ? (left.item, left.meter, left.customer) < (right.item, right.meter, right.customer)
      : left.ledger < right.ledger
  }
}

/// A slice of an item's time.
struct UsageSlice: Hashable, Comparable, Sendable {
  let item: UsageItemKey
  let time: UsageSlicing.Slice

  static func < (left: UsageSlice, right: UsageSlice) -> Bool {
    left.item == right.item ? left.time < right.time : left.item < right.item
  }
}

/// What is counted together: an item's records of one price in a slice.
struct UsageTotalKey: Hashable, Comparable, Sendable {
  let slice: UsageSlice
  let price: UsagePrice

  static func < (left: UsageTotalKey, right: UsageTotalKey) -> Bool {
    left.slice == right.slice ? left.price < right.price : left.slice < right.slice
  }
}

extension UsagePrice {
  /// The price as it is stored: empty for the item's.
  var text: String { unitAmount?.text ?? "" }

  /// A price as it was stored.
  init(stored text: String) {
    self.init(text.isEmpty ? nil : ExactDecimal(text))
  }
}

/// A record within its books.
struct UsageKey: Hashable, Comparable, Sendable {
  let ledger: LedgerID
  let usage: String

  static func < (left: UsageKey, right: UsageKey) -> Bool {
    left.ledger == right.ledger ? left.usage < right.usage : left.ledger < right.ledger
  }
}
