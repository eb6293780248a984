import Accounting
import Messages

/// What a change of a contract does to its obligations.
struct ContractModification {
  private(set) var obligations: [PerformanceObligation]
  /// The moment from which it counts, cut.
  let moment: Instant
  /// The ordinal of the period it is booked in.
  let period: Int
  let lines: StraightLine
  /// The places of the obligations it ended.
  private(set) var ended: [Int] = []

  /// New terms of an obligation, at its place.
  private struct Update {
    let place: Int
    let terms: ContractItem
    let change: Int64
  }

  init(obligations: [PerformanceObligation], moment: Instant, period: Int, lines: StraightLine) {
    self.obligations = obligations
    self.moment = moment
    self.period = period
    self.lines = lines
  }

  /// Makes the change.
  mutating func apply(_ data: ContractAdjusted) throws(Refusal) {
    for case .endItem(let item, let at) in data.adjustments {
      let place = try place(of: item)
      try obligations[place].end(at: lines.cutEnd(at), in: period, lines)
      ended.append(place)
    }
    var updates: [Update] = []
    for case .updateItem(let update) in data.adjustments {
      let place = try place(of: update.item)
      let known = updates.last { $0.place == place }
      let terms = update.applied(to: known?.terms ?? obligations[place].terms)
      updates.removeAll { $0.place == place }
      updates.append(
        Update(
          place: place, terms: terms, change: terms.amountSubtotal - obligations[place].terms.amountSubtotal))
    }
    var added: [ContractItem] = []
    for case .addItem(let item) in data.adjustments {
      guard !(obligations.map(\.terms.item) + added.map(\.item)).contains(item.item) else {
        throw .itemExists(item.item)
      }
      added.append(item)
    }
    let givesPrices =
      added.contains { $0.standaloneSellingPrice != nil }
      || data.adjustments.contains {
        if case .updateItem(let update) = $0 { update.standaloneSellingPrice != nil } else { false }
      }
    switch data.method {
    case .prospective: try goOn(updates, added, pooled: givesPrices)
    case .separate:
      try goOn(updates, [], pooled: false)
      try addSeparately(added)
    case .catchUp: try startAnew(updates, added)
    }
  }

  private func place(of item: String) throws(Refusal) -> Int {
    guard let place = obligations.firstIndex(where: { $0.terms.item == item && $0.ended == nil }) else {
      throw .unknownItem(item)
    }
    return place
  }

  /// What is left goes on by new terms. Where the change gives standalone prices, all that is left is allocated by them.
  private mutating func goOn(_ updates: [Update], _ added: [ContractItem], pooled: Bool) throws(Refusal) {
    for item in added {
      obligations.append(
        PerformanceObligation(
          item, amount: item.amountSubtotal, signedAt: moment, booked: period, from: moment, lines))
    }
    var terms = obligations.map(\.terms)
    var amounts = obligations.map(\.amount)
    var changed = Set(updates.map(\.place))
    for update in updates {
      terms[update.place] = update.terms
      amounts[update.place] = try TransactionPrice.amount(Int128(amounts[update.place]) + Int128(update.change))
    }
    if pooled {
      let open = obligations.indices.filter {
        obligations[$0].ended == nil && !obligations[$0].isOver(by: moment, terms[$0])
      }
      let prices = open.compactMap { terms[$0].standaloneSellingPrice }
      if !open.isEmpty, prices.count == open.count {
        var recognized: [Int64] = []
        var rest: Int128 = 0
        for place in open {
          recognized.append(try obligations[place].recognized(through: moment, lines))
          rest += Int128(amounts[place]) - Int128(recognized[recognized.count - 1])
        }
        let shares = try TransactionPrice.checked(rest, over: prices)
        for (index, place) in open.enumerated() {
          amounts[place] = try TransactionPrice.amount(Int128(recognized[index]) + Int128(shares[index]))
        }
        changed.formUnion(open)
      }
    }
    for place in changed.sorted() {
      try obligations[place].change(to: terms[place], amount: amounts[place], from: moment, lines)
    }
  }

  /// What is added is a contract of its own, signed now.
  private mutating func addSeparately(_ added: [ContractItem]) throws(Refusal) {
    for (item, share) in zip(added, try TransactionPrice.allocate(added, less: [])) {
      obligations.append(
        PerformanceObligation(item, amount: share.amount, signedAt: moment, booked: period, from: nil, lines))
    }
  }

  /// The price is allocated anew, as if the contract had been signed so; only what has new terms or another amount is made anew.
  private mutating func startAnew(_ updates: [Update], _ added: [ContractItem]) throws(Refusal) {
    let open = obligations.indices.filter { obligations[$0].ended == nil }
    var terms = obligations.map(\.terms)
    for update in updates { terms[update.place] = update.terms }
    let gross = open.reduce(Int128(0)) { $0 + Int128(obligations[$1].amount) + Int128(obligations[$1].named) }
    let change = updates.reduce(Int128(0)) { $0 + Int128($1.change) }
    let more = added.reduce(Int128(0)) { $0 + Int128($1.amountSubtotal) }
    let shares = try TransactionPrice.allocate(gross + change + more, over: open.map { terms[$0] } + added)
    for (place, share) in zip(open, shares) {
      let amount = try TransactionPrice.amount(Int128(share) - Int128(obligations[place].named))
      guard amount != obligations[place].amount || terms[place] != obligations[place].terms else { continue }
      try obligations[place].remake(to: terms[place], amount: amount, in: period, lines)
    }
    for (item, share) in zip(added, shares.dropFirst(open.count)) {
      obligations.append(
        PerformanceObligation(item, amount: share, signedAt: moment, booked: period, from: nil, lines))
    }
  }
}

extension ContractAdjusted.ItemUpdate {
  /// The item with the members that are told; the others stay.
  func applied(to item: ContractItem) -> ContractItem {
    var item = item
    if let amountSubtotal { item.amountSubtotal = amountSubtotal }
    if let period { item.period = period }
    if let price { item.price = price }
    if let product { item.product = product }
    if let quantity { item.quantity = quantity }
    if let standaloneSellingPrice { item.standaloneSellingPrice = standaloneSellingPrice }
    if let satisfied { item.satisfied = satisfied }
    if let terminationForConvenience { item.terminationForConvenience = terminationForConvenience }
    if !metadata.isEmpty { item.metadata = metadata }
    return item
  }
}
