import Accounting
import Messages

/// Divides the price of a contract over what it promises.
enum TransactionPrice {
  /// What an item is allocated.
  struct Share {
    /// Before discounts that name it.
    var gross: Int64
    /// What discounts that name it take off.
    var named: Int64
    /// What is recognized of it in all.
    var amount: Int64 { gross - named }
  }

  /// The price without the discounts that name no item, allocated over the items; those that name items lower them after it.
  /// - Throws: `unknownItem` if a discount names an item that is not there, `amountTooLarge` if a share cannot be kept.
  static func allocate(
    _ items: [ContractItem], less discounts: [ContractCreated.Discount]
  ) throws(Refusal) -> [Share] {
    let subtotals = items.map(\.amountSubtotal)
    let price = subtotals.reduce(Int128(0)) { $0 + Int128($1) }
    let unnamed = discounts.reduce(Int128(0)) { $0 + ($1.items.isEmpty ? Int128($1.amount) : 0) }
    let gross = try allocate(price - unnamed, over: items)
    var named = items.map { _ in Int128(0) }
    for discount in discounts where !discount.items.isEmpty {
      var places: [Int] = []
      for item in discount.items {
        guard let place = items.firstIndex(where: { $0.item == item }) else { throw .unknownItem(item) }
        if !places.contains(place) { places.append(place) }
      }
      let shares = try checked(Int128(discount.amount), over: places.map { gross[$0] })
      for (place, share) in zip(places, shares) { named[place] += Int128(share) }
    }
    return try zip(gross, named).map { gross, named throws(Refusal) in
      Share(gross: gross, named: try amount(named))
    }
  }

  /// A price over items: by their standalone selling prices where each has one, else by what they say themselves.
  /// (ASC 606-10-32-31: in proportion to standalone selling prices.)
  static func allocate(_ price: Int128, over items: [ContractItem]) throws(Refusal) -> [Int64] {
    let standalone = items.compactMap(\.standaloneSellingPrice)
    if !items.isEmpty, standalone.count == items.count { return try checked(price, over: standalone) }
    let subtotals = items.map(\.amountSubtotal)
    if price == subtotals.reduce(Int128(0), { $0 + Int128($1) }) { return subtotals }
    return try checked(price, over: subtotals)
  }

  /// Shares by largest remainder. Weights of both signs can add up to little, and then give shares beyond what can be kept.
  static func checked(_ whole: Int128, over weights: [Int64]) throws(Refusal) -> [Int64] {
    let whole = try amount(whole)
    let total = weights.reduce(Int128(0)) { $0 + Int128($1) }
    if total != 0 {
      for weight in weights { _ = try amount(Int128(whole) * Int128(weight) / total) }
    }
    return Spreading.spread(whole, over: weights)
  }

  /// An amount that can be kept.
  static func amount(_ wide: Int128) throws(Refusal) -> Int64 {
    guard wide.magnitude <= UInt128(FactLimits.amountMinorUnits) else { throw .amountTooLarge }
    return Int64(wide)
  }
}
