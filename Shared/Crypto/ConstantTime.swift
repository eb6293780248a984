import CCrypto

/// Whether two secrets are equal, found in a time that does not tell where they differ.
///
/// The lengths are not secret: different lengths are told apart at once.
public func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
  left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
}
