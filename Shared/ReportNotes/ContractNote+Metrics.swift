import Accounting
import Recognition
import Reports

extension ContractNote {
  /// The figures of contracts, those of one contract together, by contract.
  public static func notes(_ metrics: [ContractMetrics]) -> [ContractNote] {
    metrics.sorted { $0.contract < $1.contract }.flatMap(\.notes)
  }
}

extension ContractMetrics {
  /// Its figures, one by one.
  fileprivate var notes: [ContractNote] {
    func note(_ metric: String, on: Instant? = nil, _ amount: Int64) -> ContractNote {
      ContractNote(
        contract: contract, customer: customer, currency: currency, metric: metric, on: on, amountMinorUnits: amount)
    }
    let first = [
      note("total", total), note("annual", annual), note("billed", billed), note("recognized", recognized),
      note("overbilled", overbilled), note("future_scheduled", futureScheduled),
    ]
    let dated = schedule.map { note("scheduled", on: $0.on, $0.amountMinorUnits) }
    return first + dated + [
      note("unbilled_deferred", unbilledDeferred), note("deferred", deferred),
      note("long_term_deferred", longTermDeferred), note("unbilled", unbilled),
      note("remaining_within_12_periods", remaining.withinTwelve),
      note("remaining_13_to_24_periods", remaining.thirteenToTwentyFour), note("remaining_later", remaining.later),
      note("remaining", remaining.total),
    ]
  }
}
