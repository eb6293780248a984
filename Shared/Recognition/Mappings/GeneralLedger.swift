import Accounting
import Messages

/// Says to which account of the general ledger each side of an entry belongs. What is mapped depends on the transaction, so
/// the transactions of all books are looked at once, and only where something is mapped at all.
public struct GeneralLedger: Sendable {
  private let mappings: AccountMappings
  private let catalog: Catalog
  private let calendar: Calendar
  private var transactions: [String: BookedTransaction] = [:]

  /// The general ledger of these books.
  public init(_ books: Books) {
    let transactions = books.states.lazy.flatMap(\.facts).compactMap(\.bookedTransaction)
    self.init(books.configuration, books.rules.catalog, transactions)
  }

  /// The general ledger of an account that has configured this, with these customers and transactions; of a transaction that
  /// stands there twice, the later counts.
  public init(_ configuration: Configuration, _ catalog: Catalog, _ transactions: some Sequence<BookedTransaction>) {
    mappings = configuration.mappings
    calendar = configuration.calendar
    self.catalog = catalog
    guard !mappings.isEmpty else { return }
    for transaction in transactions { self.transactions[transaction.id] = transaction }
  }

  /// Whether nothing is mapped.
  public var isEmpty: Bool { mappings.isEmpty }

  /// The account that a side of an entry is mapped to; nil: it keeps its own name.
  /// - Parameter booked: the period the transaction is booked in, which decides where no moment is known.
  public func account(
    _ account: Account, transaction id: String?, product: String?, customer: String?, booked: AccountingPeriod
  ) -> GeneralLedgerAccount? {
    guard mappings.inOrder.contains(where: { $0.account == account }) else { return nil }
    var transaction =
      id.flatMap { transactions[$0] }
      ?? BookedTransaction(id: id ?? "", booked: calendar.start(of: booked), customer: nil)
    transaction.customer = transaction.customer ?? customer
    // An imported booking date has moved it.
    if calendar.period(containing: transaction.booked) != booked { transaction.booked = calendar.start(of: booked) }
    let found = mappings.inOrder.first { mapping in
      mapping.account == account && mapping.effective.holds(transaction.booked)
        && holds(mapping, transaction, product: product)
    }
    return found.map { GeneralLedgerAccount(name: $0.glName, number: $0.glNumber) }
  }

  private func holds(_ mapping: AccountMappingSet, _ transaction: BookedTransaction, product: String?) -> Bool {
    guard let attribute = mapping.attribute else { return true }
    let customer = transaction.customer.flatMap { catalog.customer($0) }
    let region = customer?.country.map { country in customer?.state.map { [country, $0] } ?? [country] }
    switch attribute {
    case "product", "product_id": return product == mapping.value
    case "customer": return transaction.customer == mapping.value
    case "country", "shipping_country", "shipping_region_country": return customer?.country == mapping.value
    case "state", "shipping_state", "shipping_region_state": return customer?.state == mapping.value
    case "region", "shipping_region":
      // A region is a country, or a country and a state of it.
      return region.map { [$0[0], $0.joined(separator: "-")].contains(mapping.value) } ?? false
    default:
      guard let key = Self.metadataKey(attribute) else { return false }
      return transaction.metadata.contains { $0.key == key && $0.value == mapping.value }
    }
  }

  private static func metadataKey(_ attribute: String) -> String? {
    for prefix in ["metadata.", "invoice.metadata.", "invoice_metadata."] where attribute.hasPrefix(prefix) {
      return String(attribute.dropFirst(prefix.count))
    }
    return nil
  }
}
