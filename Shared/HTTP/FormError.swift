/// Why a form cannot be read. Each case names the key as it was sent, decoded if it could be.
public enum FormError: Error, Sendable, Hashable {
  /// A percent sign without two hexadecimal digits, or bytes that are not UTF-8.
  case malformedEscape(key: String)
  /// Brackets that do not pair up, or a key that begins with one.
  case malformedKey(key: String)
  /// A key that is a value in one place and an object or list in another.
  case conflict(key: String)
  /// More brackets than are read.
  case tooDeep(key: String, limit: Int)
  /// More pairs than are read.
  case tooManyPairs(limit: Int)

  /// The answer that says so.
  public var problem: HTTPProblem {
    switch self {
    case .malformedEscape(let key):
      HTTPProblem(
        code: "parameter_malformed",
        "The parameter \(key) has a percent sign without two hexadecimal digits, or is not UTF-8.",
        param: key)
    case .malformedKey(let key):
      HTTPProblem(code: "parameter_malformed", "The brackets of the parameter \(key) do not pair up.", param: key)
    case .conflict(let key):
      HTTPProblem(
        code: "parameter_malformed", "The parameter \(key) is given as a value and as a list or object.", param: key)
    case .tooDeep(let key, let limit):
      HTTPProblem(code: "parameter_malformed", "The parameter \(key) has more than \(limit) brackets.", param: key)
    case .tooManyPairs(let limit):
      HTTPProblem(code: "parameters_exceeded", "There are more than \(limit) parameters.")
    }
  }
}
