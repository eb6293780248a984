import Accounting
import Messages

/// What a billing was told in another currency than its book's, kept beside the book's amounts: what was billed, what of it was
/// cleared, what events took, line by line.
struct Presentment {
  /// A line, or what the customer owed before.
  struct Share {
    let billed: Int64
    /// What of it is left out of the books.
    var excluded: Int64 = 0
    /// What of it is tax.
    var tax: Int64 = 0
    var cleared: Int64 = 0
    var taken: Int64 = 0

    var open: Int64 { billed - cleared }
    var left: Int64 { billed - taken }

    /// What of an amount is in the books.
    func booked(_ amount: Int64) -> Int64 {
      excluded == 0 || billed == 0 ? amount : amount - Rounding.share(of: amount, excluded, billed)
    }
  }

  /// The currency in which it was told.
  let currency: Currency
  /// The rate at which it was billed; nil: as it was settled.
  var conversion: Conversion?
  var lines: [Share] = []
  /// What the customer owed before and is collected with it.
  var owed = Share(billed: 0)
  /// By how much the receivable in the books changed, by the ordinal of the period.
  private(set) var receivable: [Int: Int64] = [:]

  var billed: Int64 { lines.reduce(owed.billed) { $0 + $1.billed } }
  var open: Int64 { lines.reduce(owed.open) { $0 + $1.open } }
  var left: Int64 { lines.reduce(0) { $0 + $1.left } }

  mutating func bill(_ share: Share, in period: Int) {
    lines.append(share)
    receivable[period, default: 0] += share.booked(share.billed)
  }

  mutating func owe(_ amount: Int64, in period: Int) {
    owed = Share(billed: amount)
    receivable[period, default: 0] += amount
  }

  /// Clears an amount that is spread over the lines, or of what was owed.
  mutating func clear(line index: Int?, _ amount: Int64, in period: Int) {
    guard let index else {
      owed.cleared += amount
      receivable[period, default: 0] -= amount
      return
    }
    lines[index].cleared += amount
    receivable[period, default: 0] -= lines[index].booked(amount)
  }

  /// Nothing is open any more.
  mutating func clearAll(in period: Int) {
    for index in lines.indices { clear(line: index, lines[index].open, in: period) }
    clear(line: nil, owed.open, in: period)
  }

  /// An amount spread over the lines as it was billed.
  func spread(_ amount: Int64, within left: (Share) -> Int64) -> [Int64] {
    Spreading.spread(amount, over: lines.map(\.billed), within: lines.map(left)).shares
  }
}

// What amounts in the currency that was told are in the book: the whole times what was cleared so far, divided by what was
// billed, rounded, less what was cleared before. So nothing is left when all is cleared.
extension Billing {
  /// What the whole billed: what is told of it is in proportion.
  private var whole: Int64 { lines.reduce(owedBilled) { $0 + $1.billed } }

  /// What is still to be received, in the currency that was told.
  var openAsTold: Int64 { presentment?.open ?? open }

  /// What clears an amount of what is open, in the book's currency.
  func booked(clearing amount: Int64) -> Int64 {
    guard let presentment else { return amount }
    if amount == presentment.open { return open }
    let cleared = presentment.billed - presentment.open
    return Self.share(of: whole, cleared + amount, presentment.billed) - (whole - open)
  }

  /// What an event that takes an amount takes, in the book's currency.
  func booked(taking amount: Int64) -> Int64 {
    guard let presentment else { return amount }
    let (billed, left) = (lines.reduce(0) { $0 + $1.billed }, self.left)
    let told = presentment.lines.reduce(0) { $0 + $1.billed }
    if amount == presentment.left { return left }
    if (amount > presentment.left) == (told > 0), amount.magnitude > presentment.left.magnitude {
      return left + Self.share(of: billed, amount - presentment.left, told)
    }
    let taken = told - presentment.left
    return Self.share(of: billed, taken + amount, told) - (billed - left)
  }

  /// What an amount is in the book's currency, in proportion to what was billed.
  func booked(_ amount: Int64) -> Int64 {
    guard let presentment else { return amount }
    let told = presentment.billed
    if told == 0, let conversion = presentment.conversion {
      // What is beyond all that can be kept is refused where the money is converted.
      return (try? conversion.convert(amount)) ?? 0
    }
    return Self.share(of: whole, amount, told)
  }

  /// What an event that takes an amount of one line takes, in the book's currency.
  func booked(taking amount: Int64, ofLine index: Int) -> Int64 {
    guard let share = presentment?.lines[index] else { return amount }
    let line = lines[index]
    if amount == share.left { return line.left }
    return Self.share(of: line.billed, share.taken + amount, share.billed) - (line.billed - line.left)
  }

  /// What clears an amount of one line, in the book's currency.
  func booked(clearing amount: Int64, ofLine index: Int) -> Int64 {
    guard let share = presentment?.lines[index] else { return amount }
    let line = lines[index]
    if amount == share.open { return line.open }
    return Self.share(of: line.billed, share.cleared + amount, share.billed) - line.cleared
  }

  /// What a tax of one line is in the book's currency.
  func booked(tax amount: Int64, ofLine index: Int) -> Int64 {
    guard let share = presentment?.lines[index] else { return amount }
    return Self.share(of: lines[index].allocation.tax, amount, share.tax)
  }

  // MARK: Counting what was told

  /// Counts what an event takes of each line, as told.
  mutating func count(taken shares: [Int64], rest: Int64, in taking: inout Taking) {
    guard presentment != nil else { return }
    for index in shares.indices { presentment?.lines[index].taken += shares[index] }
    var told = taking.told ?? Taking.Told(lines: lines.map { _ in 0 })
    for index in shares.indices { told.lines[index] += shares[index] }
    told.rest += rest
    taking.told = told
  }

  /// Counts an amount that an event takes, spread over the lines.
  mutating func count(taken amount: Int64, in taking: inout Taking) {
    guard let presentment else { return }
    let shares = presentment.spread(amount) { $0.left }
    count(taken: shares, rest: amount - shares.reduce(0, +), in: &taking)
  }

  /// Counts that an event takes all that is left.
  mutating func countAllTaken(in taking: inout Taking) {
    guard let presentment else { return }
    count(taken: presentment.lines.map(\.left), rest: 0, in: &taking)
  }

  /// Counts what a note took as cleared.
  mutating func countCleared(by taking: Taking, times sign: Int64 = 1, in period: Int) {
    guard presentment != nil, let told = taking.told,
      taking.pieces.contains(where: { $0.counter == .accountsReceivable })
    else { return }
    for (index, amount) in told.lines.enumerated() {
      presentment?.clear(line: index, sign * amount, in: period)
    }
  }

  /// Counts what an event took as given back.
  mutating func countBack(_ taking: Taking, in period: Int) {
    guard presentment != nil, let told = taking.told else { return }
    for (index, amount) in told.lines.enumerated() { presentment?.lines[index].taken -= amount }
    countCleared(by: taking, times: -1, in: period)
  }

  /// whole × part ÷ parts, rounded, halves away from zero.
  static func share(of whole: Int64, _ part: Int64, _ parts: Int64) -> Int64 {
    guard parts != 0 else { return 0 }
    let sign: Int128 = parts < 0 ? -1 : 1
    let exact = Rounding.halfAwayFromZero(sign * Int128(whole) * Int128(part), sign * Int128(parts))
    return Int64(clamping: exact)
  }
}
