import JSON
import Testing

@Suite struct JSONTests {
  @Test func valuesAreReadInPlace() throws {
    let text = #"{"a":[1,-2,18446744073709551615,0.5,"é\n",true,null],"b":{"c":"d"}}"#
    let root = try JSONDocument(parsing: Array(text.utf8)).root
    let elements = try #require(root["a"]).elements
    #expect(elements.map(\.kind) == [.integer, .integer, .unsigned, .double, .string, .bool, .null])
    #expect(elements[1].integer == -2)
    #expect(elements[2].integer == nil)
    #expect(elements[3].double == 0.5)
    #expect(elements[4].string == "é\n")
    #expect(elements[5].bool == true)
    #expect(elements[6].isNull)
    #expect(root["b"]?["c"]?.string == "d")
    #expect(root["missing"] == nil)
    #expect(root.members.map(\.name) == ["a", "b"])
  }

  @Test(arguments: [
    "", " ", "{", "[1,]", "{\"a\":1}x", "nul", "\"\u{1}\"", "1e999999999", "123456789012345678901234567890",
  ])
  func whatIsNotJSONIsRefused(text: String) {
    #expect(throws: JSONError.self) { try JSONDocument(parsing: Array(text.utf8)) }
  }

  @Test func invalidUTF8IsRefused() {
    #expect(throws: JSONError.self) { try JSONDocument(parsing: [0x22, 0xC3, 0x28, 0x22]) }
  }

  @Test(arguments: ["plain", "quote\" back\\ line\n tab\t bell\u{7}", "日本語 / 🎉", ""])
  func textSurvivesWritingAndReading(text: String) throws {
    var writer = JSONWriter()
    writer.object { $0.member("t", text) }
    #expect(try JSONDocument(parsing: writer.bytes).root["t"]?.string == text)
  }

  @Test func membersAndElementsAreSeparated() {
    var writer = JSONWriter()
    writer.object {
      $0.member("n", Int64.min)
      $0.member("none", String?.none)
      $0.member(
        "list",
        array: { list in
          list.value(1)
          list.object { _ in }
          list.array { _ in }
          list.null()
        })
      $0.member("raw", raw: "[1]".utf8)
      $0.member("yes", true)
    }
    #expect(writer.text == #"{"n":-9223372036854775808,"list":[1,{},[],null],"raw":[1],"yes":true}"#)
  }

  @Test func canonicalTextDoesNotDependOnOrderAndSpaces() throws {
    let one = try JSONDocument(parsing: Array(#"{ "b" : [1, {"z":0,"y":1.50}], "a":"x" }"#.utf8)).root.canonical
    let two = try JSONDocument(parsing: Array(#"{"a":"x","b":[1,{"y":1.5,"z":0}]}"#.utf8)).root.canonical
    #expect(one == two)
    #expect(String(decoding: one, as: UTF8.self) == #"{"a":"x","b":[1,{"y":1.5,"z":0}]}"#)
  }
}
