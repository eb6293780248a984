import Accounting
import JSON

/// A message before it has a place in a lane's log: all that its writer decides.
public struct Draft: Sendable {
  /// Identifies the delivery, together with `source`.
  public var id: String
  /// Who told it.
  public var source: String
  /// What it is.
  public var type: String
  /// What it is about, if anyone says so.
  public var subject: String?
  /// When the thing happened.
  public var time: Instant
  /// The form of `data`.
  public var dataSchema: String?
  /// Whose books it belongs to.
  public var account: String
  /// Whether it belongs to the live books.
  public var livemode: Bool
  /// The trace it belongs to.
  public var traceparent: String?
  /// When ingestion committed the fact that this comes from; nil for a new fact, whose log gives it the time.
  public var recordedTime: Instant?
  /// What the type says, as a JSON object.
  public var data: [UInt8]

  /// A draft that says this.
  public init(
    id: String, source: String, type: String, subject: String? = nil, time: Instant, dataSchema: String? = nil,
    account: String, livemode: Bool, traceparent: String? = nil, recordedTime: Instant? = nil, data: [UInt8]
  ) {
    self.id = id
    self.source = source
    self.type = type
    self.subject = subject
    self.time = time
    self.dataSchema = dataSchema
    self.account = account
    self.livemode = livemode
    self.traceparent = traceparent
    self.recordedTime = recordedTime
    self.data = data
  }

  /// The bytes that are stored and published, once the message has its place.
  public func sealed(at place: Envelope.Place) -> [UInt8] {
    var writer = JSONWriter(capacity: data.count + 512)
    writer.object {
      $0.member("specversion", "1.0")
      $0.member("id", id)
      $0.member("source", source)
      $0.member("type", type)
      $0.member("subject", subject)
      $0.member("time", time.rfc3339)
      $0.member("dataschema", dataSchema)
      $0.member("account", account)
      $0.member("livemode", livemode)
      $0.member("traceparent", traceparent)
      $0.member("lane", place.lane)
      $0.member("sequence", place.sequence)
      $0.member("chain", place.chain.hexadecimalText)
      $0.member("recordedtime", place.recordedTime.rfc3339)
      $0.member("data", raw: data)
    }
    return writer.bytes
  }
}
