import Accounting
import JSON

/// `performance_obligation.fulfilled`: something promised was delivered.
public struct ObligationFulfilled: Hashable, Sendable {
  /// What is fulfilled.
  public enum Target: Hashable, Sendable {
    /// A line of an invoice.
    case invoiceLine(String)
    /// An item of a contract.
    case contractItem(String)
  }

  /// How much of it.
  public enum Measure: Hashable, Sendable {
    /// An amount in minor units of a currency.
    case amount(Int64, Currency)
    /// Units of the line's quantity.
    case units(ExactDecimal)
    /// A percentage of the whole, earlier fulfillments included.
    case percent(ExactDecimal)
  }

  enum TargetType: String, CaseIterable {
    case invoiceLineItem = "invoice_line_item"
    case contractItem = "contract_item"
  }

  /// The fulfillment.
  public var fulfillment: String
  /// What is fulfilled.
  public var target: Target
  /// How much of it.
  public var measure: Measure
  /// When.
  public var start: Instant
  /// Until when; nil: all at `start`.
  public var end: Instant?
  /// Words.
  public var description: String?
  /// The evidence: a delivery note, an acceptance.
  public var metadata: [Metadata]

  /// A fulfillment.
  public init(
    fulfillment: String, target: Target, measure: Measure, start: Instant, end: Instant? = nil,
    description: String? = nil, metadata: [Metadata] = []
  ) {
    self.fulfillment = fulfillment
    self.target = target
    self.measure = measure
    self.start = start
    self.end = end
    self.description = description
    self.metadata = metadata
  }

  init(from reader: inout FactReader) {
    fulfillment = reader.identifier("fulfillment")
    target =
      reader.object("target") { reader in
        switch reader.choice("type", TargetType.self) {
        case .contractItem: .contractItem(reader.identifier("contract_item"))
        case .invoiceLineItem: .invoiceLine(reader.identifier("invoice_line_item"))
        case nil: .invoiceLine("")
        }
      } ?? .invoiceLine("")
    measure = Self.measure(from: &reader)
    let period = reader.object("period") { reader in
      let (start, end) = (reader.instant("start"), reader.optionalInstant("end"))
      if let end, end < start, reader.problems.isEmpty {
        reader.report("period_reversed", "end", "'\(reader.prefix)end' lies before its start.")
      }
      return (start, end)
    }
    start = period?.0 ?? .epoch
    end = period?.1
    description = reader.optionalText("description", limit: FactLimits.descriptionCharacters)
    metadata = reader.metadata()
  }

  private static func measure(from reader: inout FactReader) -> Measure {
    let given = ["amount", "units", "percent"].filter { reader.has($0) }
    guard given.count == 1 else {
      if given.isEmpty {
        reader.report("parameter_missing", "amount", "One of 'amount', 'units' and 'percent' is needed.")
      } else {
        reader.report("parameter_invalid", given[1], "Only one of 'amount', 'units' and 'percent' may be given.")
      }
      return .units(.zero)
    }
    switch given[0] {
    case "amount": return .amount(reader.amount("amount"), reader.currency())
    case "units": return .units(positive("units", &reader))
    default:
      return .percent(positive("percent", &reader))
    }
  }

  private static func positive(_ name: String, _ reader: inout FactReader) -> ExactDecimal {
    let number = reader.decimal(name)
    if number.isNegative { reader.report("parameter_invalid_decimal", name, "'\(name)' must not be negative.") }
    return number
  }

  func write(to writer: inout JSONWriter) {
    writer.member("fulfillment", fulfillment)
    writer.member(
      "target",
      object: { writer in
        switch target {
        case .invoiceLine(let line):
          writer.member("type", "invoice_line_item")
          writer.member("invoice_line_item", line)
        case .contractItem(let item):
          writer.member("type", "contract_item")
          writer.member("contract_item", item)
        }
      })
    switch measure {
    case .amount(let amount, let currency):
      writer.member("amount", amount)
      writer.member("currency", currency.code)
    case .units(let units): writer.member("units", units.text)
    case .percent(let percent): writer.member("percent", percent.text)
    }
    writer.member(
      "period",
      object: { writer in
        writer.member("start", start)
        if let end { writer.member("end", end) }
      })
    writer.member("description", description)
    writer.member("metadata", metadata)
  }
}

/// `performance_obligation.reversed`: a fulfillment counts as never reported.
public struct ObligationReversed: Hashable, Sendable {
  /// The fulfillment.
  public var fulfillment: String

  /// The reversal of a fulfillment.
  public init(fulfillment: String) {
    self.fulfillment = fulfillment
  }

  init(from reader: inout FactReader) {
    fulfillment = reader.identifier("fulfillment")
  }

  func write(to writer: inout JSONWriter) {
    writer.member("fulfillment", fulfillment)
  }
}

/// `transaction.excluded`, `.included`: a transaction is left out of the books, or taken in again.
public struct TransactionExcluded: Hashable, Sendable {
  /// An invoice, a line, an item or a payment that stands alone.
  public var transaction: String
  /// Why.
  public var reason: String?

  init(from reader: inout FactReader) {
    transaction = reader.identifier("transaction")
    reason = reader.optionalText("reason")
  }
}

/// `recognition.overridden`: when a transaction's revenue is recognized, told from outside.
public struct RecognitionOverridden: Hashable, Sendable {
  /// The system it comes from.
  public var source: String
  /// The transaction.
  public var transaction: String
  /// The part of it.
  public var split: String?
  /// When the service is given.
  public var period: ServicePeriod?
  /// When it is booked.
  public var booked: Instant?
  /// The part's amount.
  public var amount: Int64?
  /// Words.
  public var description: String?
  /// Why.
  public var reason: String?

  init(from reader: inout FactReader) {
    source = reader.identifier("source")
    transaction = reader.identifier("transaction")
    split = reader.optionalIdentifier("split")
    period = reader.optionalPeriod()
    booked = reader.optionalInstant("booked")
    amount = reader.optionalAmount("amount")
    description = reader.optionalText("description", limit: FactLimits.descriptionCharacters)
    reason = reader.optionalText("reason")
  }
}

/// `journal_entry.recorded`: an entry made by hand.
public struct JournalEntryRecorded: Hashable, Sendable {
  /// The entry.
  public var journalEntry: String
  /// The period's name.
  public var period: String
  /// The account debited, by name.
  public var debit: String
  /// The account credited, by name.
  public var credit: String
  /// How much.
  public var amount: Int64
  /// In which currency.
  public var currency: Currency
  /// The transaction it belongs to.
  public var transaction: String?
  /// Words.
  public var description: String?

  init(from reader: inout FactReader) {
    journalEntry = reader.identifier("journal_entry")
    period = reader.identifier("period")
    debit = reader.identifier("debit")
    credit = reader.identifier("credit")
    amount = reader.amount("amount")
    currency = reader.currency()
    transaction = reader.optionalIdentifier("transaction")
    description = reader.optionalText("description", limit: FactLimits.descriptionCharacters)
  }
}

/// `journal_entry.deleted`: an entry made by hand does not count.
public struct JournalEntryDeleted: Hashable, Sendable {
  /// The entry.
  public var journalEntry: String

  init(from reader: inout FactReader) {
    journalEntry = reader.identifier("journal_entry")
  }
}
