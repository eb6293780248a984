import Accounting
import Crypto
import HTTP
import JSON
import Messages

/// A fact as a producer tells it: read, checked, and ready to be appended if it is new.
struct IncomingFact: Sendable {
  /// The largest fact, in bytes of its data.
  static let maximumBytes = 4 << 20
  /// Types that only ingestion itself tells.
  private static let reserved: Set<FactType> = [.usageTotaled]

  let ledger: LedgerID
  let draft: Draft
  let fact: Fact
  /// What was told: the same delivery has the same, however its text is ordered.
  let digest: [UInt8]

  /// Reads an event for these books. What is wrong with it is thrown, with the member that is wrong.
  init(_ event: JSONValue, for ledger: LedgerID) throws(HTTPProblem) {
    let envelope: Envelope
    do throws(EnvelopeError) {
      envelope = try Envelope(event, account: ledger.account, livemode: ledger.livemode)
    } catch {
      throw HTTPProblem(code: error.code, error.description, param: error.attribute)
    }
    guard envelope.account == ledger.account else {
      throw HTTPProblem(
        status: 403, code: "account_invalid", "This key may not act for the account \(envelope.account).",
        param: "account")
    }
    guard envelope.livemode == ledger.livemode else {
      throw HTTPProblem(
        status: 403, code: "livemode_mismatch", "This key acts on \(ledger.livemode ? "live" : "test") books only.",
        param: "livemode")
    }
    if let schema = envelope.dataSchema, schema != "earned:\(envelope.type):1" {
      throw HTTPProblem(
        code: "unsupported_version", "\(schema) is not known; this version knows earned:\(envelope.type):1.",
        param: "dataschema")
    }
    let data = envelope.data.canonical
    guard data.count <= Self.maximumBytes else {
      throw HTTPProblem(
        status: 413, code: "fact_too_large", "A fact may have \(Self.maximumBytes) bytes; this one has \(data.count).",
        param: "data")
    }
    let fact: Fact
    do throws(FactError) {
      fact = try Fact.decode(type: envelope.type, data: envelope.data)
    } catch {
      let param = error.param.map { $0 == "type" ? $0 : "data.\($0)" }
      throw HTTPProblem(code: error.code, error.message, param: param ?? "data")
    }
    guard fact.type != .previewRequested else {
      throw HTTPProblem(
        code: "unsupported_type", "Services preview nothing yet; `earned preview` does, from the same facts.",
        param: "type")
    }
    guard !Self.reserved.contains(fact.type) else {
      throw HTTPProblem(
        code: "reserved_type", "\(envelope.type) is counted from usage.recorded and cannot be told.", param: "type")
    }
    self.init(
      Draft(
        id: envelope.id, source: envelope.source, type: envelope.type, subject: envelope.subject, time: envelope.time,
        dataSchema: "earned:\(envelope.type):1", account: ledger.account, livemode: ledger.livemode,
        traceparent: envelope.traceparent, data: data), fact)
  }

  /// A fact that a call of the interface amounts to.
  init(_ draft: Draft, _ fact: Fact) {
    ledger = LedgerID(account: draft.account, livemode: draft.livemode)
    self.draft = draft
    self.fact = fact
    digest = Self.digest(type: draft.type, time: draft.time, data: draft.data)
  }

  /// The hash of what a delivery says, by which it is known again.
  static func digest(type: String, time: Instant, data: [UInt8]) -> [UInt8] {
    SHA256.hash(Array("\(type) \(time.microseconds) ".utf8), data)
  }
}
