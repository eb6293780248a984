import JSON
import Messages

// What reports need of facts beside the entries: how the account names its periods and its accounts, what it has configured,
// and which money processors told of.
extension BookFact {
  /// The transaction that the fact makes, as mappings and reports look at it; nil if it makes none.
  public var bookedTransaction: BookedTransaction? {
    switch fact {
    case .invoiceFinalized(let data):
      BookedTransaction(
        id: data.invoice, booked: time, due: data.due, customer: data.customer, metadata: data.metadata,
        lines: data.lines.filter { !$0.metadata.isEmpty }.map { .init(line: $0.line, metadata: $0.metadata) })
    case .chargeSucceeded(let data):
      BookedTransaction(id: data.charge, booked: time, customer: data.customer)
    case .invoiceItemCreated(let data):
      BookedTransaction(id: data.invoiceItem, booked: time, customer: data.customer)
    case .contractCreated(let data):
      BookedTransaction(
        id: data.contract, booked: data.signedAt, customer: data.customer, metadata: data.metadata,
        lines: data.items.filter { !$0.metadata.isEmpty }.map { .init(line: $0.item, metadata: $0.metadata) })
    case .externalTransactionRecorded(let data):
      BookedTransaction(id: data.transaction, booked: data.booked ?? time, customer: nil)
    default: nil
    }
  }

  /// What reports are told of the fact's data, which read as data of its type again: what is configured as it is, of money what
  /// moved, of a customer no more than the region; nil: nothing.
  public func toldToReports(_ data: JSONValue) -> [UInt8]? {
    if MoneyTold.types.contains(fact.type) { return Self.money(data) }
    if Configuration.types.contains(fact.type) { return data.canonical }
    switch fact {
    case .customerUpdated(let customer):
      var writer = JSONWriter()
      writer.object {
        $0.member("customer", customer.customer)
        guard customer.country != nil || customer.state != nil else { return }
        $0.member(
          "address",
          object: {
            $0.member("country", customer.country)
            $0.member("state", customer.state)
          })
      }
      return writer.bytes
    default: return nil
    }
  }

  /// The members that say what money moved.
  private static let membersOfMoney: Set<String> = [
    "charge", "refund", "dispute", "fee", "transfer", "reversal", "application_fee", "invoice", "payment", "currency",
    "amount", "settlement", "exchange_rate", "destination", "transfer_reversed", "application_fee_refunded",
  ]

  private static func money(_ data: JSONValue) -> [UInt8] {
    var writer = JSONWriter()
    writer.object {
      for member in data.members where membersOfMoney.contains(member.name) {
        $0.member(member.name, raw: member.value.canonical)
      }
    }
    return writer.bytes
  }
}
