/// A text that is not JSON.
public struct JSONError: Error, Hashable, CustomStringConvertible {
  /// What is wrong with it, as the parser says it.
  public let message: String

  /// An error of that wording.
  public init(message: String) {
    self.message = message
  }

  /// The message, for logs.
  public var description: String { message }
}
