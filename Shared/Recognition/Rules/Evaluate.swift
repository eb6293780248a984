import Accounting
import Messages

/// A rule as of now.
public struct Rule: Hashable, Sendable {
  /// What was set.
  public var data: RuleSet
  /// The id of the envelope that set it.
  public var version: String
  /// Its place: the first that holds wins.
  public var position: Int64
}

/// The rule that treats a candidate: the first, by position, whose effective period holds its booking and whose conditions
/// all hold. Nil if none does.
/// - Parameter rules: in order of position.
public func evaluate(_ candidate: Candidate, rules: [Rule], catalog: Catalog) -> AppliedRule? {
  for rule in rules where rule.data.effective.holds(candidate.bookedAt) {
    if rule.data.conditions.allSatisfy({ $0.holds(for: candidate, catalog: catalog) }) {
      return AppliedRule(
        rule: rule.data.rule, version: rule.version, name: rule.data.name, treatments: rule.data.treatments)
    }
  }
  return nil
}

extension RuleCondition {
  /// Whether the condition holds. A thing the candidate has none of, or a member it lacks, never holds.
  func holds(for candidate: Candidate, catalog: Catalog) -> Bool {
    guard exists(in: candidate) else { return false }
    guard let comparison else { return true }
    if comparison.comparesAmounts {
      guard let limit = amount, let found = foundAmount(in: candidate, catalog: catalog),
        currency.map({ $0 == found.currency }) ?? true
      else { return false }
      switch comparison {
      case .equals: return found.amount == ExactDecimal(limit)
      case .greaterThan: return found.amount > ExactDecimal(limit)
      default: return found.amount < ExactDecimal(limit)
      }
    }
    guard let text = foundText(in: candidate, catalog: catalog).map({ TextFolding.fold($0) }) else { return false }
    let wanted = texts.map { TextFolding.fold($0) }
    switch comparison {
    case .is, .isAnyOf: return wanted.contains(text)
    case .containsAll: return wanted.allSatisfy { text.contains($0) }
    default: return wanted.contains { text.contains($0) }
    }
  }

  /// Whether the candidate has the thing the condition looks at.
  private func exists(in candidate: Candidate) -> Bool {
    switch subject {
    case .invoiceLine: candidate.kind != .charge
    case .invoice: candidate.invoice != nil
    case .charge: candidate.kind == .charge
    case .customer: candidate.customer != nil
    case .product: candidate.product != nil || candidate.price != nil
    case .price: candidate.price != nil
    case .contract: candidate.invoice?.contract != nil
    // A note is not known when its invoice is booked.
    case .creditNote: false
    }
  }

  private func foundAmount(in candidate: Candidate, catalog: Catalog) -> (amount: ExactDecimal, currency: Currency)? {
    switch (subject, field) {
    case (.invoiceLine, "amount"), (.charge, "amount"):
      return (ExactDecimal(candidate.amount), candidate.currency)
    case (.invoice, "amount"):
      return candidate.invoice.map { (ExactDecimal($0.amount), candidate.currency) }
    case (.price, "amount"), (.price, "unit_amount"):
      guard let price = candidate.price.flatMap({ catalog.price($0) }), let amount = price.unitAmount else {
        return nil
      }
      return (amount, price.currency)
    default:
      return nil
    }
  }

  private func foundText(in candidate: Candidate, catalog: Catalog) -> String? {
    let product = candidate.product ?? candidate.price.flatMap { catalog.price($0)?.product }
    if field.hasPrefix("metadata.") {
      let key = field.dropFirst("metadata.".count)
      let metadata: [Metadata] =
        switch subject {
        case .invoiceLine, .charge: candidate.metadata
        case .invoice: candidate.invoice?.metadata ?? []
        case .customer: candidate.customer.flatMap { catalog.customer($0)?.metadata } ?? []
        case .product: product.flatMap { catalog.product($0)?.metadata } ?? []
        case .price, .contract, .creditNote: []
        }
      return metadata.first { $0.key == key }?.value
    }
    switch (subject, field) {
    case (.invoiceLine, "id"), (.charge, "id"): return candidate.target.id
    case (.invoiceLine, "description"), (.charge, "description"): return candidate.description
    case (.invoiceLine, "price"), (.charge, "price"), (.price, "id"): return candidate.price
    case (.invoiceLine, "product"), (.charge, "product"), (.product, "id"), (.price, "product"): return product
    case (.invoiceLine, "customer"), (.invoice, "customer"), (.charge, "customer"), (.customer, "id"):
      return candidate.customer
    case (.invoiceLine, "currency"), (.invoice, "currency"), (.charge, "currency"), (.price, "currency"):
      return candidate.currency.code
    case (.invoice, "id"): return candidate.invoice?.id
    case (.invoice, "number"): return candidate.invoice?.number
    case (.invoice, "subscription"): return candidate.invoice?.subscription
    case (.contract, "id"), (.invoice, "contract"): return candidate.invoice?.contract
    case (.customer, "email"): return candidate.customer.flatMap { catalog.customer($0)?.email }
    case (.customer, "name"): return candidate.customer.flatMap { catalog.customer($0)?.name }
    case (.customer, "country"), (.customer, "address.country"):
      return candidate.customer.flatMap { catalog.customer($0)?.country }
    case (.customer, "state"), (.customer, "address.state"):
      return candidate.customer.flatMap { catalog.customer($0)?.state }
    case (.product, "name"): return product.flatMap { catalog.product($0)?.name }
    default: return nil
    }
  }
}
