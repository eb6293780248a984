/// Why a report cannot be made as asked: the request is wrong, not the books.
public struct ReportProblem: Error, Hashable, Sendable {
  /// The kinds of problem.
  public enum Code: String, CaseIterable, Sendable {
    /// A parameter the report does not take.
    case parameterUnknown = "parameter_unknown"
    /// A value the parameter cannot have.
    case parameterInvalid = "parameter_invalid"
    /// A parameter given twice.
    case parameterRepeated = "parameter_repeated"
    /// There is no report of that name.
    case reportUnknown = "report_unknown"
  }

  /// The kind of problem.
  public let code: Code
  /// The parameter that is wrong; nil if it is none.
  public let param: String?
  /// What is wrong and what would be right, as a sentence.
  public let message: String

  /// A problem with this parameter.
  public init(_ code: Code, param: String?, message: String) {
    self.code = code
    self.param = param
    self.message = message
  }
}
