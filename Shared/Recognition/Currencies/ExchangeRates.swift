import Accounting
import Messages

/// The rates that were published, by pair and day. A rate serves its own direction only: no inverse, no cross.
public struct ExchangeRates: Sendable {
  private struct Published: Sendable {
    let day: CivilDate
    var time: Instant
    var id: String
    var rate: ExactDecimal
  }

  /// By day.
  private var rates: [CurrencyPair: [Published]] = [:]

  /// Takes a rate in: of one pair and day the latest by time counts.
  mutating func apply(_ data: ExchangeRatePublished, _ fact: BookFact) {
    let pair = CurrencyPair(from: data.from, to: data.to)
    let new = Published(day: data.on, time: fact.time, id: fact.id, rate: data.rate)
    let place = rates[pair]?.firstIndex { $0.day >= data.on } ?? rates[pair]?.count ?? 0
    if let known = rates[pair], place < known.count, known[place].day == data.on {
      if (known[place].time, known[place].id) <= (fact.time, fact.id) { rates[pair]?[place] = new }
    } else {
      rates[pair, default: []].insert(new, at: place)
    }
  }

  /// The rate published for a day, or last before it.
  func rate(of pair: CurrencyPair, on day: CivilDate) -> ExactDecimal? {
    rates[pair]?.last { $0.day <= day }?.rate
  }

  /// The last day for which a rate was published.
  func lastDay(of pair: CurrencyPair) -> CivilDate? { rates[pair]?.last?.day }
}
