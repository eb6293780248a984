import Accounting
import Messages

/// Says to which account of the general ledger each side of an entry belongs. What is mapped depends on the transaction, so
/// the transactions of all books are looked at once, and only where something is mapped at all.
public struct GeneralLedger: Sendable {
  /// What mappings look at in a transaction.
  private struct Transaction {
    var booked: Instant
    var customer: String?
    var metadata: [Metadata] = []
  }

  private let mappings: AccountMappings
  private let catalog: Catalog
  private let calendar: Calendar
  private var transactions: [String: Transaction] = [:]

  /// The general ledger of these books.
  public init(_ books: Books) {
    mappings = books.configuration.mappings
    catalog = books.rules.catalog
    calendar = books.configuration.calendar
    guard !mappings.isEmpty else { return }
    for state in books.states {
      for fact in state.facts { note(fact) }
    }
  }

  /// Whether nothing is mapped.
  public var isEmpty: Bool { mappings.isEmpty }

  private mutating func note(_ fact: BookFact) {
    switch fact.fact {
    case .invoiceFinalized(let data):
      transactions[data.invoice] = Transaction(booked: fact.time, customer: data.customer, metadata: data.metadata)
    case .chargeSucceeded(let data):
      transactions[data.charge] = Transaction(
        booked: data.balanceTransaction?.created ?? fact.time, customer: data.customer)
    case .invoiceItemCreated(let data):
      transactions[data.invoiceItem] = Transaction(booked: fact.time, customer: data.customer)
    case .contractCreated(let data):
      transactions[data.contract] = Transaction(
        booked: data.signedAt, customer: data.customer, metadata: data.metadata)
    default:
      break
    }
  }

  /// The account that a side of an entry is mapped to; nil: it keeps its own name.
  /// - Parameter booked: the period the transaction is booked in, which decides where no moment is known.
  public func account(
    _ account: Account, transaction id: String?, product: String?, customer: String?, booked: AccountingPeriod
  ) -> GeneralLedgerAccount? {
    guard mappings.inOrder.contains(where: { $0.account == account }) else { return nil }
    var transaction = id.flatMap { transactions[$0] } ?? Transaction(booked: calendar.start(of: booked))
    transaction.customer = transaction.customer ?? customer
    let found = mappings.inOrder.first { mapping in
      mapping.account == account && mapping.effective.holds(transaction.booked)
        && holds(mapping, transaction, product: product)
    }
    return found.map { GeneralLedgerAccount(name: $0.glName, number: $0.glNumber) }
  }

  private func holds(_ mapping: AccountMappingSet, _ transaction: Transaction, product: String?) -> Bool {
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
