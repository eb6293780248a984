import Accounting

/// Something that moves what a contract has billed against what it has recognized: invoices, payments, and what takes them back.
/// What it books depends on what was recognized and billed by then, so moves are collected and played at last.
struct PositionMove {
  /// What took something, so that it can be given back: the event, of which line, against which account.
  struct Origin: Hashable {
    let cause: Cause
    let subject: EntrySubject
    let counter: Account
  }

  /// What a line billed of its contract at the rate of signing, and in its own book at its own rate.
  struct Rate: Equatable {
    let ofContract: Int64
    let booked: Int64

    /// What an amount of the line is of the contract.
    func ofContract(_ amount: Int64) -> Int64 {
      ofContract == booked ? amount : Billing.share(of: ofContract, amount, booked)
    }
  }

  enum Kind: Equatable {
    /// Billed: what is accrued unbilled first, the rest is billed ahead.
    case bill
    /// Taken back by an event: billed ahead first, the rest is contra.
    case take(contra: Account)
    /// Never billed after all: billed ahead first, the rest is unbilled again.
    case unbill
    /// What an event took comes back; contra first, if it was written off.
    case giveBack(Origin, contraFirst: Bool, asGain: Bool)
    /// What was contra of one event is that of another.
    case rename(Origin, to: Account)
    /// The contract is no more: what is accrued will never be billed.
    case void
  }

  /// The contract's place.
  let contract: Int
  /// The ordinal of the period it acts in.
  var period: Int
  let kind: Kind
  /// How much, at the contract's rate of signing.
  let amount: Int64
  /// How much in the book, at the rate of what billed it.
  let booked: Int64
  /// The account at the other side: cash, the receivable, the customer's balance.
  let counter: Account
  let subject: EntrySubject
  let cause: Cause
}
