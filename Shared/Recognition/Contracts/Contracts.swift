import Accounting
import Messages

/// The contracts of a book, and what bills them. They are known before anything is billed, whatever the order of telling.
struct Contracts {
  /// What became of a fact about a contract.
  enum Outcome {
    case booked
    case refused(Refusal)
    case waiting(Reference)
  }

  private(set) var all: [Contract] = []
  private(set) var models = BillingModels()
  /// What is left out of the books by name.
  private var excluded: Set<String> = []
  private var places: [String: Int] = [:]
  private var placesOfItem: [String: Int] = [:]
  private var outcomes: [Delivery: Outcome] = [:]

  private struct Delivery: Hashable {
    let source: String
    let id: String

    init(_ fact: BookFact) {
      source = fact.source
      id = fact.id
    }
  }

  init() {}

  /// - Parameters:
  ///   - facts: what was told, in the order in which it acts.
  ///   - books: the book of each contract.
  ///   - reversed: the fulfillments that count as never reported.
  ///   - excluded: what is left out of the books by name.
  init(
    _ facts: [BookFact], books: [String: ContractBook], reversed: Set<String>, excluded: Set<String>,
    _ lines: StraightLine
  ) {
    self.excluded = excluded
    for fact in facts {
      switch fact.fact {
      case .contractCreated(let data): sign(data, fact, books[data.contract], lines)
      case .subscriptionUpdated(let data): models.take(data, fact)
      case .subscriptionScheduleUpdated(let data): models.take(data, fact)
      default: break
      }
    }
    for fact in facts where outcomes[Delivery(fact)] == nil {
      switch fact.fact {
      case .contractAdjusted(let data): adjust(data, fact, lines)
      case .contractVoided(let data): void(data, fact, lines)
      case .openingBalanceRecorded(let data) where data.line == nil: open(data, fact, lines)
      case .obligationFulfilled(let data) where !reversed.contains(data.fulfillment): fulfill(data, fact, lines)
      default: break
      }
    }
    for place in all.indices { all[place].finish() }
  }

  /// What became of a fact; nil if it is about no contract.
  func outcome(of fact: BookFact) -> Outcome? { outcomes[Delivery(fact)] }

  /// The place of a contract by its id.
  func place(of contract: String) -> Int? { places[contract] }

  /// Whether there is an item of this name.
  func isItem(_ id: String) -> Bool { placesOfItem[id] != nil }

  /// The contract that a line of an invoice bills: the one the invoice names, or whose item the line names, or that has the
  /// invoice, its subscription or that subscription's schedule as a billing model.
  func contract(of line: InvoiceLine, _ invoice: InvoiceFinalized, at moment: Instant) -> Int? {
    if all.isEmpty { return nil }
    return invoice.contract.flatMap { places[$0] } ?? line.contractItem.flatMap { placesOfItem[$0] }
      ?? models.contract(invoice: invoice.invoice, subscription: invoice.subscription, at: moment)
  }

  /// The contract that a payment bills.
  func contract(of charge: ChargeSucceeded, at moment: Instant) -> Int? {
    if all.isEmpty { return nil }
    return charge.contract.flatMap { places[$0] } ?? models.contract(charge: charge.charge, at: moment)
  }
}

// MARK: - What happens to them

extension Contracts {
  private mutating func sign(
    _ data: ContractCreated, _ fact: BookFact, _ book: ContractBook?, _ lines: StraightLine
  ) {
    let money: ContractMoney
    switch book {
    case .refused(let refusal):
      outcomes[Delivery(fact)] = .refused(refusal)
      return
    case .kept(let kept): money = kept
    case nil: money = ContractMoney(currency: data.currency, conversion: nil)
    }
    let cause = Cause(type: FactType.contractCreated.rawValue, id: data.contract)
    outcomes[Delivery(fact)] = tried { () throws(Refusal) in
      let contract = try Contract(data, money, cause, lines, excluded: excluded)
      let place = all.count
      all.append(contract)
      places[data.contract] = place
      for item in data.items where placesOfItem[item.item] == nil { placesOfItem[item.item] = place }
      for model in data.billingModels { models.change(model, of: place, at: .distantPast, isAdded: true) }
    }
  }

  private mutating func adjust(_ data: ContractAdjusted, _ fact: BookFact, _ lines: StraightLine) {
    guard let place = places[data.contract] else {
      outcomes[Delivery(fact)] = .waiting(Reference(.contract, data.contract))
      return
    }
    let moment = data.adjustedAt ?? fact.time
    outcomes[Delivery(fact)] = tried { () throws(Refusal) in
      try all[place].adjust(data, at: moment, Cause(type: FactType.contractAdjusted.rawValue, id: fact.id), lines)
      for adjustment in data.adjustments {
        switch adjustment {
        case .addItem(let item): if placesOfItem[item.item] == nil { placesOfItem[item.item] = place }
        case .addBillingModel(let model): models.change(model, of: place, at: moment, isAdded: true)
        case .removeBillingModel(let model): models.change(model, of: place, at: moment, isAdded: false)
        case .updateItem, .endItem: break
        }
      }
    }
  }

  private mutating func void(_ data: ContractVoided, _ fact: BookFact, _ lines: StraightLine) {
    guard let place = places[data.contract] else {
      outcomes[Delivery(fact)] = .waiting(Reference(.contract, data.contract))
      return
    }
    outcomes[Delivery(fact)] = tried { () throws(Refusal) in
      try all[place].void(at: data.voidedAt ?? fact.time, lines)
    }
  }

  /// A contract that is known goes on from where an earlier system left it; of one that is not, only the balance is.
  private mutating func open(_ data: OpeningBalanceRecorded, _ fact: BookFact, _ lines: StraightLine) {
    guard let place = data.contract.flatMap({ places[$0] }) else { return }
    outcomes[Delivery(fact)] = tried { () throws(Refusal) in
      let expected = all[place].data.currency
      guard data.currency == expected else { throw .currencyMismatch(expected: expected, found: data.currency) }
      let first = lines.place(of: data.on)
      _ = try data.schedule(from: first, in: lines.calendar)
      try all[place].open(recognized: data.recognized, before: first, lines)
    }
  }

  private mutating func fulfill(_ data: ObligationFulfilled, _ fact: BookFact, _ lines: StraightLine) {
    guard case .contractItem(let item) = data.target else { return }
    guard let place = placesOfItem[item] else {
      outcomes[Delivery(fact)] = .waiting(Reference(.contractItem, item))
      return
    }
    outcomes[Delivery(fact)] = tried { () throws(Refusal) in try all[place].fulfill(data, item: item, lines) }
  }

  private func tried(_ body: () throws(Refusal) -> Void) -> Outcome {
    do throws(Refusal) {
      try body()
      return .booked
    } catch {
      return .refused(error)
    }
  }
}
