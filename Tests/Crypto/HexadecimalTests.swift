import Crypto
import Testing

@Suite("Hexadecimal digits")
struct HexadecimalTests {
  @Test("Bytes and digits stand for each other", arguments: [([], ""), ([0], "00"), ([0x0f, 0xa0, 0xff], "0fa0ff")])
  func bothWays(value: [UInt8], text: String) {
    #expect(value.hexadecimal == text)
    #expect([UInt8](hexadecimal: text) == value)
  }

  @Test("Upper-case digits are read too")
  func upperCase() {
    #expect([UInt8](hexadecimal: "ABcd") == [0xab, 0xcd])
  }

  @Test("Half a byte, or what is no digit, is not read", arguments: ["0", "0g", "é", " 1", "0x"])
  func malformed(text: String) {
    #expect([UInt8](hexadecimal: text) == nil)
  }
}
