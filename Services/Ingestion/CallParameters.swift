import Accounting
import HTTP
import JSON
import Messages

/// The parameters of a call, from a form or from JSON: in a form every value is a text, so numbers and times are read from both.
struct CallParameters {
  let root: JSONValue

  /// Reads the body of a request; an empty one has no parameters.
  init(_ request: HTTPRequest) throws(HTTPProblem) {
    let bytes: [UInt8]
    if request.contentType == "application/json" {
      bytes = request.body
    } else {
      do throws(FormError) {
        bytes = try FormDecoder().decode(request.body).json
      } catch {
        throw HTTPProblem(code: "parameter_invalid", "\(error)")
      }
    }
    do throws(JSONError) {
      root = try JSONDocument(parsing: bytes).root
    } catch {
      throw HTTPProblem(code: "body_malformed", "The body is not JSON: \(error.message).")
    }
    guard root.kind == .object else { throw HTTPProblem(code: "body_malformed", "The body must be an object.") }
  }

  /// Refuses parameters that the call does not have.
  func allow(_ names: Set<String>) throws(HTTPProblem) {
    for member in root.members where !names.contains(member.name) {
      throw HTTPProblem(
        code: "parameter_unknown", "Received unknown parameter: \(member.name)", param: member.name)
    }
  }

  /// Copies parameters as members of a fact's data: texts as they are, integers of a form as integers.
  func copy(texts: [String] = [], integers: [String] = [], to writer: inout JSONWriter) throws(HTTPProblem) {
    for name in texts {
      guard let value = root[name], !Self.isUnset(value) else { continue }
      writer.name(name)
      writer.canonical(value)
    }
    for name in integers {
      guard let value = root[name], !Self.isUnset(value) else { continue }
      guard let integer = value.integer ?? value.string.flatMap({ formInteger($0) }) else {
        throw HTTPProblem(code: "parameter_invalid_integer", "Invalid integer: \(name)", param: name)
      }
      writer.member(name, integer)
    }
  }

  /// Copies a period given in seconds since 1970, or as RFC 3339 times, with `start` and perhaps `end`.
  func copyPeriod(to writer: inout JSONWriter) throws(HTTPProblem) {
    guard let period = root["period"] else { return }
    var times: [(String, Instant)] = []
    for name in ["start", "end"] {
      guard let value = period[name], !Self.isUnset(value) else { continue }
      guard let time = Self.time(value) else {
        throw HTTPProblem(
          code: "parameter_invalid_integer", "period[\(name)] must be a time in seconds since 1970.",
          param: "period[\(name)]")
      }
      times.append((name, time))
    }
    writer.member(
      "period",
      object: { writer in
        for (name, time) in times { writer.member(name, time.rfc3339) }
      })
  }

  private static func time(_ value: JSONValue) -> Instant? {
    if let seconds = value.integer ?? value.string.flatMap({ formInteger($0) }) {
      // Beyond the year 9999 a time could not be written.
      return (0..<253_402_300_800).contains(seconds) ? Instant(seconds: seconds) : nil
    }
    return value.string.flatMap { Instant(rfc3339: $0) }
  }

  /// An empty value of a form leaves an optional parameter unset.
  private static func isUnset(_ value: JSONValue) -> Bool { value.isNull || value.string == "" }
}

extension HTTPProblem {
  /// What is wrong with a fact that a call amounts to, with the parameter as the caller wrote it: `target[type]`.
  init(_ error: FactError) {
    let parts = error.param?.split(separator: ".") ?? []
    let param = parts.dropFirst().reduce(parts.first.map(String.init)) { "\($0 ?? "")[\($1)]" }
    self.init(code: error.code, error.message, param: param)
  }
}
