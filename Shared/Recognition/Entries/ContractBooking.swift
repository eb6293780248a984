import Accounting
import Messages

// Contracts: what they recognize, and what bills them.
extension Walk {
  /// Takes note of all contracts before anything is billed.
  mutating func foreseeContracts(_ story: Story) {
    let isNamed = story.events.contains { Self.isAboutContracts(input.facts[$0.index].fact) }
    guard isNamed else { return }
    let facts = story.events.map { input.facts[$0.index] }
    let excluded = Set(foreknown.excluded.lazy.filter { $0.value.isExcluded }.map(\.key))
    contracts = Contracts(
      facts, books: contractBooks(facts), reversed: foreknown.reversed, excluded: excluded, straightLine)
  }

  private static func isAboutContracts(_ fact: Fact) -> Bool {
    switch fact {
    case .contractCreated, .contractAdjusted, .contractVoided: true
    case .obligationFulfilled(let data): if case .contractItem = data.target { true } else { false }
    default: false
    }
  }

  /// What became of a fact about a contract.
  func settleContract(_ fact: BookFact) throws(Refusal) -> Reference? {
    switch contracts.outcome(of: fact) {
    case .refused(let refusal): throw refusal
    case .waiting(let reference): return reference
    case .booked, nil: return nil
    }
  }

  /// A contract is no more: what it has accrued will never be billed.
  mutating func voidContract(_ data: ContractVoided, _ fact: BookFact) throws(Refusal) -> Reference? {
    if let missing = try settleContract(fact) { return missing }
    guard let place = contracts.place(of: data.contract), let voided = contracts.all[place].voided else { return nil }
    journal.move(
      PositionMove(
        contract: place, period: voided.period, kind: .void, amount: 0, booked: 0, counter: .unbilledVoids,
        subject: contracts.all[place].subject, cause: act(fact)))
    return nil
  }

  /// The line bills a contract: it is no revenue by itself, and moves what the contract has billed.
  func bill(
    _ contract: Int, with line: inout Line, item: PendingItem?, at moment: Instant, _ conversion: Conversion?
  ) throws(Refusal) {
    guard !line.allocation.shares.isEmpty else { return }
    let amount = line.allocation.recognizable
    line.contract = contract
    line.ofContract = try contracts.all[contract].money.booked(line.told?.recognizable ?? amount)
    line.parts = [Part(subject: line.subject, amount: amount, timing: .at(.epoch), streams: [])]
    // What an item accrued is no revenue beside the contract's.
    if let item {
      line.parts[0].early = .item(
        billed: 0, voided: try accrued(by: item, before: line.booked, at: moment, conversion), exchange: 0)
    }
  }

  /// The lines of a billing move the positions of their contracts.
  mutating func moveContracts(by billing: Billing) throws(Refusal) {
    for line in billing.lines {
      guard let contract = line.contract else { continue }
      let size = (contractSizes[contract] ?? 0) + max(line.parts[0].amount.magnitude, line.ofContract.magnitude)
      guard size <= UInt64(FactLimits.amountMinorUnits) else { throw .amountTooLarge }
      contractSizes[contract] = size
    }
    for line in billing.lines {
      guard let contract = line.contract else { continue }
      journal.move(
        PositionMove(
          contract: contract, period: line.booked, kind: .bill, amount: line.ofContract, booked: line.parts[0].amount,
          counter: .accountsReceivable, subject: line.subject, cause: line.cause))
    }
  }

  func expect(_ currency: Currency, of contract: Int) throws(Refusal) {
    let expected = contracts.all[contract].data.currency
    guard currency == expected else { throw .currencyMismatch(expected: expected, found: currency) }
  }

  /// Books what contracts recognize, and what their billing makes of it.
  mutating func bookContracts() {
    guard !contracts.all.isEmpty else { return }
    var moves: [Int: [PositionMove]] = [:]
    for move in journal.moves { moves[move.contract, default: []].append(move) }
    for (place, contract) in contracts.all.enumerated() {
      do throws(Refusal) {
        try book(contract, moves[place] ?? [])
      } catch {
        preconditionFailure("what a contract recognizes was laid out when it was signed and changed: \(error)")
      }
    }
  }

  private mutating func book(_ contract: Contract, _ moves: [PositionMove]) throws(Refusal) {
    let recognized = try contract.recognized(straightLine)
    var whole = Schedule(first: contract.signed, amounts: [], weights: [])
    for stream in recognized { whole.join(stream.schedule) }
    bookMemorandum(of: contract, whole)
    var position = BillingPosition(recognized)
    position.play(moves, in: &journal)
    remeasure(contract, position)
    guard settings.longTermDeferred else { return }
    bookLongTerm(of: contract, whole, position)
  }

  /// The memorandum pair of signing: the value, less what is recognized of it.
  private mutating func bookMemorandum(of contract: Contract, _ recognized: Schedule) {
    let cause = Cause(type: "contract", id: contract.data.contract)
    for change in contract.values {
      journal.book(
        .contractAsset, .unbilledDeferredRevenue, change.amount, in: change.period, contract.subject, change.cause)
    }
    journal.book(
      .unbilledDeferredRevenue, .contractAsset, recognized.amounts, from: recognized.first, contract.subject, cause)
    guard let voided = contract.voided else { return }
    let left = contract.values.reduce(0) { $0 + $1.amount } - recognized.amounts.reduce(0, +)
    journal.book(
      .unbilledDeferredRevenue, .contractAsset, left, in: voided.period, contract.subject,
      Cause(type: FactType.contractVoided.rawValue, id: contract.data.contract))
  }

  /// What is billed ahead beyond what the next twelve periods use, by what was expected at the end of each period.
  private mutating func bookLongTerm(of contract: Contract, _ expected: Schedule, _ position: BillingPosition) {
    let changes = contract.longTerm(position.aheadAtEnd, expectedNow: expected)
    let cause = Cause(type: "contract", id: contract.data.contract)
    for change in changes {
      journal.book(
        .deferredRevenue, .longTermDeferredRevenue, change.amount, in: change.period, contract.subject, cause)
    }
  }
}
