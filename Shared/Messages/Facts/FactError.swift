/// What is wrong with a fact as it was told, before anything is booked.
public struct FactError: Error, Hashable, Sendable {
  /// The problem's stable name, for machines: `parameter_missing`, `unknown_currency` …
  public let code: String
  /// The member it is about, as a path within `data`: `lines[0].amount`. Nil if it is about the whole fact.
  public let param: String?
  /// The problem in words.
  public let message: String

  /// A problem of this name with this member.
  public init(code: String, param: String?, message: String) {
    self.code = code
    self.param = param
    self.message = message
  }
}

extension FactError: CustomStringConvertible {
  /// The member, the words and the code, on one line.
  public var description: String {
    (param.map { $0 + ": " } ?? "") + message + " (" + code + ")"
  }
}

/// The limits of what a fact may hold.
public enum FactLimits {
  /// The largest amount, in minor units, on either side of zero.
  public static let amountMinorUnits: Int64 = 1_000_000_000_000_000
  /// The most characters of a text.
  public static let textCharacters = 500
  /// The most characters of a description.
  public static let descriptionCharacters = 5_000
  /// The most pairs of metadata.
  public static let metadataPairs = 50
  /// The most elements of a list, lines of an invoice among them.
  public static let listElements = 10_000
}
