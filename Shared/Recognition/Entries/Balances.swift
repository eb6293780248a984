import Accounting
import Messages

// Means of payment that are no money: the customer's balance and credits; and what moves single accounts.
extension Walk {
  /// The customer's balance pays part of an invoice, or is collected with it.
  /// - Parameter owed: what is collected, in the book's currency.
  mutating func applyBalance(_ amount: Int64, owed: Int64, to billing: inout Billing) {
    if amount > 0 {
      let excess = billing.clear(amount, from: .customerBalance, in: billing.booked, billing.cause, &journal)
      journal.book(.customerBalance, .overpayments, excess.booked, in: billing.booked, billing.subject, billing.cause)
    } else if amount < 0 {
      billing.owed += owed
      billing.owedBilled += owed
      billing.presentment?.owe(-amount, in: billing.booked)
      journal.book(.accountsReceivable, .customerBalance, owed, in: billing.booked, billing.subject, billing.cause)
    }
  }

  /// Paid credits pay part of a line.
  mutating func applyCredits(_ data: InvoiceFinalized, to billing: inout Billing) {
    for (index, line) in data.lines.enumerated() {
      let told = line.credits.reduce(0) { $0 + ($1.category == .paid ? $1.amount : 0) }
      guard told != 0 else { continue }
      let paid = billing.booked(clearing: told, ofLine: index)
      billing.presentment?.clear(line: index, told, in: billing.booked)
      let clearedExcluded = billing.lines[index].clearedExcluded
      billing.clear(line: index, paid, from: .creditGrants, in: billing.booked, billing.cause, &journal)
      let excluded = billing.lines[index].clearedExcluded - clearedExcluded
      billing.paidByGrants.excluded += excluded
      billing.paidByGrants.others += paid - excluded
    }
  }

  func subject(
    _ transaction: String, _ customer: String?, _ currency: Currency, in period: Int
  ) -> EntrySubject {
    EntrySubject(
      transaction: transaction, customer: customer, currency: currency,
      booked: AccountingPeriod(ordinal: Int32(period)))
  }

  mutating func adjustBalance(_ data: CustomerBalanceAdjusted, _ fact: BookFact) throws(Refusal) {
    let period = ordinal(fact.time)
    let book = bookCurrency(of: data.currency, at: fact.time)
    journal.book(
      .customerBalanceAdjustments, .customerBalance,
      try converted(data.amount, data.currency, to: book, at: fact.time), in: period,
      subject(data.adjustment, data.customer, book, in: period), act(fact))
  }

  /// Credit that was paid for is owed until it is used; credit that was given away is a discount when it is used.
  mutating func grant(_ data: CreditGrant, _ fact: BookFact) throws(Refusal) {
    let period = ordinal(fact.time)
    if data.category == .paid {
      let book = bookCurrency(of: data.currency, at: fact.time)
      journal.book(
        .paidCreditGrantsReceivable, .creditGrants,
        try converted(data.amount, data.currency, to: book, at: fact.time), in: period,
        subject(data.grant, data.customer, book, in: period), act(fact))
    }
    grants[data.grant] = fact.time
    wake(Reference(.grant, data.grant))
  }

  mutating func endGrant(_ data: CreditGrant, _ fact: BookFact) throws(Refusal) -> Reference? {
    guard let granted = grants[data.grant] else { return Reference(.grant, data.grant) }
    guard data.category == .paid else { return nil }
    let period = ordinal(fact.time)
    let isExpired = fact.fact.type == .creditGrantExpired
    // What is left of it is what it was when it was granted.
    let book = bookCurrency(of: data.currency, at: granted)
    journal.book(
      .creditGrants, isExpired ? .breakageRevenue : .paidCreditGrantsReceivable,
      try converted(data.amount, data.currency, to: book, at: granted), in: period,
      subject(data.grant, data.customer, book, in: period), act(fact))
    return nil
  }

  mutating func chargeFee(_ data: FeeCharged, _ fact: BookFact) throws(Refusal) {
    let period = ordinal(fact.time)
    let book = bookCurrency(of: data.currency, at: fact.time)
    journal.book(
      .fees, .cash, try converted(data.amount, data.currency, to: book, at: fact.time), in: period,
      subject(data.fee, nil, book, in: period), act(fact))
  }

  /// An entry made by hand goes to an open period; one that was booked while its period was open stays.
  mutating func enter(_ data: JournalEntryRecorded, _ fact: BookFact) throws(Refusal) {
    guard let period = calendar.period(named: data.period) else { throw .unknownPeriod(data.period) }
    guard let debit = Account(rawValue: data.debit) else { throw .unknownAccount(data.debit) }
    guard let credit = Account(rawValue: data.credit) else { throw .unknownAccount(data.credit) }
    let cause = act(fact)
    entered.insert(data.journalEntry)
    let isClosed = input.configuration.closedThrough.map { period <= $0 } ?? false
    let isPosted = input.posted.runs.contains { run in
      run.cause == cause && run.amounts.contains { $0 != 0 }
    }
    let isDeleted = foreknown.deletedEntries.contains(data.journalEntry)
    if isClosed, !isPosted {
      if isDeleted { return }
      throw .periodClosed(data.period)
    }
    if !isClosed, isDeleted { return wake(Reference(.journalEntry, data.journalEntry)) }
    journal.book(
      debit, credit, data.amount, in: Int(period.ordinal),
      subject(data.transaction ?? data.journalEntry, nil, data.currency, in: Int(period.ordinal)), cause)
    wake(Reference(.journalEntry, data.journalEntry))
  }

  /// A deletion stands where its entry's period is open.
  mutating func delete(_ data: JournalEntryDeleted, _ fact: BookFact) throws(Refusal) -> Reference? {
    guard entered.contains(data.journalEntry) else { return Reference(.journalEntry, data.journalEntry) }
    let cause = Cause(type: FactType.journalEntryRecorded.rawValue, id: data.journalEntry)
    guard let run = journal.runs.first(where: { $0.cause == cause }) else { return nil }
    throw .periodClosed(calendar.name(run.from))
  }
}
