import CCrypto

/// A message authentication code: shows that whoever made it knew the key.
public enum HMAC {
  /// The 32 bytes of HMAC-SHA-256 of a message under a key of any length (RFC 2104).
  public static func sha256(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
    // libcrypto takes a null key for "as before"; an empty key must still be an address.
    let keyBytes = key.isEmpty ? [0] : key
    return [UInt8](unsafeUninitializedCapacity: SHA256.byteCount) { buffer, count in
      let code = CCrypto.HMAC(
        EVP_sha256(), keyBytes, Int32(key.count), message, message.count, buffer.baseAddress, nil)
      precondition(code != nil, "libcrypto cannot compute an HMAC.")
      count = SHA256.byteCount
    }
  }
}
