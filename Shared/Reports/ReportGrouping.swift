/// What the rows of a report are told apart by, besides their accounts and periods.
public enum ReportGrouping: String, CaseIterable, Sendable {
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

  /// The dimensions that stand as columns of their own.
  public var dimensions: [LedgerDimension] {
    switch self {
    case .summary: []
    case .product: [.product]
    case .price: [.price]
    case .customer: [.customer]
    case .invoice: [.transaction]
    case .line: [.transaction, .line]
    case .event: [.event]
    }
  }

  /// The words a reader may choose from.
  static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
