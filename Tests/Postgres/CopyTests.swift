import Postgres
import Testing

@Suite("COPY", .enabled(if: testServer != nil))
struct CopyTests {
  struct Stop: Error {}

  @Test("Every kind of column is copied")
  func kinds() throws {
    try withScratchSchema { connection, _ in
      try connection.script(
        """
        CREATE TYPE side AS ENUM ('debit', 'credit');
        CREATE TABLE item (a bigint, b integer, c smallint, "d e" text, f bytea, g timestamptz, h boolean, i jsonb, j side,
          k bigint[], l text, m numeric, n date)
        """)
      let columns = ["a", "b", "c", "d e", "f", "g", "h", "i", "j", "k", "l", "m", "n"]
      let copied = try connection.copy(into: "item", columns: columns) { copy in
        try copy.append(
          .int(1), .int(2), .int(3), .text("vier"), .bytes([5]), .instant(6), .bool(true), .bytes(Array("{}".utf8)),
          .text("credit"), .ints([7, 8]), .null, .int(-100_000), .date(1))
      }
      #expect(copied == 1)
      let row = try connection.query("SELECT a, b, c, \"d e\", f, g, h, i, j, k, l, m, n FROM item")[0]
      #expect([row.int(0), row.int(1), row.int(2), row.int(11)] == [1, 2, 3, -100_000])
      #expect([row.text(3), row.text(7), row.text(8)] == ["vier", "{}", "credit"])
      #expect(row.bytes(4) == [5])
      #expect(row.instant(5) == 6)
      #expect(row.bool(6))
      #expect(row.ints(9) == [7, 8])
      #expect(row.isNull(10))
      #expect(row.date(12) == 1)
    }
  }

  @Test("Rows beyond one buffer arrive whole, none of them twice", arguments: [0, 1, 50_000])
  func many(rows: Int) throws {
    try withScratchSchema { connection, schema in
      try connection.script("CREATE TABLE item (id bigint PRIMARY KEY, body bytea)")
      let copied = try connection.copy(into: "\(quoted(schema)).item", columns: ["id", "body"]) { copy in
        for id in 0..<rows {
          try copy.append([.int(Int64(id)), .bytes([UInt8](repeating: UInt8(id % 256), count: id % 64))])
        }
      }
      #expect(copied == rows)
      let sums = try connection.query("SELECT count(*), coalesce(sum(length(body)), 0) FROM item")[0]
      #expect(sums.int(0) == Int64(rows))
      #expect(sums.int(1) == (0..<Int64(rows)).reduce(0) { $0 + $1 % 64 })
    }
  }

  @Test("If its rows cannot be told, or are refused, none is there and the connection goes on")
  func failures() throws {
    try withScratchSchema { connection, _ in
      try connection.script("CREATE TABLE item (id integer PRIMARY KEY)")
      #expect(throws: Stop.self) {
        try connection.copy(into: "item", columns: ["id"]) { copy in
          try copy.append(.int(1))
          throw Stop()
        }
      }
      let code = { (values: [PostgresValue]) in
        try postgresError {
          try connection.copy(into: "item", columns: ["id"]) { copy in for value in values { try copy.append(value) } }
        }?.sqlState
      }
      #expect(try code([.int(1), .int(1)]) == "23505")
      #expect(try code([.int(1), .int(1 << 40)]) == "22003")
      #expect(try code([.int(1), .text("2")]) == "42804")
      #expect(try code([.int(1), .null]) == "23502")
      #expect(
        try postgresError { try connection.copy(into: "no_table", columns: ["id"]) { _ in } }?.sqlState == "42P01")
      #expect(try connection.query("SELECT FROM item").isEmpty)
      #expect(try code([.int(1), .int(2)]) == nil)
    }
  }
}
