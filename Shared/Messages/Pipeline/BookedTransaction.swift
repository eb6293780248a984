import Accounting
import JSON

/// What reports look at of a transaction beside its entries: what decides how the general ledger calls
/// its accounts, when it is due, and what the business noted.
public struct BookedTransaction: Hashable, Sendable {
  /// The invoice, payment, item or contract.
  public var id: String
  /// When it was booked.
  public var booked: Instant
  /// The customer.
  public var customer: String?
  /// When it is to be paid; nil: at once.
  public var due: Instant?
  /// What the business noted.
  public var metadata: [Metadata]
  /// The lines, or the items of a contract, on which the business noted something.
  public var lines: [Line]

  /// A line on which the business noted something.
  public struct Line: Hashable, Sendable {
    /// The line, or the item.
    public var line: String
    /// What is noted.
    public var metadata: [Metadata]

    /// A line and what is noted on it.
    public init(line: String, metadata: [Metadata]) {
      self.line = line
      self.metadata = metadata
    }
  }

  /// That transaction.
  public init(
    id: String, booked: Instant, due: Instant? = nil, customer: String?, metadata: [Metadata] = [], lines: [Line] = []
  ) {
    self.id = id
    self.booked = booked
    self.due = due
    self.customer = customer
    self.metadata = metadata
    self.lines = lines
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
    writer.member("due", due?.rfc3339)
    writer.member("customer", customer)
    writer.member("metadata", metadata)
    guard !lines.isEmpty else { return }
    writer.member(
      "lines",
      array: { list in
        for line in lines {
          list.object {
            $0.member("line", line.line)
            $0.member("metadata", line.metadata)
          }
        }
      })
  }

  init(from reader: inout FactReader) {
    id = reader.text("id")
    booked = reader.instant("booked")
    due = reader.optionalInstant("due")
    customer = reader.optionalText("customer")
    metadata = reader.metadata()
    lines = reader.optionalList("lines") { Line(line: $0.text("line"), metadata: $0.metadata()) }
  }
}
