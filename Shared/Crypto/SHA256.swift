import CCrypto

/// The SHA-256 hash of bytes: at once by ``hash(_:)``, or part by part.
///
///     var hash = SHA256()
///     hash.update(previous)
///     hash.update(row)
///     let chain = hash.finish()
public struct SHA256: ~Copyable {
  /// The number of bytes of a hash.
  public static let byteCount = 32

  private let context: OpaquePointer

  /// A hash of nothing yet.
  public init() {
    guard let context = EVP_MD_CTX_new() else { preconditionFailure("There is no memory for a SHA-256 context.") }
    let isReady = EVP_DigestInit_ex2(context, Algorithm.sha256.digest, nil) == 1
    precondition(isReady, "libcrypto cannot start a SHA-256 hash.")
    self.context = context
  }

  deinit {
    EVP_MD_CTX_free(context)
  }

  /// Takes in the next bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    let isTaken = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1
    precondition(isTaken, "libcrypto cannot go on with a SHA-256 hash.")
  }

  /// Takes in the next bytes.
  public mutating func update(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { update($0) }
  }

  /// Takes in the UTF-8 bytes of a text.
  public mutating func update(_ text: String) {
    var text = text
    text.withUTF8 { update(UnsafeRawBufferPointer($0)) }
  }

  /// The 32 bytes of the hash of everything taken in.
  public consuming func finish() -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: SHA256.byteCount) { buffer, count in
      let isDone = EVP_DigestFinal_ex(context, buffer.baseAddress, nil) == 1
      precondition(isDone, "libcrypto cannot finish a SHA-256 hash.")
      count = SHA256.byteCount
    }
  }

  /// The 32 bytes of the hash of the given parts, one after the other.
  public static func hash(_ parts: [UInt8]...) -> [UInt8] {
    var hash = SHA256()
    for part in parts { hash.update(part) }
    return hash.finish()
  }

  /// The 32 bytes of the hash of a text's UTF-8 bytes.
  public static func hash(_ text: String) -> [UInt8] {
    var hash = SHA256()
    hash.update(text)
    return hash.finish()
  }
}

/// A digest that libcrypto has looked up once, because looking it up costs more than hashing a kilobyte.
///
/// `@unchecked Sendable`: libcrypto never changes a fetched `EVP_MD`, and any number of threads may use it at once.
private struct Algorithm: @unchecked Sendable {
  static let sha256 = Algorithm(named: "SHA256")

  let digest: OpaquePointer

  private init(named name: String) {
    guard let digest = EVP_MD_fetch(nil, name, nil) else { preconditionFailure("libcrypto does not offer \(name).") }
    self.digest = digest
  }
}
