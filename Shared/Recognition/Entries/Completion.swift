import Accounting
import Messages

/// Completes what was told once with what is told again: members that were absent are filled in, members that are there must
/// be the same.
struct Completion {
  /// Whether nothing told again contradicts what was told.
  private(set) var isConsistent = true

  /// A member that is always there.
  mutating func same<Value: Equatable>(_ mine: Value, _ other: Value) {
    if mine != other { isConsistent = false }
  }

  /// A member that may be absent.
  mutating func fill<Value: Equatable>(_ mine: inout Value?, _ other: Value?) {
    if mine == nil { mine = other } else if let other, mine != other { isConsistent = false }
  }

  /// A list that may be absent.
  mutating func fill<Value: Equatable>(_ mine: inout [Value], _ other: [Value]) {
    if mine.isEmpty { mine = other } else if !other.isEmpty, mine != other { isConsistent = false }
  }

  /// An amount that is zero where it is absent.
  mutating func fill(_ mine: inout Int64, _ other: Int64) {
    if mine == 0 { mine = other } else if other != 0, mine != other { isConsistent = false }
  }

  /// The fact completed by another telling of it; nil if the two contradict each other.
  static func complete(_ fact: Fact, with other: Fact) -> Fact? {
    if fact == other { return fact }
    var completion = Completion()
    let result: Fact
    switch (fact, other) {
    case (.invoiceFinalized(var mine), .invoiceFinalized(let other)):
      completion.complete(&mine, with: other)
      result = .invoiceFinalized(mine)
    case (.invoiceItemCreated(var mine), .invoiceItemCreated(let other)):
      completion.complete(&mine, with: other)
      result = .invoiceItemCreated(mine)
    case (.chargeSucceeded(var mine), .chargeSucceeded(let other)):
      completion.complete(&mine, with: other)
      result = .chargeSucceeded(mine)
    case (.chargePending(var mine), .chargePending(let other)):
      completion.complete(&mine, with: other)
      result = .chargePending(mine)
    case (.chargeFailed(var mine), .chargeFailed(let other)):
      completion.complete(&mine, with: other)
      result = .chargeFailed(mine)
    case (.refundCreated(var mine), .refundCreated(let other)):
      completion.complete(&mine, with: other)
      result = .refundCreated(mine)
    case (.refundFailed(var mine), .refundFailed(let other)):
      completion.complete(&mine, with: other)
      result = .refundFailed(mine)
    case (.disputeCreated(var mine), .disputeCreated(let other)):
      completion.complete(&mine, with: other)
      result = .disputeCreated(mine)
    case (.disputeWon(var mine), .disputeWon(let other)):
      completion.complete(&mine, with: other)
      result = .disputeWon(mine)
    case (.disputeLost(var mine), .disputeLost(let other)):
      completion.complete(&mine, with: other)
      result = .disputeLost(mine)
    case (.creditNoteIssued(var mine), .creditNoteIssued(let other)):
      completion.complete(&mine, with: other)
      result = .creditNoteIssued(mine)
    case (.creditGrantGranted(var mine), .creditGrantGranted(let other)):
      completion.complete(&mine, with: other)
      result = .creditGrantGranted(mine)
    case (.creditGrantExpired(var mine), .creditGrantExpired(let other)):
      completion.complete(&mine, with: other)
      result = .creditGrantExpired(mine)
    case (.creditGrantVoided(var mine), .creditGrantVoided(let other)):
      completion.complete(&mine, with: other)
      result = .creditGrantVoided(mine)
    case (.transferCreated(var mine), .transferCreated(let other)):
      completion.complete(&mine, with: other)
      result = .transferCreated(mine)
    case (.externalTransactionRecorded(var mine), .externalTransactionRecorded(let other)):
      completion.complete(&mine, with: other)
      result = .externalTransactionRecorded(mine)
    case (.obligationFulfilled(var mine), .obligationFulfilled(let other)):
      completion.complete(&mine, with: other)
      result = .obligationFulfilled(mine)
    case (.contractCreated(var mine), .contractCreated(let other)):
      completion.complete(&mine, with: other)
      result = .contractCreated(mine)
    case (.contractVoided(var mine), .contractVoided(let other)):
      completion.fill(&mine.voidedAt, other.voidedAt)
      result = .contractVoided(mine)
    case (.journalEntryRecorded(var mine), .journalEntryRecorded(let other)):
      completion.complete(&mine, with: other)
      result = .journalEntryRecorded(mine)
    default:
      return nil
    }
    return completion.isConsistent ? result : nil
  }
}
