import Accounting
import Messages

// Notes take back part of an invoice: each destination is an event of its own.
extension Walk {
  /// Where a note's money goes.
  private struct Destination {
    let amount: Int64
    let contra: Account
    let counter: Account
  }

  mutating func issue(_ data: CreditNoteIssued, _ fact: BookFact) throws(Refusal) -> Reference? {
    guard let place = billingPlaces[data.invoice] else { return Reference(.invoice, data.invoice) }
    try expect(data.currency, in: place)
    let lines = try linesOf(data, place)
    let cause = act(fact)
    let period = billings[place].period(of: ordinal(fact.time))
    let destinations = try destinations(data, place)
    let shares = Self.shares(of: lines, destinations.map(\.amount))
    var takings: [Taking] = []
    for (index, destination) in destinations.enumerated() {
      var taking = Taking(contra: destination.contra, cause: cause)
      if lines.isEmpty {
        billings[place].take(destination.amount, in: period, into: &taking)
      } else {
        for (line, share) in zip(lines, shares) where share.amounts[index] != 0 {
          billings[place].take(
            share.amounts[index], tax: share.taxes?[index], ofLine: line.place, in: period, into: &taking)
        }
      }
      taking.divide(over: [(destination.counter, 0)])
      billings[place].clearReceivable(by: taking, in: period, cause, &journal)
      taking.book(in: &journal)
      takings.append(taking)
    }
    notes[data.creditNote] = (place, takings)
    try settleIfPaid(place, at: fact.time)
    wake(Reference(.creditNote, data.creditNote))
    return nil
  }

  /// In order: before payment, refund, balance, out of band. What no member names lowers the receivable as far as it is open,
  /// then credits the customer's balance.
  private func destinations(_ data: CreditNoteIssued, _ place: Int) throws(Refusal) -> [Destination] {
    var before = data.prePaymentAmount ?? 0
    // A refund may say by itself that it belongs to the note.
    let refund =
      data.refundAmount
      ?? (data.refunds.isEmpty ? foreknown.refunded[data.creditNote] ?? 0 : data.refunds.reduce(0) { $0 + $1.amount })
    var balance = data.balanceAmount ?? 0
    let outside = data.outOfBandAmount ?? 0
    let unnamed = data.amount - before - refund - balance - outside
    guard unnamed >= 0 else { throw .destinationsExceedNote }
    let lowers = min(unnamed, max(billings[place].openAsTold - before, 0))
    before += lowers
    balance += unnamed - lowers
    return [
      Destination(amount: before, contra: .creditNotes, counter: .accountsReceivable),
      Destination(amount: refund, contra: .refunds, counter: .cash),
      Destination(amount: balance, contra: .creditNotes, counter: .customerBalance),
      Destination(amount: outside, contra: .creditNotes, counter: .externalCustomerBalance),
    ].filter { $0.amount != 0 }
  }

  /// The note's lines, at their places in the invoice.
  private func linesOf(
    _ data: CreditNoteIssued, _ place: Int
  ) throws(Refusal) -> [(place: Int, amount: Int64, tax: Int64?)] {
    guard !data.lines.isEmpty else { return [] }
    guard data.lines.reduce(0, { $0 + $1.amount }) == data.amount else { throw .linesDoNotAddUp }
    var result: [(place: Int, amount: Int64, tax: Int64?)] = []
    for line in data.lines {
      guard let found = linePlaces[line.invoiceLine], found.billing == place else {
        throw .unknownLine(line.invoiceLine)
      }
      let tax = line.taxes.isEmpty ? nil : line.taxes.reduce(0) { $0 + $1.amount }
      result.append((found.line, line.amount, tax))
    }
    return result
  }

  /// What each line gives to each destination, and what of it is tax.
  private static func shares(
    of lines: [(place: Int, amount: Int64, tax: Int64?)], _ destinations: [Int64]
  ) -> [(amounts: [Int64], taxes: [Int64]?)] {
    var left = lines.map(\.amount)
    var amounts: [[Int64]] = lines.map { _ in [] }
    for destination in destinations {
      let shares = Spreading.spread(destination, over: lines.map(\.amount), within: left).shares
      for index in lines.indices {
        amounts[index].append(shares[index])
        left[index] -= shares[index]
      }
    }
    return zip(lines, amounts).map { line, amounts in
      (amounts, line.tax.map { Spreading.spread($0, over: amounts) })
    }
  }

  mutating func voidNote(_ data: CreditNoteVoided, _ fact: BookFact) -> Reference? {
    guard let note = notes[data.creditNote] else { return Reference(.creditNote, data.creditNote) }
    for taking in note.takings {
      billings[note.billing].undo(taking, in: ordinal(fact.time), act(fact), &journal)
    }
    notes[data.creditNote]?.takings = []
    return nil
  }

  /// A note's refund failed: so much less is the note's. Returns whether the note still had it.
  mutating func takeOut(_ taking: Taking, ofNote note: String) -> Bool {
    guard let index = notes[note]?.takings.firstIndex(where: { $0.isRefund }) else { return false }
    notes[note]?.takings[index].remove(taking)
    return true
  }
}
