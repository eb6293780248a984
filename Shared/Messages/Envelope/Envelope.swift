import Accounting
import JSON

/// A message of the pipeline: a CloudEvent 1.0 in structured mode with Earned's extension attributes, read from its bytes.
///
/// What producers send and what services exchange have this one form. What the pipeline adds on the way (`lane`,
/// `sequence`, `chain`, `recordedtime`) says where the message stands in its lane's log.
public struct Envelope: Sendable {
  /// Identifies the delivery, together with `source`.
  public let id: String
  /// Who told it.
  public let source: String
  /// What it is: a fact's type (`invoice.finalized`) or one of `MessageType`.
  public let type: String
  /// What it is about, if the producer says so.
  public let subject: String?
  /// When the thing happened.
  public let time: Instant
  /// The form of `data` (`earned:invoice.finalized:1`), if the producer says so.
  public let dataSchema: String?
  /// Whose books it belongs to.
  public let account: String
  /// Whether it belongs to the live books; otherwise to the test books.
  public let livemode: Bool
  /// The trace it belongs to (W3C `traceparent`).
  public let traceparent: String?
  /// Where it stands in its lane's log; nil before ingestion has put it there.
  public let place: Place?
  /// What the type says.
  public let data: JSONValue

  /// A message's place in a lane's log.
  public struct Place: Hashable, Sendable {
    /// The lane, from 0.
    public let lane: Int
    /// Its number in the lane, from 1, without gaps.
    public let sequence: Int64
    /// The running hash over all messages of the lane before this one (32 bytes).
    public let chain: [UInt8]
    /// When ingestion committed the fact that this message is or comes from.
    public let recordedTime: Instant

    /// That place.
    public init(lane: Int, sequence: Int64, chain: [UInt8], recordedTime: Instant) {
      self.lane = lane
      self.sequence = sequence
      self.chain = chain
      self.recordedTime = recordedTime
    }
  }

  /// Reads an envelope. An attribute that is missing or of the wrong kind is an error that names it; unknown ones are ignored.
  /// - Parameter account: the account that the sender may act for, used where the envelope names none.
  public init(_ value: JSONValue, account: String? = nil, livemode: Bool? = nil) throws(EnvelopeError) {
    guard value.kind == .object else { throw .notAnObject }
    if let version = try value.optionalText("specversion"), version != "1.0" {
      throw .invalid(attribute: "specversion", expected: "the text 1.0")
    }
    id = try value.text("id")
    source = try value.text("source")
    type = try value.text("type")
    subject = try value.optionalText("subject")
    guard let time = try Instant(rfc3339: value.text("time")) else {
      throw .invalid(attribute: "time", expected: "an RFC 3339 time such as 2022-06-01T00:00:00Z")
    }
    self.time = time
    dataSchema = try value.optionalText("dataschema")
    traceparent = try value.optionalText("traceparent")
    guard let account = try value.optionalText("account") ?? account else { throw .missing(attribute: "account") }
    self.account = account
    self.livemode = try value.optionalFlag("livemode") ?? livemode ?? false
    place = try Place(value)
    guard let data = value["data"] else { throw .missing(attribute: "data") }
    guard data.kind == .object else { throw .invalid(attribute: "data", expected: "an object") }
    self.data = data
  }
}

extension Envelope.Place {
  /// The place that a message of the pipeline names; nil where it names none.
  fileprivate init?(_ value: JSONValue) throws(EnvelopeError) {
    guard let sequence = value["sequence"] else { return nil }
    guard let sequence = sequence.integer, sequence > 0 else {
      throw .invalid(attribute: "sequence", expected: "a positive integer")
    }
    guard let lane = value["lane"]?.integer, lane >= 0 else {
      throw .invalid(attribute: "lane", expected: "an integer from 0")
    }
    guard let chain = try [UInt8](hexadecimalText: value.text("chain")) else {
      throw .invalid(attribute: "chain", expected: "64 hexadecimal digits")
    }
    guard let recordedTime = try Instant(rfc3339: value.text("recordedtime")) else {
      throw .invalid(attribute: "recordedtime", expected: "an RFC 3339 time")
    }
    self.init(lane: Int(lane), sequence: sequence, chain: chain, recordedTime: recordedTime)
  }
}

extension JSONValue {
  /// The longest text that an attribute may have, in bytes of UTF-8.
  fileprivate static var maximumTextBytes: Int { 500 }

  fileprivate func optionalText(_ attribute: String) throws(EnvelopeError) -> String? {
    guard let value = self[attribute], !value.isNull else { return nil }
    guard let text = value.string else { throw .invalid(attribute: attribute, expected: "a text") }
    guard !text.isEmpty else { throw .invalid(attribute: attribute, expected: "a text that is not empty") }
    // Databases keep no text that holds it.
    guard !text.utf8.contains(0) else { throw .invalid(attribute: attribute, expected: "a text without U+0000") }
    guard text.utf8.count <= Self.maximumTextBytes else {
      throw .invalid(attribute: attribute, expected: "a text of at most \(Self.maximumTextBytes) bytes")
    }
    return text
  }

  fileprivate func text(_ attribute: String) throws(EnvelopeError) -> String {
    guard let text = try optionalText(attribute) else { throw .missing(attribute: attribute) }
    return text
  }

  fileprivate func optionalFlag(_ attribute: String) throws(EnvelopeError) -> Bool? {
    guard let value = self[attribute], !value.isNull else { return nil }
    guard let flag = value.bool else { throw .invalid(attribute: attribute, expected: "true or false") }
    return flag
  }
}
