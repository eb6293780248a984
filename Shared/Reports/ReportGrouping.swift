/// What the rows of a report are told apart by, besides their accounts and periods.
public enum ReportGrouping: Hashable, Sendable {
  /// Nothing further.
  case summary
  /// The product sold.
  case product
  /// The price it was sold at.
  case price
  /// The customer.
  case customer
  /// The invoice, payment, refund …
  case invoice
  /// The line of the invoice.
  case line
  /// The kind of business event.
  case event
  /// What the business noted under a key: on the line, else on its invoice or contract.
  case metadata(key: String)

  /// Those that need no further word.
  public static let named: [ReportGrouping] = [.summary, .product, .price, .customer, .invoice, .line, .event]

  private static let metadataPrefix = "metadata."

  /// The grouping that is written so: a name, or `metadata.KEY`.
  public init?(_ text: String) {
    if let named = Self.named.first(where: { $0.text == text }) {
      self = named
    } else if text.hasPrefix(Self.metadataPrefix), text != Self.metadataPrefix {
      self = .metadata(key: String(text.dropFirst(Self.metadataPrefix.count)))
    } else {
      return nil
    }
  }

  /// How it is written.
  public var text: String {
    switch self {
    case .summary: "summary"
    case .product: "product"
    case .price: "price"
    case .customer: "customer"
    case .invoice: "invoice"
    case .line: "line"
    case .event: "event"
    case .metadata(let key): Self.metadataPrefix + key
    }
  }

  /// What the ledger must tell apart for it.
  public var dimensions: [LedgerDimension] {
    switch self {
    case .summary: []
    case .product: [.product]
    case .price: [.price]
    case .customer: [.customer]
    case .invoice: [.transaction]
    case .line, .metadata: [.transaction, .line]
    case .event: [.event]
    }
  }

  /// The columns that say what a row is about.
  var columns: [Report.Column] {
    if case .metadata = self { return [.init(text, title: text)] }
    return dimensions.map { .init($0.rawValue) }
  }

  /// What the row says in these columns.
  func values(_ row: LedgerRow, _ transactions: [String: TransactionNotes]) -> [String?] {
    guard case .metadata(let key) = self else { return dimensions.map { row[$0] } }
    let notes = row.transaction.flatMap { transactions[$0] }
    return [row.line.flatMap { notes?.metadataOfLines[$0]?[key] } ?? notes?.metadata[key]]
  }

  /// The words a reader may choose from.
  static func list(_ choices: [ReportGrouping]) -> String {
    (choices.map(\.text) + [metadataPrefix + "KEY"]).joined(separator: ", ")
  }
}
