import CSimdjson

/// A parsed JSON text (RFC 8259, UTF-8). Its values are read in place, so it is kept for as long as any of them.
///
/// `@unchecked Sendable`: simdjson's documents are never changed after parsing, so any thread may read them.
public final class JSONDocument: @unchecked Sendable {
  private let document: OpaquePointer

  /// Parses a whole text; anything but one JSON value is an error. Integers beyond 64 bits are errors too.
  public convenience init(parsing bytes: [UInt8]) throws(JSONError) {
    // `withUnsafeBytes` rethrows untyped, so the failure is carried out of it as a value.
    let parsed = bytes.withUnsafeBytes { buffer in Result { () throws(JSONError) in try Self.parse(buffer) } }
    self.init(owning: try parsed.get())
  }

  /// Parses a whole text that is part of another.
  public convenience init(parsing bytes: ArraySlice<UInt8>) throws(JSONError) {
    let parsed = bytes.withUnsafeBytes { buffer in Result { () throws(JSONError) in try Self.parse(buffer) } }
    self.init(owning: try parsed.get())
  }

  /// Parses the bytes of a buffer that the caller keeps alive during the call only.
  public convenience init(parsing buffer: UnsafeRawBufferPointer) throws(JSONError) {
    self.init(owning: try Self.parse(buffer))
  }

  private init(owning document: OpaquePointer) {
    self.document = document
  }

  deinit {
    earned_json_free(document)
  }

  private static func parse(_ buffer: UnsafeRawBufferPointer) throws(JSONError) -> OpaquePointer {
    var problem: UnsafePointer<CChar>?
    let start = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
    guard let start, let document = earned_json_parse(start, buffer.count, &problem) else {
      throw JSONError(message: problem.map { String(cString: $0) } ?? "the text is empty")
    }
    return document
  }

  /// The outermost value.
  public var root: JSONValue {
    JSONValue(document: self, raw: earned_json_root(document))
  }
}
