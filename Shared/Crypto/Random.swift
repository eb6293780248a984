import CCrypto

/// Bytes that nobody can foresee, for keys and identifiers.
public func randomBytes(_ count: Int) -> [UInt8] {
  [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
    let isFilled = count == 0 || RAND_bytes(buffer.baseAddress, Int32(count)) == 1
    precondition(isFilled, "libcrypto has no random bytes.")
    filled = count
  }
}
