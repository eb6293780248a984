import Accounting
import JSON

/// What was told: one case for each type, with its data.
public indirect enum Fact: Hashable, Sendable {
  /// `customer.updated`
  case customerUpdated(CustomerUpdated)
  /// `product.updated`
  case productUpdated(ProductUpdated)
  /// `price.updated`
  case priceUpdated(PriceUpdated)
  /// `subscription.updated`
  case subscriptionUpdated(SubscriptionUpdated)
  /// `subscription_schedule.updated`
  case subscriptionScheduleUpdated(SubscriptionScheduleUpdated)
  /// `meter.updated`
  case meterUpdated(MeterUpdated)
  /// `subscription_item.defined`
  case subscriptionItemDefined(SubscriptionItemDefined)
  /// `usage.recorded`
  case usageRecorded(UsageRecorded)
  /// `usage.cancelled`
  case usageCancelled(UsageCancelled)
  /// `usage.totaled`
  case usageTotaled(UsageTotaled)
  /// `invoice_item.created`
  case invoiceItemCreated(InvoiceItemCreated)
  /// `invoice_item.deleted`
  case invoiceItemDeleted(InvoiceItemDeleted)
  /// `invoice.finalized`
  case invoiceFinalized(InvoiceFinalized)
  /// `invoice.paid_out_of_band`
  case invoicePaidOutOfBand(InvoicePaidOutOfBand)
  /// `invoice.voided`
  case invoiceVoided(InvoiceReference)
  /// `invoice.marked_uncollectible`
  case invoiceMarkedUncollectible(InvoiceReference)
  /// `invoice.paid`
  case invoicePaid(InvoiceReference)
  /// `charge.succeeded`
  case chargeSucceeded(ChargeSucceeded)
  /// `charge.pending`
  case chargePending(ChargeAttempt)
  /// `charge.failed`
  case chargeFailed(ChargeAttempt)
  /// `charge.applied`
  case chargeApplied(ChargeApplication)
  /// `charge.unapplied`
  case chargeUnapplied(ChargeApplication)
  /// `refund.created`
  case refundCreated(RefundCreated)
  /// `refund.failed`
  case refundFailed(RefundFailed)
  /// `dispute.created`
  case disputeCreated(DisputeCreated)
  /// `dispute.won`
  case disputeWon(DisputeClosed)
  /// `dispute.lost`
  case disputeLost(DisputeClosed)
  /// `credit_note.issued`
  case creditNoteIssued(CreditNoteIssued)
  /// `credit_note.voided`
  case creditNoteVoided(CreditNoteVoided)
  /// `customer_balance.adjusted`
  case customerBalanceAdjusted(CustomerBalanceAdjusted)
  /// `credit_grant.granted`
  case creditGrantGranted(CreditGrant)
  /// `credit_grant.expired`
  case creditGrantExpired(CreditGrant)
  /// `credit_grant.voided`
  case creditGrantVoided(CreditGrant)
  /// `transfer.created`
  case transferCreated(TransferCreated)
  /// `transfer.reversed`
  case transferReversed(TransferReversed)
  /// `application_fee.created`
  case applicationFeeCreated(ApplicationFeeCreated)
  /// `application_fee.refunded`
  case applicationFeeRefunded(ApplicationFeeRefunded)
  /// `fee.charged`
  case feeCharged(FeeCharged)
  /// `external_transaction.recorded`
  case externalTransactionRecorded(ExternalTransactionRecorded)
  /// `external_transaction.refunded`
  case externalTransactionRefunded(ExternalTransactionRefunded)
  /// `performance_obligation.fulfilled`
  case obligationFulfilled(ObligationFulfilled)
  /// `performance_obligation.reversed`
  case obligationReversed(ObligationReversed)
  /// `contract.created`
  case contractCreated(ContractCreated)
  /// `contract.adjusted`
  case contractAdjusted(ContractAdjusted)
  /// `contract.voided`
  case contractVoided(ContractVoided)
  /// `opening_balance.recorded`
  case openingBalanceRecorded(OpeningBalanceRecorded)
  /// `transaction.excluded`
  case transactionExcluded(TransactionExcluded)
  /// `transaction.included`
  case transactionIncluded(TransactionExcluded)
  /// `recognition.overridden`
  case recognitionOverridden(RecognitionOverridden)
  /// `recognition.restored`
  case recognitionRestored(RecognitionOverridden)
  /// `journal_entry.recorded`
  case journalEntryRecorded(JournalEntryRecorded)
  /// `journal_entry.deleted`
  case journalEntryDeleted(JournalEntryDeleted)
  /// `settings.changed`
  case settingsChanged(SettingsChanged)
  /// `rule.set`
  case ruleSet(RuleSet)
  /// `rule.deleted`
  case ruleDeleted(RuleDeleted)
  /// `rules.ordered`
  case rulesOrdered(RulesOrdered)
  /// `standalone_selling_price.set`
  case standaloneSellingPriceSet(StandaloneSellingPriceSet)
  /// `standalone_selling_price.deleted`
  case standaloneSellingPriceDeleted(StandaloneSellingPriceDeleted)
  /// `account_mapping.set`
  case accountMappingSet(AccountMappingSet)
  /// `account_mapping.deleted`
  case accountMappingDeleted(AccountMappingDeleted)
  /// `exchange_rate.published`
  case exchangeRatePublished(ExchangeRatePublished)
  /// `period.closed`
  case periodClosed(PeriodClosed)
  /// `period.reopened`
  case periodReopened(PeriodReopened)
  /// `preview.requested`
  case previewRequested(PreviewRequested)

  /// The type, by the name it carries on the wire.
  public var type: FactType {
    switch self {
    case .customerUpdated: .customerUpdated
    case .productUpdated: .productUpdated
    case .priceUpdated: .priceUpdated
    case .subscriptionUpdated: .subscriptionUpdated
    case .subscriptionScheduleUpdated: .subscriptionScheduleUpdated
    case .meterUpdated: .meterUpdated
    case .subscriptionItemDefined: .subscriptionItemDefined
    case .usageRecorded: .usageRecorded
    case .usageCancelled: .usageCancelled
    case .usageTotaled: .usageTotaled
    case .invoiceItemCreated: .invoiceItemCreated
    case .invoiceItemDeleted: .invoiceItemDeleted
    case .invoiceFinalized: .invoiceFinalized
    case .invoicePaidOutOfBand: .invoicePaidOutOfBand
    case .invoiceVoided: .invoiceVoided
    case .invoiceMarkedUncollectible: .invoiceMarkedUncollectible
    case .invoicePaid: .invoicePaid
    case .chargeSucceeded: .chargeSucceeded
    case .chargePending: .chargePending
    case .chargeFailed: .chargeFailed
    case .chargeApplied: .chargeApplied
    case .chargeUnapplied: .chargeUnapplied
    case .refundCreated: .refundCreated
    case .refundFailed: .refundFailed
    case .disputeCreated: .disputeCreated
    case .disputeWon: .disputeWon
    case .disputeLost: .disputeLost
    case .creditNoteIssued: .creditNoteIssued
    case .creditNoteVoided: .creditNoteVoided
    case .customerBalanceAdjusted: .customerBalanceAdjusted
    case .creditGrantGranted: .creditGrantGranted
    case .creditGrantExpired: .creditGrantExpired
    case .creditGrantVoided: .creditGrantVoided
    case .transferCreated: .transferCreated
    case .transferReversed: .transferReversed
    case .applicationFeeCreated: .applicationFeeCreated
    case .applicationFeeRefunded: .applicationFeeRefunded
    case .feeCharged: .feeCharged
    case .externalTransactionRecorded: .externalTransactionRecorded
    case .externalTransactionRefunded: .externalTransactionRefunded
    case .obligationFulfilled: .obligationFulfilled
    case .obligationReversed: .obligationReversed
    case .contractCreated: .contractCreated
    case .contractAdjusted: .contractAdjusted
    case .contractVoided: .contractVoided
    case .openingBalanceRecorded: .openingBalanceRecorded
    case .transactionExcluded: .transactionExcluded
    case .transactionIncluded: .transactionIncluded
    case .recognitionOverridden: .recognitionOverridden
    case .recognitionRestored: .recognitionRestored
    case .journalEntryRecorded: .journalEntryRecorded
    case .journalEntryDeleted: .journalEntryDeleted
    case .settingsChanged: .settingsChanged
    case .ruleSet: .ruleSet
    case .ruleDeleted: .ruleDeleted
    case .rulesOrdered: .rulesOrdered
    case .standaloneSellingPriceSet: .standaloneSellingPriceSet
    case .standaloneSellingPriceDeleted: .standaloneSellingPriceDeleted
    case .accountMappingSet: .accountMappingSet
    case .accountMappingDeleted: .accountMappingDeleted
    case .exchangeRatePublished: .exchangeRatePublished
    case .periodClosed: .periodClosed
    case .periodReopened: .periodReopened
    case .previewRequested: .previewRequested
    }
  }
}

extension Fact {
  /// Reads the data of a fact of this type. Throws the first problem; `check` tells all of them.
  public static func decode(type: String, data: JSONValue) throws(FactError) -> Fact {
    var reader = try reader(of: data)
    let fact = read(try known(type), from: &reader)
    if let problem = reader.problems.first { throw problem }
    return fact
  }

  /// Every problem of a fact of this type; none if it can be decoded.
  public static func check(type: String, data: JSONValue) -> [FactError] {
    do throws(FactError) {
      var reader = try reader(of: data)
      _ = read(try known(type), from: &reader)
      return reader.problems
    } catch {
      return [error]
    }
  }

  private static func known(_ type: String) throws(FactError) -> FactType {
    guard let known = FactType(rawValue: type) else {
      throw FactError(code: "unsupported_type", param: "type", message: "There is no type of fact called '\(type)'.")
    }
    return known
  }

  private static func reader(of data: JSONValue) throws(FactError) -> FactReader {
    guard data.kind == .object else {
      throw FactError(code: "parameter_invalid_object", param: nil, message: "'data' must be an object.")
    }
    return FactReader(data)
  }

  static func read(_ type: FactType, from reader: inout FactReader) -> Fact {
    switch type {
    case .customerUpdated: .customerUpdated(CustomerUpdated(from: &reader))
    case .productUpdated: .productUpdated(ProductUpdated(from: &reader))
    case .priceUpdated: .priceUpdated(PriceUpdated(from: &reader))
    case .subscriptionUpdated: .subscriptionUpdated(SubscriptionUpdated(from: &reader))
    case .subscriptionScheduleUpdated: .subscriptionScheduleUpdated(SubscriptionScheduleUpdated(from: &reader))
    case .meterUpdated: .meterUpdated(MeterUpdated(from: &reader))
    case .subscriptionItemDefined: .subscriptionItemDefined(SubscriptionItemDefined(from: &reader))
    case .usageRecorded: .usageRecorded(UsageRecorded(from: &reader))
    case .usageCancelled: .usageCancelled(UsageCancelled(from: &reader))
    case .usageTotaled: .usageTotaled(UsageTotaled(from: &reader))
    case .invoiceItemCreated: .invoiceItemCreated(InvoiceItemCreated(from: &reader))
    case .invoiceItemDeleted: .invoiceItemDeleted(InvoiceItemDeleted(from: &reader))
    case .invoiceFinalized: .invoiceFinalized(InvoiceFinalized(from: &reader))
    case .invoicePaidOutOfBand: .invoicePaidOutOfBand(InvoicePaidOutOfBand(from: &reader))
    case .invoiceVoided: .invoiceVoided(InvoiceReference(from: &reader))
    case .invoiceMarkedUncollectible: .invoiceMarkedUncollectible(InvoiceReference(from: &reader))
    case .invoicePaid: .invoicePaid(InvoiceReference(from: &reader))
    case .chargeSucceeded: .chargeSucceeded(ChargeSucceeded(from: &reader))
    case .chargePending: .chargePending(ChargeAttempt(from: &reader))
    case .chargeFailed: .chargeFailed(ChargeAttempt(from: &reader))
    case .chargeApplied: .chargeApplied(ChargeApplication(from: &reader))
    case .chargeUnapplied: .chargeUnapplied(ChargeApplication(from: &reader))
    case .refundCreated: .refundCreated(RefundCreated(from: &reader))
    case .refundFailed: .refundFailed(RefundFailed(from: &reader))
    case .disputeCreated: .disputeCreated(DisputeCreated(from: &reader))
    case .disputeWon: .disputeWon(DisputeClosed(from: &reader))
    case .disputeLost: .disputeLost(DisputeClosed(from: &reader))
    case .creditNoteIssued: .creditNoteIssued(CreditNoteIssued(from: &reader))
    case .creditNoteVoided: .creditNoteVoided(CreditNoteVoided(from: &reader))
    case .customerBalanceAdjusted: .customerBalanceAdjusted(CustomerBalanceAdjusted(from: &reader))
    case .creditGrantGranted: .creditGrantGranted(CreditGrant(from: &reader))
    case .creditGrantExpired: .creditGrantExpired(CreditGrant(from: &reader))
    case .creditGrantVoided: .creditGrantVoided(CreditGrant(from: &reader))
    case .transferCreated: .transferCreated(TransferCreated(from: &reader))
    case .transferReversed: .transferReversed(TransferReversed(from: &reader))
    case .applicationFeeCreated: .applicationFeeCreated(ApplicationFeeCreated(from: &reader))
    case .applicationFeeRefunded: .applicationFeeRefunded(ApplicationFeeRefunded(from: &reader))
    case .feeCharged: .feeCharged(FeeCharged(from: &reader))
    case .externalTransactionRecorded: .externalTransactionRecorded(ExternalTransactionRecorded(from: &reader))
    case .externalTransactionRefunded: .externalTransactionRefunded(ExternalTransactionRefunded(from: &reader))
    case .obligationFulfilled: .obligationFulfilled(ObligationFulfilled(from: &reader))
    case .obligationReversed: .obligationReversed(ObligationReversed(from: &reader))
    case .contractCreated: .contractCreated(ContractCreated(from: &reader))
    case .contractAdjusted: .contractAdjusted(ContractAdjusted(from: &reader))
    case .contractVoided: .contractVoided(ContractVoided(from: &reader))
    case .openingBalanceRecorded: .openingBalanceRecorded(OpeningBalanceRecorded(from: &reader))
    case .transactionExcluded: .transactionExcluded(TransactionExcluded(from: &reader))
    case .transactionIncluded: .transactionIncluded(TransactionExcluded(from: &reader))
    case .recognitionOverridden: .recognitionOverridden(RecognitionOverridden(from: &reader))
    case .recognitionRestored: .recognitionRestored(RecognitionOverridden(from: &reader))
    case .journalEntryRecorded: .journalEntryRecorded(JournalEntryRecorded(from: &reader))
    case .journalEntryDeleted: .journalEntryDeleted(JournalEntryDeleted(from: &reader))
    case .settingsChanged: .settingsChanged(SettingsChanged(from: &reader))
    case .ruleSet: .ruleSet(RuleSet(from: &reader))
    case .ruleDeleted: .ruleDeleted(RuleDeleted(from: &reader))
    case .rulesOrdered: .rulesOrdered(RulesOrdered(from: &reader))
    case .standaloneSellingPriceSet: .standaloneSellingPriceSet(StandaloneSellingPriceSet(from: &reader))
    case .standaloneSellingPriceDeleted: .standaloneSellingPriceDeleted(StandaloneSellingPriceDeleted(from: &reader))
    case .accountMappingSet: .accountMappingSet(AccountMappingSet(from: &reader))
    case .accountMappingDeleted: .accountMappingDeleted(AccountMappingDeleted(from: &reader))
    case .exchangeRatePublished: .exchangeRatePublished(ExchangeRatePublished(from: &reader))
    case .periodClosed: .periodClosed(PeriodClosed(from: &reader))
    case .periodReopened: .periodReopened(PeriodReopened(from: &reader))
    case .previewRequested: .previewRequested(PreviewRequested(from: &reader))
    }
  }
}

extension Fact {
  /// Writes the data as an object, for the types that services and the generator make themselves.
  public func encode(into writer: inout JSONWriter) {
    writer.object { writer in
      switch self {
      case .usageRecorded(let data): data.write(to: &writer)
      case .usageTotaled(let data): data.write(to: &writer)
      case .invoiceFinalized(let data): data.write(to: &writer)
      case .chargeSucceeded(let data): data.write(to: &writer)
      case .obligationFulfilled(let data): data.write(to: &writer)
      case .obligationReversed(let data): data.write(to: &writer)
      default: preconditionFailure("facts of type \(type.rawValue) are only read")
      }
    }
  }
}
