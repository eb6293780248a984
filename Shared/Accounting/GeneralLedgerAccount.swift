/// An account of the business's own general ledger, to which an account of ours is mapped.
public struct GeneralLedgerAccount: Hashable, Sendable {
  /// Its name there.
  public var name: String?
  /// Its number there.
  public var number: String?

  /// An account of this name and number; one of the two is enough.
  public init(name: String?, number: String?) {
    self.name = name
    self.number = number
  }

  /// What reports tell it apart by: the name, else the number.
  public var key: String { name ?? number ?? "" }
}
