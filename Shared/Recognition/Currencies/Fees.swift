import Accounting
import Messages

/// What a processor kept: in the currency of the settlement, whatever book the payment is in.
struct BookedFee {
  let amount: Int64
  let subject: EntrySubject
}

extension Walk {
  /// A fee of a payment, refund or dispute.
  mutating func fee(
    _ amount: Int64, _ settlement: Settlement?, of subject: EntrySubject, at moment: Instant
  ) throws(Refusal) -> BookedFee {
    guard amount != 0, let currency = settlement?.currency, currency != subject.currency else {
      return BookedFee(amount: amount, subject: subject)
    }
    let book = bookCurrency(of: currency, at: calendar.start(of: subject.booked))
    return BookedFee(
      amount: try converted(amount, currency, to: book, at: moment), subject: subject.with(currency: book))
  }

  mutating func book(_ fee: BookedFee, in period: Int, _ cause: Cause) {
    journal.book(.fees, .cash, fee.amount, in: period, fee.subject, cause)
  }
}

extension EntrySubject {
  /// The subject in the book of another currency.
  func with(currency: Currency) -> EntrySubject {
    if currency == self.currency { return self }
    return EntrySubject(
      transaction: transaction, line: line, customer: customer, product: product, price: price, currency: currency,
      booked: booked)
  }
}
