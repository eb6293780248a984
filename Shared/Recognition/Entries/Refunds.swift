import Accounting
import Messages

/// How money came in that goes back.
enum MoneySource: Hashable {
  /// By a charge; nil: by any of the billing's.
  case charge(String?)
  /// By a charge that was put on the billing.
  case application(String)
  /// Outside.
  case outside
}

/// What was taken at once, and the money that left for it.
struct Withdrawn {
  let billing: Int
  let taking: Taking
  /// Where the money left.
  let account: Account
  /// How much, in the book's currency; nil: as much as was taken.
  let settled: Int64?
  /// How it had come in.
  var source = MoneySource.charge(nil)
  /// What of it had been paid beyond what was open, and by what.
  var overpaid: [Overpaid] = []
}

/// What money that came in left beyond what was open.
struct Overpaid {
  let source: MoneySource
  let amount: ToldAndBooked
}

/// What a refund or dispute took, and which money it gave back.
struct Withdrawal {
  /// What the payment it gave back had paid at first.
  let billing: Int
  let takings: [Withdrawn]
  /// The note that booked it, if it belongs to one.
  let note: String?
  /// What of it has not come back.
  var left: Int64

  init(billing: Int, note: String? = nil, takings: [Withdrawn]) {
    self.billing = billing
    self.takings = takings
    self.note = note
    left = takings.reduce(0) { $0 + $1.taking.amountAsTold }
  }
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
      guard let booked = notes[note] else { return Reference(.creditNote, note) }
      let taking = booked.takings.first { $0.isRefund }?.share(of: data.amount)
      let withdrawn = taking.map { taking in
        let money = settled.map { Billing.share(of: $0, taking.amountAsTold, data.amount) }
        return exchange(taking, booked.billing, with: .cash, settled: money, in: period, cause)
      }
      withdrawals[Reference(.refund, data.refund)] = Withdrawal(
        billing: booked.billing, note: note, takings: withdrawn.map { [$0] } ?? [])
    } else {
      var takings: [Withdrawn]
      if let payment = data.charge.flatMap({ payments[$0] }), payment.isAlone, let destination = payment.destination {
        takings = refund(data, of: payment, to: destination, place, settled: settled, in: period, cause)
      } else {
        takings = withdraw(
          data.amount, place, charge: data.charge, contra: .refunds, outside: .externalAssetRefunds, settled: settled,
          in: period, cause)
        takings += returnTransfer(data, place, settled: settled, in: period, cause)
      }
      withdrawals[Reference(.refund, data.refund)] = Withdrawal(billing: place, takings: takings)
    }
    book(fee, in: acts, cause)
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
    withdrawals[Reference(.dispute, data.dispute)] = Withdrawal(billing: place, takings: takings)
    wake(Reference(.dispute, data.dispute))
    return nil
  }

  /// The billing that a charge paid, or the invoice.
  private func paidBilling(charge: String?, invoice: String?) throws(Refusal) -> Int? {
    if let charge { return payments[charge]?.billing }
    return invoice.flatMap { billingPlaces[$0] }
  }

  /// Takes money back, from each billing what of it is there.
  mutating func withdraw(
    _ amount: Int64, _ place: Int, charge: String?, contra: Account, outside: Account, settled: Int64?,
    in period: Int, _ cause: Cause
  ) -> [Withdrawn] {
    let shares = sources(of: amount, place, charge: charge, isRefund: contra == .refunds)
    let money = settled.map { Spreading.spread($0, over: shares.map(\.amount)) }
    var takings: [Withdrawn] = []
    for (index, share) in shares.enumerated() {
      let isOutside = share.source == .outside
      let account = isOutside ? .externalAsset : billings[share.billing].cash
      let overpaid = takeOverpaid(share.amount, share.billing, share.source)
      let taking = take(
        share.amount, share.billing, contra: isOutside ? outside : contra, counter: account, in: period, cause,
        overpaid: overpaid.reduce(.zero) { $0 + $1.amount })
      move(-share.amount, share.billing, share.source)
      // Money in another book's currency is what was taken there.
      let isComparable = billings[share.billing].subject.currency == billings[place].subject.currency
      var withdrawn = exchange(
        taking, share.billing, with: account, settled: isComparable ? money?[index] : nil, in: period, cause)
      withdrawn.source = share.source
      withdrawn.overpaid = overpaid
      takings.append(withdrawn)
    }
    return takings
  }

  /// How the money came in that goes back. A refund that names an invoice takes what was paid outside first; a payment that was
  /// put on invoices what is left of itself first, then what is on each of them.
  private func sources(
    of amount: Int64, _ place: Int, charge: String?, isRefund: Bool
  ) -> [(source: MoneySource, billing: Int, amount: Int64)] {
    var result: [(source: MoneySource, billing: Int, amount: Int64)] = []
    var rest = amount
    func add(_ source: MoneySource, _ billing: Int, upTo limit: Int64) {
      let share = min(rest, limit)
      guard share > 0 else { return }
      result.append((source, billing, share))
      rest -= share
    }
    if charge == nil, isRefund { add(.outside, place, upTo: billings[place].paidOutside) }
    let applications = charge.flatMap { payments[$0]?.applications } ?? []
    if !applications.isEmpty {
      add(.charge(charge), place, upTo: billings[place].presentment?.left ?? billings[place].left)
      for application in applications {
        guard let applied = self.applications[application] else { continue }
        add(.application(application), applied.invoice, upTo: applied.left)
      }
    }
    add(.charge(charge), place, upTo: rest)
    return result
  }

  /// Counts what of money that came in is there: less when it goes back, more when it comes again.
  private mutating func move(_ amount: Int64, _ place: Int, _ source: MoneySource) {
    switch source {
    case .outside: billings[place].paidOutside += amount
    case .application(let application): applications[application]?.left += amount
    case .charge: break
    }
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
    return Withdrawn(billing: place, taking: taking, account: account, settled: settled)
  }

  /// What of an amount was paid beyond what was open; if no charge is named, by any of the billing's.
  private mutating func takeOverpaid(_ amount: Int64, _ place: Int, _ source: MoneySource) -> [Overpaid] {
    var taken: [Overpaid] = []
    var rest = amount
    for source in overpaying(place, source) {
      let overpaid = overpaid(place, source)
      let share = min(rest, overpaid.told)
      guard share > 0 else { continue }
      let part = ToldAndBooked(told: share, booked: Billing.share(of: overpaid.booked, share, overpaid.told))
      setOverpaid(overpaid - part, place, source)
      taken.append(Overpaid(source: source, amount: part))
      rest -= share
    }
    return taken
  }

  /// What was paid beyond what was open is there again, for the next that goes back.
  /// - Parameter taking: what came back.
  private mutating func restoreOverpaid(_ withdrawn: Withdrawn, by taking: Taking) {
    let booked = taking.pieces.reduce(0) { $0 + ($1.kind == .overpayment ? $1.amount : 0) }
    guard booked != 0 else { return }
    let whole = withdrawn.overpaid.reduce(ToldAndBooked.zero) { $0 + $1.amount }
    let told = taking.told == nil ? booked : Billing.share(of: whole.told, booked, whole.booked)
    let parts = zip(
      Spreading.spread(told, over: withdrawn.overpaid.map(\.amount.told)),
      Spreading.spread(booked, over: withdrawn.overpaid.map(\.amount.booked)))
    for (one, part) in zip(withdrawn.overpaid, parts) {
      let back = ToldAndBooked(told: part.0, booked: part.1)
      setOverpaid(overpaid(withdrawn.billing, one.source) + back, withdrawn.billing, one.source)
    }
  }

  /// Which money may have been paid beyond what was open.
  private func overpaying(_ place: Int, _ source: MoneySource) -> [MoneySource] {
    guard source == .charge(nil) else { return [source] }
    let charges = payments.keys { $0.billing == place }.sorted()
    let applied = applications.filter { $0.value.invoice == place }.map(\.key).sorted()
    return charges.map { .charge($0) } + applied.map { .application($0) }
  }

  private func overpaid(_ place: Int, _ source: MoneySource) -> ToldAndBooked {
    switch source {
    case .charge(let charge): charge.flatMap { payments[$0]?.overpaid } ?? .zero
    case .application(let application): applications[application]?.overpaidLeft ?? .zero
    case .outside: billings[place].overpaidOutside
    }
  }

  private mutating func setOverpaid(_ amount: ToldAndBooked, _ place: Int, _ source: MoneySource) {
    switch source {
    case .charge(let charge): if let charge { payments[charge]?.overpaid = amount }
    case .application(let application): applications[application]?.overpaidLeft = amount
    case .outside: billings[place].overpaidOutside = amount
    }
  }

  /// A refund that failed, a dispute that was won: undone, or a gain.
  mutating func takeBack(
    _ reference: Reference, _ amount: Int64?, settlement: Settlement?, fee: Int64, _ fact: BookFact
  ) throws(Refusal) -> Reference? {
    guard var withdrawal = withdrawals[reference] else { return reference }
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
      let (place, whole) = (withdrawn.billing, withdrawn.taking.amountAsTold)
      let taking = withdrawn.taking.share(of: parts[index])
      // What a note refunded comes back once: with the refund, or with the note.
      if let note = withdrawal.note, !takeOut(taking, ofNote: note) { continue }
      let (subject, acts) = (billings[place].subject, billings[place].period(of: period))
      let back =
        settings.recoveredRevenueAsGains
        ? billings[place].recover(taking, in: period, cause, &journal)
        : billings[place].undo(taking, in: period, cause, &journal)
      restoreOverpaid(withdrawn, by: taking)
      move(parts[index], place, withdrawn.source)
      let mirrored = withdrawn.settled.map { Billing.share(of: $0, parts[index], whole) }
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
