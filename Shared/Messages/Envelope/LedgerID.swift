/// Whose books, and which: an account's live ones or its test ones. All that belongs to one of them goes down one lane.
public struct LedgerID: Hashable, Comparable, Sendable {
  /// The account.
  public let account: String
  /// Whether these are the live books.
  public let livemode: Bool

  /// The books of an account.
  public init(account: String, livemode: Bool) {
    self.account = account
    self.livemode = livemode
  }

  /// The lane of so many that these books belong to: a hash of our own (FNV-1a, 64 bits), the same on every machine forever.
  public func lane(of lanes: Int) -> Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in Array(account.utf8) + [livemode ? 1 : 0] {
      hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
    }
    return Int(hash % UInt64(lanes))
  }

  /// By account, test books before live ones.
  public static func < (left: LedgerID, right: LedgerID) -> Bool {
    left.account == right.account ? !left.livemode && right.livemode : left.account < right.account
  }
}

extension Envelope {
  /// The books that the message belongs to.
  public var ledger: LedgerID { LedgerID(account: account, livemode: livemode) }
}
