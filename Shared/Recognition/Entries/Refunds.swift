import Accounting
import Messages

/// What a refund or dispute took: of which billing, and which money it gave back.
struct Withdrawal {
  let billing: Int
  /// The payment it gave back, by charge.
  let charge: String?
  var takings: [Taking]
  /// What of it has not come back.
  var left: Int64
  let amount: Int64
}

// Money goes back: refunds and disputes, by the one rule of contra.
extension Walk {
  /// Takes an amount from a billing's lines and books it against one account.
  mutating func take(
    _ amount: Int64, _ place: Int, contra: Account, counter: Account, in period: Int, _ cause: Cause,
    overpaid: Int64 = 0
  ) -> Taking {
    let acts = billings[place].period(of: period)
    var taking = Taking(contra: contra, cause: cause)
    // Money that was paid beyond what was open goes back first.
    let overpayment = min(amount, overpaid)
    if overpayment > 0 {
      taking.pieces.append(
        Taking.Piece(
          kind: .overpayment, line: nil, subject: billings[place].subject, account: .overpayments, counter: counter,
          period: acts, amount: overpayment))
    }
    billings[place].take(amount - overpayment, in: acts, into: &taking)
    taking.divide(over: [(counter, 0)])
    taking.book(in: &journal)
    return taking
  }

  mutating func refund(_ data: RefundCreated, _ fact: BookFact) throws(Refusal) -> Reference? {
    let (cause, period) = (act(fact), ordinal(fact.time))
    guard let place = try paidBilling(charge: data.charge, invoice: data.invoice) else {
      return data.charge.map { Reference(.charge, $0) } ?? data.invoice.map { Reference(.invoice, $0) }
    }
    try expect(data.currency, in: place)
    if let note = foreknown.noteOfRefund[data.refund] {
      // The note books it; the refund adds only its fee.
      guard notes[note] != nil else { return Reference(.creditNote, note) }
      journal.book(.fees, .cash, data.fee, in: billings[place].period(of: period), billings[place].subject, cause)
      wake(Reference(.refund, data.refund))
      return nil
    }
    var withdrawal = Withdrawal(
      billing: place, charge: data.charge, takings: [], left: data.amount, amount: data.amount)
    if let destination = data.charge.flatMap({ payments[$0]?.destination }) {
      withdrawal.takings = refundDestination(data, destination, place, period, cause)
    } else {
      withdrawal.takings = withdraw(
        data.amount, place, charge: data.charge, contra: .refunds, outside: .externalAssetRefunds, in: period, cause)
    }
    journal.book(.fees, .cash, data.fee, in: billings[place].period(of: period), billings[place].subject, cause)
    withdrawals[Reference(.refund, data.refund)] = withdrawal
    wake(Reference(.refund, data.refund))
    return nil
  }

  mutating func dispute(_ data: DisputeCreated, _ fact: BookFact) throws(Refusal) -> Reference? {
    let (cause, period) = (act(fact), ordinal(fact.time))
    guard let place = try paidBilling(charge: data.charge, invoice: data.invoice) else {
      return data.charge.map { Reference(.charge, $0) } ?? data.invoice.map { Reference(.invoice, $0) }
    }
    try expect(data.currency, in: place)
    let takings = withdraw(
      data.amount, place, charge: data.charge, contra: .disputes, outside: .disputes, in: period, cause)
    journal.book(.fees, .cash, data.fee, in: billings[place].period(of: period), billings[place].subject, cause)
    withdrawals[Reference(.dispute, data.dispute)] = Withdrawal(
      billing: place, charge: data.charge, takings: takings, left: data.amount, amount: data.amount)
    wake(Reference(.dispute, data.dispute))
    return nil
  }

  /// The billing that a charge paid, or the invoice.
  private func paidBilling(charge: String?, invoice: String?) throws(Refusal) -> Int? {
    if let charge { return payments[charge]?.billing }
    return invoice.flatMap { billingPlaces[$0] }
  }

  /// Takes money back from a billing: of one that names an invoice, what was paid outside goes back first, outside.
  private mutating func withdraw(
    _ amount: Int64, _ place: Int, charge: String?, contra: Account, outside: Account, in period: Int, _ cause: Cause
  ) -> [Taking] {
    var takings: [Taking] = []
    var rest = amount
    if charge == nil, contra == .refunds, billings[place].paidOutside > 0 {
      let share = min(rest, billings[place].paidOutside)
      billings[place].paidOutside -= share
      takings.append(take(share, place, contra: outside, counter: .externalAsset, in: period, cause))
      rest -= share
    }
    guard rest > 0 else { return takings }
    let overpaid = takeOverpaid(rest, place, charge: charge)
    takings.append(
      take(rest, place, contra: contra, counter: billings[place].cash, in: period, cause, overpaid: overpaid))
    return takings
  }

  /// What of an amount was paid beyond what was open, by this charge or, if none is named, by any of the billing's.
  private mutating func takeOverpaid(_ amount: Int64, _ place: Int, charge: String?) -> Int64 {
    var taken: Int64 = 0
    let charges = charge.map { [$0] } ?? payments.filter { $0.value.billing == place }.map(\.key).sorted()
    for charge in charges {
      let share = min(amount - taken, payments[charge]?.overpaid ?? 0)
      payments[charge]?.overpaid -= share
      taken += share
    }
    return taken
  }

  /// A refund that failed, a dispute that was won: undone, or a gain.
  mutating func takeBack(_ reference: Reference, _ amount: Int64?, fee: Int64, _ fact: BookFact) -> Reference? {
    guard var withdrawal = withdrawals[reference] else {
      // The refund of a note is undone with the note.
      return foreknown.noteOfRefund[reference.id] == nil || reference.kind != .refund ? reference : nil
    }
    let (cause, period) = (act(fact), ordinal(fact.time))
    let comesBack = min(amount ?? withdrawal.left, withdrawal.left)
    var parts = Spreading.spread(comesBack, over: withdrawal.takings.map(\.amount))
    for (index, taking) in withdrawal.takings.enumerated() where taking.amount != 0 {
      let share = (part: parts[index], whole: taking.amount)
      if settings.recoveredRevenueAsGains {
        billings[withdrawal.billing].recover(taking, share: share, in: period, cause, &journal)
      } else {
        billings[withdrawal.billing].undo(taking, share: share, in: period, cause, &journal)
      }
      parts[index] = 0
    }
    let place = withdrawal.billing
    journal.book(.fees, .cash, fee, in: billings[place].period(of: period), billings[place].subject, cause)
    withdrawal.left -= comesBack
    withdrawals[reference] = withdrawal
    return nil
  }

  /// A dispute that was lost: only its fee.
  mutating func lose(_ data: DisputeClosed, _ fact: BookFact) -> Reference? {
    let reference = Reference(.dispute, data.dispute)
    guard let withdrawal = withdrawals[reference] else { return reference }
    let billing = billings[withdrawal.billing]
    journal.book(.fees, .cash, data.fee, in: billing.period(of: ordinal(fact.time)), billing.subject, act(fact))
    return nil
  }
}
