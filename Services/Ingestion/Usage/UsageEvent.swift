import Accounting
import Crypto
import Messages

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

  static let meterUnsupported = UsageResult.refused(
    code: "unsupported_member", param: "data.meter",
    message: "Usage of a meter is not assigned to items yet. Name the 'subscription_item' instead.")

  static let unitAmountUnsupported = UsageResult.refused(
    code: "unsupported_member", param: "data.unit_amount",
    message: "A price of a single record is not known yet. Usage is priced by its item.")

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

/// A slice of an item's time.
struct UsageSlice: Hashable, Comparable, Sendable {
  let item: UsageItemKey
  let from: Instant
  let to: Instant

  static func < (left: UsageSlice, right: UsageSlice) -> Bool {
    left.item == right.item ? left.from < right.from : left.item < right.item
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

extension LedgerID {
  fileprivate static func < (left: LedgerID, right: LedgerID) -> Bool {
    left.account == right.account ? !left.livemode && right.livemode : left.account < right.account
  }
}
