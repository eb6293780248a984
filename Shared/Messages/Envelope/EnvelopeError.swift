/// Why an envelope cannot be read.
public enum EnvelopeError: Error, Hashable, CustomStringConvertible {
  /// The message is JSON, but not an object.
  case notAnObject
  /// A required attribute is not there.
  case missing(attribute: String)
  /// An attribute is there, but not what it must be.
  case invalid(attribute: String, expected: String)

  /// The attribute that is wrong, for `param` of an error answer.
  public var attribute: String? {
    switch self {
    case .notAnObject: nil
    case .missing(let attribute), .invalid(let attribute, _): attribute
    }
  }

  /// The code of an error answer.
  public var code: String {
    switch self {
    case .notAnObject, .invalid: "parameter_invalid"
    case .missing: "parameter_missing"
    }
  }

  /// A sentence for the sender.
  public var description: String {
    switch self {
    case .notAnObject: "An event must be a JSON object."
    case .missing(let attribute): "Missing required attribute: \(attribute)."
    case .invalid(let attribute, let expected): "\(attribute) must be \(expected)."
    }
  }
}
