import Accounting
import Testing

/// What happens to contracts, told in few words. A contract of 365.00 for the year 2025 gives 1.00 a day: by month 31.00,
/// 28.00, 31.00, 30.00, 31.00, 30.00, 31.00, 31.00, 30.00, 31.00, 30.00, 31.00.
struct ContractStory: Sendable, CustomTestStringConvertible {
  typealias Told = (type: String, time: String, data: String)

  let title: String
  var settings = #"{"amortization":"day","long_term_deferred":false}"#
  let facts: [Told]
  /// Net change by account and period.
  let expected: [(account: Account, changes: String)]

  var testDescription: String { title }

  func ledger(reversed: Bool = false) throws -> Ledger {
    var ledger = try Ledger(settings)
    for (index, fact) in (reversed ? facts.enumerated().reversed() : Array(facts.enumerated())) {
      try ledger.tell(fact.type, fact.time, fact.data, id: "told-\(index)")
    }
    return ledger
  }

  static let year = #""period":{"start":"2025-01-01T00:00:00Z","end":"2026-01-01T00:00:00Z"}"#

  static func period(_ start: String, _ end: String) -> String {
    #""period":{"start":"\#(start)T00:00:00Z","end":"\#(end)T00:00:00Z"}"#
  }

  static func item(_ id: String, _ amount: Int, _ more: String = year) -> String {
    #"{"item":"\#(id)","amount_subtotal":\#(amount),\#(more)}"#
  }

  static func signed(_ items: String..., on day: String = "2025-01-01", more: String = "") -> Told {
    (
      "contract.created", day,
      #"{"contract":"ct","customer":"c","currency":"usd","signed_at":"\#(day)T00:00:00Z",\#(more)"#
        + #""items":[\#(items.joined(separator: ","))]}"#
    )
  }

  static func adjusted(_ day: String, _ method: String, _ adjustments: String...) -> Told {
    (
      "contract.adjusted", day,
      #"{"contract":"ct","method":"\#(method)","adjustments":[\#(adjustments.joined(separator: ","))]}"#
    )
  }

  static func update(_ id: String, _ more: String) -> String {
    #"{"type":"update_item","item":"\#(id)",\#(more)}"#
  }

  static func add(_ item: String) -> String { #"{"type":"add_item","item":\#(item)}"# }

  static func invoice(
    _ day: String, _ amount: Int, id: String = "in", line: String = "", more: String = #","contract":"ct""#
  ) -> Told {
    (
      "invoice.finalized", day,
      #"{"invoice":"\#(id)","customer":"c","currency":"usd""# + more
        + #","lines":[{"line":"il_\#(id)","amount":\#(amount)\#(line)}]}"#
    )
  }

  static func paid(_ day: String, _ amount: Int, id: String = "ch", of invoice: String = "in") -> Told {
    (
      "charge.succeeded", day,
      #"{"charge":"\#(id)","currency":"usd","amount":\#(amount),"invoice":"\#(invoice)"}"#
    )
  }

  static func event(_ type: String, _ day: String, _ data: String) -> Told { (type, day, "{\(data)}") }

  static func refund(_ day: String, _ amount: Int) -> Told {
    event("refund.created", day, #""refund":"re","charge":"ch","currency":"usd","amount":\#(amount)"#)
  }

  static func fulfilled(_ id: String, _ day: String, _ measure: String) -> Told {
    event(
      "performance_obligation.fulfilled", day,
      #""fulfillment":"\#(id)","target":{"type":"contract_item","contract_item":"ci"},\#(measure)"#
        + #","period":{"start":"\#(day)T00:00:00Z"}"#)
  }
}
