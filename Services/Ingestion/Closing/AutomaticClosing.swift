import Accounting
import JSON
import Messages
import Recognition

/// When the periods of one account close by themselves: a number of days after their end, by its settings.
struct AutomaticClosing {
  /// Who tells such a closing.
  static let source = "earned/closing"

  let ledger: LedgerID
  private var configuration = Configuration()

  init(of ledger: LedgerID) {
    self.ledger = ledger
  }

  /// Takes a setting in; what the books refuse changes nothing here either.
  mutating func apply(_ fact: BookFact) {
    do throws(Refusal) {
      _ = try configuration.apply(fact)
    } catch {
      // The books refuse it with the same words, and tell whoever asks.
    }
  }

  /// How the account divides time.
  var calendar: Calendar { configuration.calendar }

  /// Whether periods close by themselves, and how long after their end.
  private var graceMicroseconds: Int64? {
    guard let closing = configuration.settings.closing, closing.mode == .automatic else { return nil }
    return closing.graceDays * Instant.microsecondsPerDay
  }

  /// The last period whose time to close has come.
  private func lastDue(at now: Instant) -> AccountingPeriod? {
    guard let grace = graceMicroseconds else { return nil }
    return configuration.calendar.period(containing: now.advanced(byMicroseconds: -grace)).advanced(by: -1)
  }

  /// When the next period closes; nil: none does by itself.
  func next(after now: Instant) -> Instant? {
    guard let grace = graceMicroseconds, let last = lastDue(at: now) else { return nil }
    return configuration.calendar.end(of: last.advanced(by: 1)).advanced(byMicroseconds: grace)
  }

  /// The fact that closes what is to be closed by now. Its id names account and period, so that it counts once, whoever tells it.
  func fact(at now: Instant) throws -> IncomingFact? {
    guard let grace = graceMicroseconds, let period = lastDue(at: now) else { return nil }
    let name = configuration.calendar.name(period)
    var writer = JSONWriter()
    writer.object { $0.member("through", name) }
    let type = FactType.periodClosed.rawValue
    let draft = Draft(
      id: "close/\(ledger.account)/\(name)", source: Self.source, type: type,
      time: configuration.calendar.end(of: period).advanced(byMicroseconds: grace),
      dataSchema: "earned:\(type):1", account: ledger.account, livemode: ledger.livemode, data: writer.bytes)
    return IncomingFact(draft, try Fact.decode(type: type, data: JSONDocument(parsing: writer.bytes).root))
  }
}
