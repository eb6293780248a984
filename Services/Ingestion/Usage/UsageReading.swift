import JSON
import Kafka
import Messages
import Recognition

/// What a record of `earned.usage` turned out to be.
enum UsageReading: Sendable {
  case event(UsageEvent)
  case invalid(code: String, param: String?, message: String)

  /// Reads a record: an event of type `usage.recorded` or `usage.cancelled` that names its account.
  init(_ record: [UInt8]) {
    do {
      let envelope = try Envelope(JSONDocument(parsing: record).root)
      self = .event(try UsageEvent(envelope))
    } catch let error as JSONError {
      self = .invalid(code: "parameter_invalid", param: nil, message: "The record is not JSON: \(error.message)")
    } catch let error as EnvelopeError {
      self = .invalid(code: error.code, param: error.attribute, message: error.description)
    } catch let error as FactError {
      self = .invalid(code: error.code, param: error.param, message: error.message)
    } catch {
      preconditionFailure("Reading a record fails in three ways only, and not with \(error).")
    }
  }
}

extension UsageEvent {
  /// The event of an envelope. What is wrong with it is thrown, with the member that is wrong.
  init(_ envelope: Envelope) throws(FactError) {
    guard [FactType.usageRecorded.rawValue, FactType.usageCancelled.rawValue].contains(envelope.type) else {
      throw FactError(
        code: "unsupported_type", param: "type",
        message:
          "This topic takes usage.recorded and usage.cancelled, not \(envelope.type). Tell other facts over HTTP.")
    }
    if let schema = envelope.dataSchema, schema != "earned:\(envelope.type):1" {
      throw FactError(
        code: "unsupported_version", param: "dataschema",
        message: "\(schema) is not known; this version knows earned:\(envelope.type):1.")
    }
    let told: Told
    do throws(FactError) {
      switch try Fact.decode(type: envelope.type, data: envelope.data) {
      case .usageRecorded(let data): told = .recorded(data)
      case .usageCancelled(let data): told = .cancelled(data)
      default: preconditionFailure("a fact is decoded as the type that was asked for")
      }
    } catch {
      throw FactError(code: error.code, param: error.param.map { "data.\($0)" } ?? "data", message: error.message)
    }
    self.init(
      ledger: envelope.ledger, source: envelope.source, id: envelope.id, time: envelope.time, told: told,
      digest: IncomingFact.digest(type: envelope.type, time: envelope.time, data: envelope.data.canonical))
  }
}
