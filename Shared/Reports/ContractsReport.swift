import Accounting

/// One figure of where a contract stands.
public struct ContractNote: Hashable, Sendable {
  /// The contract.
  public var contract: String
  /// The other side.
  public var customer: String
  /// The currency of the amount.
  public var currency: Currency
  /// What is measured.
  public var metric: String
  /// Of what is still to be billed, when.
  public var on: Instant?
  /// How much.
  public var amountMinorUnits: Int64

  /// A figure.
  public init(
    contract: String, customer: String, currency: Currency, metric: String, on: Instant? = nil, amountMinorUnits: Int64
  ) {
    self.contract = contract
    self.customer = customer
    self.currency = currency
    self.metric = metric
    self.on = on
    self.amountMinorUnits = amountMinorUnits
  }
}

extension ReportDefinition {
  /// Where contracts stand.
  static let contracts = ReportDefinition(
    name: .contracts, title: "Contracts",
    sentence: "Where contracts stand: total, billed, recognized, what is left and when. contracts/ID shows one.",
    parameters: [.end, .contract, .currency, .asOf],
    needs: [.contracts],
    select: { query, _ in LedgerSelection(currency: query.currency, asOf: query.asOf, limit: 0) },
    make: { input in
      var output = Output(
        columns: [
          .init("contract"), .init("customer"), .init("currency"), .init("metric"), .init("on"),
          .init("amount", .amount),
        ])
      for note in input.contracts
      where input.query.contract.map({ $0 == note.contract }) ?? true
        && input.query.currency.map({ $0 == note.currency }) ?? true
      {
        output.rows.append([
          .text(note.contract), .text(note.customer), .currency(note.currency), .label(note.metric),
          note.on.map { .instant($0) } ?? .empty, .amount(Int128(note.amountMinorUnits), note.currency),
        ])
      }
      return output
    })
}
