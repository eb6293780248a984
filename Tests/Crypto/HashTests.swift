import Crypto
import Testing

@Suite("SHA-256 and HMAC")
struct HashTests {
  // The first three are the examples of FIPS 180-2.
  @Test(
    "SHA-256 of a known message",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ])
  func knownHash(message: String, expected: String) {
    #expect(SHA256.hash(message).hexadecimal == expected)
    #expect(SHA256.hash(Array(message.utf8)).hexadecimal == expected)
  }

  @Test("A hash taken in parts is the hash of the whole", arguments: [0, 1, 63, 64, 65, 1000])
  func parts(cut: Int) {
    let message = (0..<1000).map { UInt8($0 % 251) }
    var hash = SHA256()
    hash.update(Array(message[..<cut]))
    hash.update(Array(message[cut...]))
    let whole = SHA256.hash(message)
    #expect(hash.finish() == whole)
    #expect(SHA256.hash(Array(message[..<cut]), Array(message[cut...])) == whole)
  }

  // Cases 1, 2 and 6 of RFC 4231, and an empty key, which the library must not take for "no change".
  @Test(
    "HMAC-SHA-256 of a known message",
    arguments: [
      (
        [UInt8](repeating: 0x0b, count: 20), "Hi There",
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
      ),
      (
        Array("Jefe".utf8), "what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
      ),
      (
        [UInt8](repeating: 0xaa, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
      ),
      ([], "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
    ])
  func knownCode(key: [UInt8], message: String, expected: String) {
    #expect(HMAC.sha256(Array(message.utf8), key: key).hexadecimal == expected)
  }

  @Test("Secrets compare equal only if every byte is")
  func comparison() {
    #expect(constantTimeEqual([], []))
    #expect(constantTimeEqual([1, 2, 3], [1, 2, 3]))
    #expect(!constantTimeEqual([1, 2, 3], [1, 2, 4]))
    #expect(!constantTimeEqual([1, 2, 3], [1, 2]))
  }

  @Test("Random bytes differ from call to call")
  func random() {
    #expect(randomBytes(0).isEmpty)
    #expect(randomBytes(16).count == 16)
    #expect(randomBytes(16) != randomBytes(16))
  }
}
