import Postgres
import Testing

@Suite("Values to Postgres and back", .enabled(if: testServer != nil))
struct ValueTests {
  let connection: PostgresConnection

  init() throws {
    connection = try connectToTestServer()
  }

  @Test(
    "Postgres takes a value for what it is",
    arguments: [
      ("$1::boolean", .bool(true), "true"),
      ("$1::bigint", .int(.min), "-9223372036854775808"),
      ("$1::integer", .int(-7), "-7"),
      ("$1::smallint", .int(32767), "32767"),
      ("$1::integer", .int32(.max), "2147483647"),
      ("$1::numeric", .int(-123_456_789_012_345), "-123456789012345"),
      ("$1::numeric", .int(120_000_000), "120000000"),
      ("$1::numeric", .int(0), "0"),
      ("$1::numeric", .text("1.50"), "1.50"),
      ("$1::double precision", .int(3), "3"),
      ("$1::double precision", .double(0.25), "0.25"),
      ("$1::text", .int(12), "12"),
      ("$1::text", .text("Änderung €"), "Änderung €"),
      ("$1::text", .text(""), ""),
      ("$1::json", .text(#"{"b": 1}"#), #"{"b": 1}"#),
      ("$1::jsonb", .text(#"{"b": 1}"#), #"{"b": 1}"#),
      ("$1::jsonb", .bytes(Array(#"{"b":1}"#.utf8)), #"{"b": 1}"#),
      ("$1::bytea", .bytes([0, 1, 255]), #"\x0001ff"#),
      ("$1::bytea", .bytes([]), #"\x"#),
      ("$1::uuid", .text("6F9619FF-8B86-D011-B42D-00C04FC964FF"), "6f9619ff-8b86-d011-b42d-00c04fc964ff"),
      ("$1::timestamptz AT TIME ZONE 'UTC'", .instant(1_659_078_000_000_001), "2022-07-29 07:00:00.000001"),
      ("$1::timestamptz", .instant(.max), "infinity"),
      ("$1::timestamptz AT TIME ZONE 'UTC'", .text("2022-07-29T07:00:00Z"), "2022-07-29 07:00:00"),
      ("$1::date", .date(19_202), "2022-07-29"),
      ("$1", .texts(["a", "b c", "\"", ""]), #"{a,"b c","\"",""}"#),
      ("$1", .texts([]), "{}"),
      ("$1", .optionalTexts(["a", nil]), "{a,NULL}"),
      ("$1", .ints([1, -2]), "{1,-2}"),
      ("$1", .optionalInts([nil, 5]), "{NULL,5}"),
      ("$1", .int32s([3]), "{3}"),
      ("$1", .bools([true, false]), "{t,f}"),
      ("$1", .bytesArray([[1], []]), #"{"\\x01","\\x"}"#),
      ("$1", .optionalBytesArray([nil]), "{NULL}"),
      ("$1::timestamp[]", .instants([0]), "{\"1970-01-01 00:00:00\"}"),
      ("$1::timestamp[]", .optionalInstants([nil]), "{NULL}"),
    ] as [(String, PostgresValue, String)])
  func taken(expression: String, value: PostgresValue, text: String) throws {
    try connection.script("SET TIME ZONE 'UTC'")
    #expect(try connection.query("SELECT (\(expression))::text", [value])[0].text(0) == text)
    // A NULL says no type of its own: it takes that of its place.
    guard expression.contains("::") else { return }
    #expect(try connection.query("SELECT (\(expression)) IS NULL", [.null])[0].bool(0))
  }

  @Test("What Postgres sends is read as what it is")
  func read() throws {
    let row = try connection.query(
      """
      SELECT 1::smallint, -2::integer, 3::bigint, 4::oid, -90071992547409930000::numeric / 10000, true, 'ä', '{"a": 1}'::jsonb,
        '{"a":1}'::json, '\\x00ff'::bytea, '1970-01-01 00:00:01.5+00'::timestamptz, '1970-01-02'::date, 0.5::real,
        NULL::bigint, 'infinity'::timestamptz
      """)[0]
    #expect((0..<5).map { row.int($0) } == [1, -2, 3, 4, -9_007_199_254_740_993])
    #expect(row.bool(5))
    #expect(row.text(6) == "ä")
    #expect(row.bytes(6) == [0xc3, 0xa4])
    #expect(row.text(7) == #"{"a": 1}"#)
    #expect(row.bytes(7) == Array(#"{"a": 1}"#.utf8))
    #expect(row.text(8) == #"{"a":1}"#)
    #expect(row.bytes(9) == [0, 255])
    #expect(row.withBytes(9) { $0.count } == 2)
    #expect(row.instant(10) == 1_500_000)
    #expect(row.date(11) == 1)
    #expect(row.double(12) == 0.5)
    #expect(row.isNull(13))
    #expect(row.optionalInt(13) == nil)
    #expect(row.optionalInt(2) == 3)
    #expect(row.instant(14) == .max)
  }

  @Test("Arrays are read as what they are")
  func readArrays() throws {
    let row = try connection.query(
      """
      SELECT '{a,"b c"}'::text[], '{a,NULL}'::text[], '{1,-2}'::bigint[], '{3}'::int[], '{4}'::smallint[], '{t,f}'::boolean[],
        ARRAY['\\x01'::bytea], ARRAY['1970-01-01 00:00:01+00'::timestamptz], '{}'::text[]
      """)[0]
    #expect(row.texts(0) == ["a", "b c"])
    #expect(row.optionalTexts(1) == ["a", nil])
    #expect(row.ints(2) == [1, -2])
    #expect(row.ints(3) == [3])
    #expect(row.ints(4) == [4])
    #expect(row.bools(5) == [true, false])
    #expect(row.bytesArray(6) == [[1]])
    #expect(row.instants(7) == [1_000_000])
    #expect(row.texts(8).isEmpty)
  }

  @Test(
    "A sum of amounts is read as a whole number, up to the largest",
    arguments: [Int64.max, Int64.min + 1, 0, 10_000, -1])
  func numeric(value: Int64) throws {
    #expect(try connection.query("SELECT sum(v) FROM unnest($1) v", [.ints([value])])[0].int(0) == value)
  }

  @Test("Arrays make one statement of a batch")
  func batch() throws {
    let rows = try connection.query(
      "SELECT id, amount FROM unnest($1, $2) AS t (id, amount) ORDER BY amount", [.texts(["a", "b"]), .ints([2, 1])])
    #expect(rows.columnNames == ["id", "amount"])
    #expect(rows.map { $0.text(0) } == ["b", "a"])
    #expect(rows.map { $0.int(1) } == [1, 2])
  }

  @Test(
    "A value that does not fit is an error, and the connection goes on",
    arguments: [
      ("SELECT $1::integer", .int(2_147_483_648), "22003"),
      ("SELECT $1::smallint", .int(-32_769), "22003"),
      ("SELECT $1::uuid", .bytes([1]), "42804"),
      ("SELECT $1::uuid", .text("no"), "22P02"),
      ("SELECT $1::numeric", .text("1\u{0}"), "22021"),
      ("SELECT $1::text", .text("1\u{0}"), "22021"),
      ("SELECT 1", .int(1), "42P18"),
    ] as [(String, PostgresValue, String)])
  func misfit(sql: String, value: PostgresValue, code: String) throws {
    let error = try postgresError { _ = try connection.query(sql, [value]) }
    #expect(error?.sqlState == code)
    #expect(error?.isRetriable == false)
    #expect(connection.isUsable)
    #expect(try connection.query("SELECT 1").count == 1)
  }
}
