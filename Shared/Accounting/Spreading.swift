/// An amount divided in proportion to weights, to the last minor unit.
public enum Spreading {
  /// Shares of the amount in proportion to the weights, by largest remainder: exact shares are cut towards zero, and the
  /// missing units go one each to the shares that were cut in that direction, those cut most first, ties to the earlier. If
  /// the weights add up to zero, the first share takes all.
  ///
  /// The shares add up to the amount. Amounts and weights are at most 10^17 in size.
  public static func spread(_ amount: Int64, over weights: [Int64]) -> [Int64] {
    guard weights.count > 1 else { return weights.isEmpty ? [] : [amount] }
    var total: Int128 = 0
    for weight in weights { total += Int128(weight) }
    var shares = [Int64](repeating: 0, count: weights.count)
    guard total != 0 else {
      shares[0] = amount
      return shares
    }
    var remainders = [Int128](repeating: 0, count: weights.count)
    var missing = amount
    for index in weights.indices {
      let product = Int128(amount) * Int128(weights[index])
      let (quotient, remainder) = product.quotientAndRemainder(dividingBy: total)
      shares[index] = Int64(quotient)
      // The remainder has the product's sign; a negative total turns the direction of the cut.
      remainders[index] = total < 0 ? -remainder : remainder
      missing -= shares[index]
    }
    guard missing != 0 else { return shares }
    let direction: Int64 = missing > 0 ? 1 : -1
    let cut = remainders.indices.filter { direction > 0 ? remainders[$0] > 0 : remainders[$0] < 0 }
    let order = cut.sorted { left, right in
      remainders[left].magnitude == remainders[right].magnitude
        ? left < right : remainders[left].magnitude > remainders[right].magnitude
    }
    precondition(order.count >= Int(missing.magnitude), "less than one unit is cut from each share")
    for index in order.prefix(Int(missing.magnitude)) { shares[index] += direction }
    return shares
  }

  /// Shares of the amount in proportion to the weights, of which none is more than its limit while another share has
  /// something left: what exceeds goes to the others by the same weights, in rounds. What exceeds all limits together is
  /// returned as `excess`. The amount and the limits are zero or more.
  public static func spread(
    _ amount: Int64, over weights: [Int64], upTo limits: [Int64]
  ) -> (shares: [Int64], excess: Int64) {
    var shares = [Int64](repeating: 0, count: weights.count)
    var left = amount
    var open = weights.indices.filter { limits[$0] > 0 }
    while left > 0, !open.isEmpty {
      let round = spread(left, over: open.map { max(weights[$0], 0) })
      var next: [Int] = []
      for (place, index) in open.enumerated() {
        let taken = min(round[place], limits[index] - shares[index])
        shares[index] += taken
        left -= taken
        if shares[index] < limits[index] { next.append(index) }
      }
      open = next
    }
    return (shares, left)
  }
}

extension Spreading {
  /// Shares of the amount in proportion to weights that may be of either sign, of which none goes beyond what is left of it:
  /// a share has the sign of what is left and at most its size. What exceeds goes to the others by the same weights, in
  /// rounds, as long as another has something left. What exceeds all of them together is returned as `excess`.
  public static func spread(
    _ amount: Int64, over weights: [Int64], within left: [Int64]
  ) -> (shares: [Int64], excess: Int64) {
    if left.reduce(0, +) == amount { return (left, 0) }
    var shares = weights.map { _ in Int64(0) }
    var excess = amount
    var open = Array(weights.indices)
    // The first round takes all by their weights; each further one fills at least one share, or is the last.
    for turn in 0...weights.count + 1 {
      open = open.filter { left[$0] != shares[$0] && (left[$0] > shares[$0]) == (excess > 0) }
      guard excess != 0, !open.isEmpty else { break }
      let places = turn == 0 ? Array(weights.indices) : open
      let round = spread(excess, over: places.map { weights[$0] })
      excess = 0
      for (place, index) in places.enumerated() {
        let wanted = shares[index] + round[place]
        let bounded = left[index] >= 0 ? min(max(wanted, 0), left[index]) : max(min(wanted, 0), left[index])
        excess += wanted - bounded
        shares[index] = bounded
      }
    }
    return (shares, excess)
  }
}
