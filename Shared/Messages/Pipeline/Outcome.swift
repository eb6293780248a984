import JSON

/// What has become of a fact. Each fact has one outcome at a time, and a later one replaces an earlier.
public struct Outcome: Hashable, Sendable {
  /// What can become of it.
  public enum Status: String, CaseIterable, Sendable {
    /// It has been booked, or taken into account where it books nothing.
    case applied
    /// The business says no.
    case refused
    /// Something that it refers to is not known yet.
    case waiting
    /// It had been told before.
    case duplicate
  }

  /// Who told it.
  public var source: String
  /// The id of its delivery.
  public var id: String
  /// Its type.
  public var type: String
  /// What has become of it.
  public var status: Status
  /// Of a refusal its stable name; of a fact that waits, what it waits for.
  public var code: String?
  /// What happened and what to do.
  public var message: String?

  /// An outcome.
  public init(source: String, id: String, type: String, status: Status, code: String? = nil, message: String? = nil) {
    self.source = source
    self.id = id
    self.type = type
    self.status = status
    self.code = code
    self.message = message
  }

  /// Writes the outcome as an object.
  public func write(to writer: inout JSONWriter) {
    writer.object {
      $0.member("source", source)
      $0.member("id", id)
      $0.member("type", type)
      $0.member("status", status.rawValue)
      $0.member("code", code)
      $0.member("message", message)
    }
  }

  init(from reader: inout FactReader) {
    source = reader.text("source")
    id = reader.text("id")
    type = reader.text("type")
    status = reader.choice("status", Status.self) ?? .applied
    code = reader.optionalText("code")
    message = reader.optionalText("message", limit: 5_000)
  }
}
