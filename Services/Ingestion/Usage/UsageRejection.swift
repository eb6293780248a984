import Foundation
import JSON

/// A record of `earned.usage` that cannot be taken, and why.
struct UsageRejection: Sendable {
  let partition: Int32
  let offset: Int64
  /// The record's hash.
  let digest: [UInt8]
  let code: String
  let param: String?
  let message: String
  /// The record, as it was read.
  let record: [UInt8]

  /// What is published on `earned.rejected`: the reason, the record's place and the record, as text where it is one.
  func message(topic: String) -> [UInt8] {
    var writer = JSONWriter(capacity: record.count + 512)
    writer.object {
      $0.member("code", code)
      $0.member("param", param)
      $0.member("message", message)
      $0.member("topic", topic)
      $0.member("partition", partition)
      $0.member("offset", offset)
      if let text = String(validating: record, as: UTF8.self) {
        $0.member("record", text)
      } else {
        $0.member("record_base64", Data(record).base64EncodedString())
      }
    }
    return writer.bytes
  }
}
