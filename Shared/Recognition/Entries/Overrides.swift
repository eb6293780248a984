import Accounting
import Messages

/// What was told from outside about when transactions are recognized: of each transaction and split the latest by time.
struct Overrides {
  private struct Key: Hashable {
    let source: String
    let split: String?
  }

  private struct Version {
    let time: Instant
    let id: String
    let data: RecognitionOverridden
    let isRestored: Bool
  }

  private var versions: [String: [Key: Version]] = [:]

  mutating func take(_ data: RecognitionOverridden, _ fact: BookFact, isRestored: Bool) {
    let key = Key(source: data.source, split: data.split)
    if let known = versions[data.transaction]?[key], (known.time, known.id) > (fact.time, fact.id) { return }
    versions[data.transaction, default: [:]][key] = Version(
      time: fact.time, id: fact.id, data: data, isRestored: isRestored)
  }

  /// What is in force for a transaction, in order of time; of this source if one is named.
  func inForce(_ transaction: String, source: String? = nil) -> [RecognitionOverridden] {
    guard let found = versions[transaction] else { return [] }
    return found.values.filter { !$0.isRestored && (source == nil || $0.data.source == source) }
      .sorted { ($0.time, $0.id) < ($1.time, $1.id) }.map(\.data)
  }

  /// The period told for a line of an invoice: by the line's id, else for the whole invoice.
  func period(ofLine line: String, of invoice: String) -> ServicePeriod? {
    guard !versions.isEmpty else { return nil }
    let direct = inForce(line).last { $0.split == nil }?.period
    let all = inForce(invoice)
    return direct ?? all.last { $0.split == line }?.period ?? all.last { $0.split == nil }?.period
  }

  /// A part of a payment that is recognized by itself.
  struct Split {
    let name: String?
    let amount: Int64
    let period: ServicePeriod?
    let booked: Instant?
  }

  /// The parts of a payment of this amount: those told, if they add up to it, else the whole.
  func splits(of transaction: String, source: String? = nil, amount: Int64) -> [Split] {
    let told = versions.isEmpty ? [] : inForce(transaction, source: source)
    let parts = told.filter { $0.split != nil }
    // One that tells no amount keeps the payment's.
    let total = parts.reduce(Int128(0)) { $0 + Int128($1.amount ?? amount) }
    if !parts.isEmpty, total == Int128(amount) {
      return parts.map { Split(name: $0.split, amount: $0.amount ?? amount, period: $0.period, booked: $0.booked) }
    }
    let whole = told.last { $0.split == nil }
    return [Split(name: nil, amount: amount, period: whole?.period, booked: whole?.booked)]
  }
}
