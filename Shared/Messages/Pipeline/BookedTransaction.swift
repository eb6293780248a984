import Accounting
import JSON

/// What reports look at of a transaction beside its entries: what decides how the general ledger calls its accounts.
public struct BookedTransaction: Hashable, Sendable {
  /// The invoice, payment, item or contract.
  public var id: String
  /// When it was booked.
  public var booked: Instant
  /// The customer.
  public var customer: String?
  /// What the business noted.
  public var metadata: [Metadata]

  /// That transaction.
  public init(id: String, booked: Instant, customer: String?, metadata: [Metadata] = []) {
    self.id = id
    self.booked = booked
    self.customer = customer
    self.metadata = metadata
  }

  /// The transaction as a JSON object; `BookedTransaction(_:)` reads it again.
  public var json: [UInt8] {
    var writer = JSONWriter()
    writer.object(write)
    return writer.bytes
  }

  /// Reads what `json` gave.
  public init(_ value: JSONValue) throws(FactError) {
    var reader = FactReader(value)
    self.init(from: &reader)
    if let problem = reader.problems.first { throw problem }
  }

  func write(to writer: inout JSONWriter) {
    writer.member("id", id)
    writer.member("booked", booked.rfc3339)
    writer.member("customer", customer)
    guard !metadata.isEmpty else { return }
    writer.member("metadata", object: { for pair in metadata { $0.member(pair.key, pair.value) } })
  }

  init(from reader: inout FactReader) {
    id = reader.text("id")
    booked = reader.instant("booked")
    customer = reader.optionalText("customer")
    metadata = reader.metadata()
  }
}
