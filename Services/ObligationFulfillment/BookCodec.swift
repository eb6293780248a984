import Accounting
import JSON
import Messages
import Recognition

/// Writes and reads what is kept of a book beside its facts: what has been posted, and which rules treat its parts.
enum BookCodec {
  /// Periods are kept as places in the sequence, written as the months of these places, so that they stay readable whatever
  /// calendar names them.
  private static let calendar = Calendar.months

  static func encode(_ state: BookState) -> [UInt8] {
    var writer = JSONWriter(capacity: 64 + state.posted.runs.count * 320)
    writer.object {
      $0.member(
        "posted",
        array: { list in
          for run in state.posted.runs { PostedEntry(run).write(to: &list, calendar: calendar) }
        })
      $0.member(
        "applied",
        array: { list in
          for (target, rule) in state.applied.sorted(by: { $0.key.description < $1.key.description }) {
            list.object {
              $0.member("target", target.description)
              $0.member("rule", object: Treated.TreatedBy(rule).write)
            }
          }
        })
    }
    return writer.bytes
  }

  static func decode(_ bytes: [UInt8], facts: [BookFact]) throws -> BookState {
    let value = try JSONDocument(parsing: bytes).root
    let runs = try (value["posted"]?.elements ?? []).map { EntryRun(try PostedEntry($0, calendar: calendar)) }
    var applied: [Reference: AppliedRule] = [:]
    for element in value["applied"]?.elements ?? [] {
      guard let target = element["target"]?.string.flatMap({ Reference($0) }), let rule = element["rule"] else {
        throw StoredBookError.unreadable
      }
      applied[target] = AppliedRule(try Treated.TreatedBy(rule))
    }
    return BookState(facts: facts, applied: applied, posted: PostedState(runs), outcomes: [:])
  }
}

/// A stored book that cannot be read.
enum StoredBookError: Error {
  case unreadable
}

extension PostedEntry {
  /// A run as it goes over the wire.
  init(_ run: EntryRun) {
    self.init(
      transaction: run.transaction, line: run.line, customer: run.customer, product: run.product, price: run.price,
      currency: run.currency, booked: run.booked, debit: run.debit, credit: run.credit, from: run.from,
      amounts: run.amounts, originalPeriod: run.originalPeriod, event: run.cause.type, cause: run.cause.id)
  }
}

extension EntryRun {
  /// A run as it came over the wire.
  init(_ entry: PostedEntry) {
    self.init(
      subject: EntrySubject(
        transaction: entry.transaction, line: entry.line, customer: entry.customer, product: entry.product,
        price: entry.price, currency: entry.currency, booked: entry.booked),
      debit: entry.debit, credit: entry.credit, cause: Cause(type: entry.event, id: entry.cause), from: entry.from,
      amounts: entry.amounts, originalPeriod: entry.originalPeriod)
  }
}

extension Treated.TreatedBy {
  /// A rule as it goes over the wire.
  init(_ rule: AppliedRule) {
    self.init(rule: rule.rule, version: rule.version, name: rule.name, treatments: rule.treatments)
  }
}

extension AppliedRule {
  /// A rule as it came over the wire.
  init(_ rule: Treated.TreatedBy) {
    self.init(rule: rule.rule, version: rule.version, name: rule.name, treatments: rule.treatments)
  }
}
