import Accounting
import Messages

/// What was taken at once, and the money that left for it.
struct Withdrawn {
  let taking: Taking
  /// Where the money left.
  let account: Account
  /// How much, in the book's currency; nil: as much as was taken.
  let settled: Int64?
  /// What of it had been paid beyond what was open.
  var overpaid = ToldAndBooked.zero
}

/// What a refund or dispute took: of which billing, and which money it gave back.
struct Withdrawal {
  let billing: Int
  /// The payment it gave back, by charge.
  let charge: String?
  var takings: [Withdrawn]
  /// What of it has not come back.
  var left: Int64
  let amount: Int64
}

// Money goes back: refunds and disputes, by the one rule of contra.
extension Walk {
  /// Takes an amount from a billing's lines and books it against one account.
  mutating func take(
    _ amount: Int64, _ place: Int, contra: Account, counter: Account, in period: Int, _ cause: Cause,
    overpaid: ToldAndBooked = .zero
  ) -> Taking {
    let acts = billings[place].period(of: period)
    var taking = Taking(contra: contra, cause: cause)
    // Money that was paid beyond what was open goes back first.
    let overpayment = min(amount, overpaid.told)
    if overpayment > 0 {
      taking.pieces.append(
        Taking.Piece(
          kind: .overpayment, line: nil, subject: billings[place].subject, account: .overpayments, counter: counter,
          period: acts, amount: overpaid.booked))
      billings[place].count(taken: [], rest: overpayment, in: &taking)
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
    let subject = billings[place].subject
    let settled = try settled(data.settlement, data.amount, data.currency, to: subject.currency, at: fact.time)
    let fee = try fee(data.fee, data.settlement, of: subject, at: fact.time)
    let acts = billings[place].period(of: period)
    if let note = foreknown.noteOfRefund[data.refund] {
      // The note books it; the refund adds only its fee, and what its own rate makes of it.
      guard let takings = notes[note]?.takings else { return Reference(.creditNote, note) }
      if let settled, let taking = takings.first(where: { $0.pieces.first?.counter == .cash }) {
        let share = Billing.share(of: taking.amount, data.amount, taking.amountAsTold)
        journal.book(.fxLoss, .cash, settled - share, in: acts, subject, cause)
      }
      book(fee, in: acts, cause)
      wake(Reference(.refund, data.refund))
      return nil
    }
    var withdrawal = Withdrawal(
      billing: place, charge: data.charge, takings: [], left: data.amount, amount: data.amount)
    if let destination = data.charge.flatMap({ payments[$0]?.destination }) {
      withdrawal.takings = refundDestination(data, destination, place, settled: settled, period, cause)
    } else {
      withdrawal.takings = withdraw(
        data.amount, place, charge: data.charge, contra: .refunds, outside: .externalAssetRefunds, settled: settled,
        in: period, cause)
    }
    book(fee, in: acts, cause)
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
    let subject = billings[place].subject
    let settled = try settled(data.settlement, data.amount, data.currency, to: subject.currency, at: fact.time)
    let fee = try fee(data.fee, data.settlement, of: subject, at: fact.time)
    let takings = withdraw(
      data.amount, place, charge: data.charge, contra: .disputes, outside: .disputes, settled: settled, in: period,
      cause)
    book(fee, in: billings[place].period(of: period), cause)
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
    _ amount: Int64, _ place: Int, charge: String?, contra: Account, outside: Account, settled: Int64?,
    in period: Int, _ cause: Cause
  ) -> [Withdrawn] {
    var takings: [Withdrawn] = []
    var rest = amount
    var money = settled
    if charge == nil, contra == .refunds, billings[place].paidOutside > 0 {
      let share = min(rest, billings[place].paidOutside)
      billings[place].paidOutside -= share
      let part = settled.map { Billing.share(of: $0, share, amount) }
      let taking = take(share, place, contra: outside, counter: .externalAsset, in: period, cause)
      takings.append(exchange(taking, place, with: .externalAsset, settled: part, in: period, cause))
      money = money.map { $0 - (part ?? 0) }
      rest -= share
    }
    guard rest > 0 else { return takings }
    let overpaid = takeOverpaid(rest, place, charge: charge)
    let cash = billings[place].cash
    let taking = take(rest, place, contra: contra, counter: cash, in: period, cause, overpaid: overpaid)
    var withdrawn = exchange(taking, place, with: cash, settled: money, in: period, cause)
    withdrawn.overpaid = overpaid
    takings.append(withdrawn)
    return takings
  }

  /// The money leaves at its own rate; what that makes of it beyond what was taken is a loss of exchange.
  mutating func exchange(
    _ taking: Taking, _ place: Int, with account: Account, settled: Int64?, in period: Int, _ cause: Cause
  ) -> Withdrawn {
    if let settled {
      journal.book(
        .fxLoss, account, settled - taking.amount, in: billings[place].period(of: period), billings[place].subject,
        cause)
    }
    return Withdrawn(taking: taking, account: account, settled: settled)
  }

  /// What of an amount was paid beyond what was open, by this charge or, if none is named, by any of the billing's.
  private mutating func takeOverpaid(
    _ amount: Int64, _ place: Int, charge: String?
  ) -> ToldAndBooked {
    var taken = ToldAndBooked.zero
    let charges = charge.map { [$0] } ?? payments.filter { $0.value.billing == place }.map(\.key).sorted()
    for charge in charges {
      let overpaid = payments[charge]?.overpaid ?? .zero
      let share = min(amount - taken.told, overpaid.told)
      guard share > 0 else { continue }
      let booked = Billing.share(of: overpaid.booked, share, overpaid.told)
      let part = ToldAndBooked(told: share, booked: booked)
      payments[charge]?.overpaid = overpaid - part
      taken = taken + part
    }
    return taken
  }

  /// What was paid beyond what was open is there again, for the next that goes back.
  private mutating func restoreOverpaid(
    _ overpaid: ToldAndBooked, _ share: (part: Int64, whole: Int64), _ place: Int, charge: String?
  ) {
    guard overpaid.told != 0,
      let charge = charge ?? payments.filter({ $0.value.billing == place }).map(\.key).min()
    else { return }
    let back = ToldAndBooked(
      told: Billing.share(of: overpaid.told, share.part, share.whole),
      booked: Billing.share(of: overpaid.booked, share.part, share.whole))
    let now = payments[charge]?.overpaid ?? .zero
    payments[charge]?.overpaid = now + back
  }

  /// A refund that failed, a dispute that was won: undone, or a gain.
  mutating func takeBack(
    _ reference: Reference, _ amount: Int64?, settlement: Settlement?, fee: Int64, _ fact: BookFact
  ) throws(Refusal) -> Reference? {
    guard var withdrawal = withdrawals[reference] else {
      // The refund of a note is undone with the note.
      return foreknown.noteOfRefund[reference.id] == nil || reference.kind != .refund ? reference : nil
    }
    let (cause, period) = (act(fact), ordinal(fact.time))
    let place = withdrawal.billing
    let (subject, acts) = (billings[place].subject, billings[place].period(of: period))
    let fee = try self.fee(fee, settlement, of: subject, at: fact.time)
    let comesBack = min(amount ?? withdrawal.left, withdrawal.left)
    let parts = Spreading.spread(comesBack, over: withdrawal.takings.map(\.taking.amountAsTold))
    // The money comes back as it is settled now, else as it was settled when it left.
    let settled = settlement.flatMap { $0.currency == subject.currency ? $0.amount : nil }
    let settledParts = settled.map { Spreading.spread($0, over: parts) }
    for (index, withdrawn) in withdrawal.takings.enumerated() where withdrawn.taking.amount != 0 {
      let taking = withdrawn.taking
      let share = (part: parts[index], whole: taking.amountAsTold)
      let back =
        settings.recoveredRevenueAsGains
        ? billings[place].recover(taking, share: share, in: period, cause, &journal)
        : billings[place].undo(taking, share: share, in: period, cause, &journal)
      restoreOverpaid(withdrawn.overpaid, share, place, charge: withdrawal.charge)
      let mirrored = withdrawn.settled.map { Billing.share(of: $0, share.part, share.whole) }
      if let money = settledParts?[index] ?? mirrored {
        journal.book(.fxLoss, withdrawn.account, back - money, in: acts, subject, cause)
      }
    }
    book(fee, in: acts, cause)
    withdrawal.left -= comesBack
    withdrawals[reference] = withdrawal
    return nil
  }

  /// A dispute that was lost: only its fee.
  mutating func lose(_ data: DisputeClosed, _ fact: BookFact) throws(Refusal) -> Reference? {
    let reference = Reference(.dispute, data.dispute)
    guard let withdrawal = withdrawals[reference] else { return reference }
    let billing = billings[withdrawal.billing]
    let fee = try fee(data.fee, data.settlement, of: billing.subject, at: fact.time)
    book(fee, in: billing.period(of: ordinal(fact.time)), act(fact))
    return nil
  }
}
