import HTTP
import Testing

@Suite("Forms with brackets")
struct FormDecoderTests {
  @Test(
    "A form becomes the JSON it means, every value a string",
    arguments: [
      ("", "{}"),
      ("a=1", #"{"a":"1"}"#),
      ("a=1&&b=2&", #"{"a":"1","b":"2"}"#),
      ("a", #"{"a":""}"#),
      ("a=", #"{"a":""}"#),
      ("a=b=c", #"{"a":"b=c"}"#),
      ("a=x+y%20z%2B%C3%A4", #"{"a":"x y z+ä"}"#),
      ("a=%22%0A", #"{"a":"\"\n"}"#),
      // The call of the documentation: a fulfillment reported by hand.
      (
        "target[type]=invoice_line_item&target[invoice_line_item]=il_AAA&period[start]=1659078000&amount=1000",
        #"{"target":{"type":"invoice_line_item","invoice_line_item":"il_AAA"},"period":{"start":"1659078000"},"amount":"1000"}"#
      ),
      ("items[0][amount]=1&items[1][amount]=2", #"{"items":[{"amount":"1"},{"amount":"2"}]}"#),
      ("items%5B0%5D%5Bperiod%5D%5Bstart%5D=1", #"{"items":[{"period":{"start":"1"}}]}"#),
      // Indexes need not be dense or in order.
      ("a[7]=c&a[10]=d&a[0]=b", #"{"a":["b","c","d"]}"#),
      ("expand[]=a&expand[]=b", #"{"expand":["a","b"]}"#),
      ("expand[0]=a&expand[]=b", #"{"expand":["a","b"]}"#),
      ("expand=a&expand=b&expand=c", #"{"expand":["a","b","c"]}"#),
      // A key that comes again begins the next element.
      ("i[][x]=1&i[][y]=2&i[][x]=3&i[][y]=4", #"{"i":[{"x":"1","y":"2"},{"x":"3","y":"4"}]}"#),
      ("i[][x]=1&i[][x]=2&i[][y]=3", #"{"i":[{"x":"1"},{"x":"2","y":"3"}]}"#),
      ("i[][p][s]=1&i[][p][e]=2&i[][p][s]=3", #"{"i":[{"p":{"s":"1","e":"2"}},{"p":{"s":"3"}}]}"#),
      ("i[][t][]=a&i[][t][]=b&i[][x]=1&i[][x]=2", #"{"i":[{"t":["a","b"],"x":"1"},{"x":"2"}]}"#),
      // Members of metadata are names, whatever they look like.
      ("metadata[0]=a&metadata[a b]=c&metadata[ü]=d", #"{"metadata":{"0":"a","a b":"c","ü":"d"}}"#),
      ("created[gte]=1&created[lt]=2", #"{"created":{"gte":"1","lt":"2"}}"#),
      ("a[1234567890]=x", #"{"a":{"1234567890":"x"}}"#),
    ])
  func decoded(form: String, json: String) throws {
    #expect(String(decoding: try FormDecoder().decode(form.utf8).json, as: UTF8.self) == json)
  }

  @Test(
    "What cannot be read names the key",
    arguments: [
      ("a=%", .malformedEscape(key: "a")),
      ("a[b]=%4", .malformedEscape(key: "a[b]")),
      ("a=%zz", .malformedEscape(key: "a")),
      ("a=%FF", .malformedEscape(key: "a")),
      ("a%=1", .malformedEscape(key: "a%")),
      ("a[b=1", .malformedKey(key: "a[b")),
      ("a]=1", .malformedKey(key: "a]")),
      ("a[b]c=1", .malformedKey(key: "a[b]c")),
      ("a[[b]]=1", .malformedKey(key: "a[[b]]")),
      ("[a]=1", .malformedKey(key: "[a]")),
      ("=1", .malformedKey(key: "")),
      ("a=1&a[b]=2", .conflict(key: "a[b]")),
      ("a[b]=1&a=2", .conflict(key: "a")),
      ("a[b]=1&a[0]=2", .conflict(key: "a[0]")),
      ("a[0]=1&a[b]=2", .conflict(key: "a[b]")),
      ("a[1][2][3][4][5][6][7][8][9]=1", .tooDeep(key: "a[1][2][3][4][5][6][7][8][9]", limit: 8)),
    ] as [(String, FormError)])
  func refused(form: String, error: FormError) {
    #expect(throws: error) { try FormDecoder().decode(form.utf8) }
    #expect(error.problem.status == 400)
    #expect(error.problem.param?.isEmpty == false || form == "=1")
  }

  @Test("As many pairs as are allowed are read in no time, and no more")
  func limits() throws {
    var decoder = FormDecoder()
    decoder.pairLimit = 10_000
    for pair in ["a=1", "a[]=1", "a[][x]=1", "a[0]=1"] {
      let form = [String](repeating: pair, count: 10_000).joined(separator: "&")
      #expect(try decoder.decode(form.utf8)["a"] != nil)
      #expect(throws: FormError.tooManyPairs(limit: 10_000)) { try decoder.decode("\(form)&b=1".utf8) }
    }
  }

  @Test(
    "A text is a whole number only if it is nothing else",
    arguments: [
      ("0", 0), ("-12", -12), ("9223372036854775807", .max), ("-9223372036854775808", .min),
      ("9223372036854775808", nil), ("", nil), ("-", nil), ("+1", nil), ("1.0", nil), ("1e3", nil), (" 1", nil),
      ("١", nil),
    ] as [(String, Int64?)])
  func integers(text: String, value: Int64?) {
    #expect(formInteger(text) == value)
  }

  @Test(
    "A text is a boolean only if it says so",
    arguments: [("true", true), ("false", false), ("1", nil), ("True", nil)] as [(String, Bool?)])
  func booleans(text: String, value: Bool?) {
    #expect(formBoolean(text) == value)
  }
}
