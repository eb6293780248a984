import Accounting

/// `credit_note.issued`: part of an invoice was taken back.
public struct CreditNoteIssued: Hashable, Sendable {
  /// A line of the note.
  public struct Line: Hashable, Sendable {
    /// The line of the invoice.
    public var invoiceLine: String
    /// What is taken back, its taxes included.
    public var amount: Int64
    /// The taxes in it.
    public var taxes: [Tax]

    init(from reader: inout FactReader) {
      invoiceLine = reader.identifier("invoice_line")
      amount = reader.amount("amount")
      taxes = reader.optionalList("taxes") { Tax(from: &$0) }
    }
  }

  /// A refund that pays the note out.
  public struct Refund: Hashable, Sendable {
    /// The refund.
    public var refund: String
    /// How much of it.
    public var amount: Int64

    init(from reader: inout FactReader) {
      refund = reader.identifier("refund")
      amount = reader.positiveAmount("amount")
    }
  }

  /// The note.
  public var creditNote: String
  /// The invoice.
  public var invoice: String
  /// The currency of its amounts.
  public var currency: Currency
  /// The whole, taxes included.
  public var amount: Int64
  /// What lowers the receivable.
  public var prePaymentAmount: Int64?
  /// What is paid out.
  public var refundAmount: Int64?
  /// The refunds that pay it out.
  public var refunds: [Refund]
  /// What is credited to the customer's balance.
  public var balanceAmount: Int64?
  /// What is given back outside.
  public var outOfBandAmount: Int64?
  /// The lines it takes from; empty: all.
  public var lines: [Line]
  /// Why.
  public var reason: String?

  init(from reader: inout FactReader) {
    creditNote = reader.identifier("credit_note")
    invoice = reader.identifier("invoice")
    currency = reader.currency()
    amount = reader.positiveAmount("amount")
    prePaymentAmount = reader.optionalPositiveAmount("pre_payment_amount")
    refundAmount = reader.optionalPositiveAmount("refund_amount")
    refunds = reader.optionalList("refunds") { Refund(from: &$0) }
    balanceAmount = reader.optionalPositiveAmount("balance_amount")
    outOfBandAmount = reader.optionalPositiveAmount("out_of_band_amount")
    lines = reader.optionalList("lines") { Line(from: &$0) }
    reason = reader.optionalText("reason")
  }
}

/// `credit_note.voided`: the note does not count any more.
public struct CreditNoteVoided: Hashable, Sendable {
  /// The note.
  public var creditNote: String

  init(from reader: inout FactReader) {
    creditNote = reader.identifier("credit_note")
  }
}
