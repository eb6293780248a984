import JSON
import Messages
import Recognition
import ServiceKit

/// Keeps the books of a lane: puts each fact into its book, computes the book, and posts the difference to what was posted.
final class ObligationFulfillmentHandler: LaneHandler {
  /// How many books one step of a change of settings computes.
  private static let booksPerStep = 200
  /// The step after which a change of settings has been posted itself; later steps are that plus the last book computed.
  private static let settled: Int64 = 1
  /// How many entries one message holds; a posting of more is told in several.
  private static let entriesPerMessage = 10_000

  private var desk = BookDesk()

  func handle(
    _ messages: ArraySlice<InboundMessage>, step: Int64, in transaction: LaneTransaction
  ) throws -> Handled {
    let store = ObligationFulfillmentStore(connection: transaction.connection, lane: transaction.lane)
    let arrivals = try messages.map(Arrival.init)
    var drafts: [Draft] = []
    var handled = Handled(messages: messages.count)
    try desk.loadConfigurations(of: arrivals, from: store)
    if step > 0, let first = arrivals.first {
      handled = try followUp(first, after: step - Self.settled, store, &drafts)
    } else {
      try desk.loadBooks(of: arrivals, from: store)
      for (index, arrival) in arrivals.enumerated() where try take(arrival, store, &drafts) {
        handled = Handled(messages: index, step: Self.settled)
        break
      }
    }
    try desk.save(to: store)
    try transaction.append(drafts)
    return handled
  }

  /// Takes one message in. Returns whether every book of its account is to be computed again.
  private func take(
    _ arrival: Arrival, _ store: ObligationFulfillmentStore, _ drafts: inout [Draft]
  ) throws -> Bool {
    guard let fact = arrival.fact else {
      for book in desk.treat(arrival.treated, in: arrival.ledger) { try post(book, because: arrival, &drafts) }
      return false
    }
    if let refusal = arrival.refusal {
      settle(arrival, .refused, code: refusal.code, message: refusal.message, &drafts)
      return false
    }
    let effect: Configuration.Effect
    do throws(Refusal) {
      effect = try desk.configure(fact, in: arrival.ledger)
    } catch {
      settle(arrival, .refused, code: error.code, message: error.message, &drafts)
      return false
    }
    if effect != .none {
      try store.addConfigurationFact(arrival.message)
      settle(arrival, .applied, &drafts)
      return effect != .landing
    }
    guard let book = try desk.put(arrival, fact, store) else {
      settle(arrival, .applied, &drafts)
      return false
    }
    _ = desk.treat(arrival.treated, in: arrival.ledger)
    try post(book, because: arrival, telling: arrival.told, &drafts)
    return false
  }

  /// Which books a change of the configuration touches.
  private static func touched(by fact: BookFact?) -> ObligationFulfillmentStore.Touched {
    switch fact?.fact {
    case .exchangeRatePublished(let data): .rate(CurrencyPair(from: data.from, to: data.to).text)
    case .periodReopened: .open
    default: .all
    }
  }

  /// Computes, after a change of settings, the next books of the account.
  private func followUp(
    _ arrival: Arrival, after book: Int64, _ store: ObligationFulfillmentStore, _ drafts: inout [Draft]
  ) throws -> Handled {
    let books = try store.books(
      of: arrival.ledger, Self.touched(by: arrival.fact), after: book, limit: Self.booksPerStep)
    try desk.load(books, from: store)
    for book in books { try post(book, because: arrival, &drafts) }
    guard let last = books.last, books.count == Self.booksPerStep else { return Handled(messages: 1) }
    return Handled(messages: 0, step: Self.settled + last)
  }

  /// Computes a book and posts what has changed.
  /// - Parameter told: what reports are told of the fact, if they are not told elsewhere.
  private func post(
    _ book: Int64, because arrival: Arrival, telling told: [UInt8]? = nil, _ drafts: inout [Draft]
  ) throws {
    let step = try desk.step(book, in: arrival.ledger)
    let (standings, treated) = desk.told(of: book, arrival)
    var outcomes = step.outcomes
    if let fact = arrival.fact, !outcomes.contains(where: { $0.id == fact.id && $0.source == fact.source }),
      !desk.isOpen(fact, in: book)
    {
      outcomes.insert(
        Messages.Outcome(source: fact.source, id: fact.id, type: arrival.cause.type, status: .applied), at: 0)
    }
    guard !step.runs.isEmpty || !outcomes.isEmpty || !treated.isEmpty || arrival.fact != nil else { return }
    var entries = step.runs.map(PostedEntry.init)[...]
    // What is said beside the entries is said once, with the first of them.
    var posting = Posting(
      fact: arrival.cause, entries: [], outcomes: outcomes, transaction: arrival.fact?.bookedTransaction, told: told,
      treated: treated, standings: standings?.json)
    repeat {
      posting.entries = Array(entries.prefix(Self.entriesPerMessage))
      entries = entries.dropFirst(posting.entries.count)
      append(posting, because: arrival, &drafts)
      posting = Posting(fact: arrival.cause, entries: [], outcomes: [])
    } while !entries.isEmpty
  }

  /// Tells what has become of a fact that belongs to no book.
  private func settle(
    _ arrival: Arrival, _ status: Messages.Outcome.Status, code: String? = nil, message: String? = nil,
    _ drafts: inout [Draft]
  ) {
    let outcome = Messages.Outcome(
      source: arrival.cause.source, id: arrival.cause.id, type: arrival.cause.type, status: status, code: code,
      message: message)
    // A mapping that is refused stands once what it conflicts with is gone.
    let told = status == .applied || arrival.cause.type == FactType.accountMappingSet.rawValue ? arrival.told : nil
    append(Posting(fact: arrival.cause, entries: [], outcomes: [outcome], told: told), because: arrival, &drafts)
  }

  private func append(_ posting: Posting, because arrival: Arrival, _ drafts: inout [Draft]) {
    let envelope = arrival.message.envelope
    drafts.append(
      Draft(
        id: envelope.id, source: envelope.source, type: MessageType.posting, time: envelope.time,
        account: envelope.account, livemode: envelope.livemode, traceparent: envelope.traceparent,
        recordedTime: arrival.message.place.recordedTime,
        // Periods are places in a sequence; on their way they are written as the months of these places, whatever names them.
        data: posting.data(calendar: .months)))
  }
}
