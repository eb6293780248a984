import Accounting
import JSON

extension Report {
  /// The report as one JSON object. Amounts are integers in minor units of the row's currency; a cell without a value is
  /// left out of its row.
  public func json() -> [UInt8] {
    var writer = JSONWriter(capacity: 512 + rows.count * 160)
    writer.object { writer in
      writer.member("object", "report")
      writer.member("name", definition.name.rawValue)
      writer.member("title", definition.title)
      writer.member("start", periods.map { calendar.name($0.lowerBound) })
      writer.member("end", periods.map { calendar.name($0.upperBound) })
      writer.member(
        "parameters",
        object: { writer in
          for (name, value) in query.pairs(calendar: calendar) where name != "format" { writer.member(name, value) }
        })
      writer.name("columns")
      writer.array { writer in
        for column in columns {
          writer.object { writer in
            writer.member("name", column.name)
            writer.member("title", column.title)
            writer.member("kind", column.kind.rawValue)
          }
        }
      }
      for (name, rows) in [("rows", rows), ("totals", totals)] {
        writer.name(name)
        writer.array { writer in
          for row in rows { write(row, to: &writer) }
        }
      }
      writer.name("notes")
      writer.array { writer in
        for note in notes { writer.value(note) }
      }
      completeness.write(to: &writer)
    }
    return writer.bytes
  }

  /// The report as JSON Lines: one object a row, without totals.
  public func jsonLines() -> [UInt8] {
    var lines: [UInt8] = []
    for row in rows {
      var writer = JSONWriter(capacity: 192)
      write(row, to: &writer)
      lines += writer.bytes
      lines.append(UInt8(ascii: "\n"))
    }
    return lines
  }

  private func write(_ row: [Cell], to writer: inout JSONWriter) {
    writer.object { writer in
      for (column, cell) in zip(columns, row) {
        switch cell {
        case .empty: continue
        case .amount(let amount, _):
          // Sums can be larger than 64 bits hold, and JSON's numbers have no such limit.
          writer.member(column.name, raw: String(amount).utf8)
        case .count(let count): writer.member(column.name, count)
        default: writer.member(column.name, plain(cell))
        }
      }
    }
  }
}

extension Completeness {
  /// Writes what an answer says of its completeness as members of the object being written.
  public func write(to writer: inout JSONWriter) {
    writer.name("complete_through")
    writer.object { writer in
      writer.name("time")
      if let through { writer.value(through.rfc3339) } else { writer.null() }
      writer.name("positions")
      writer.array { writer in
        for position in positions {
          writer.object { writer in
            writer.member("lane", position.lane)
            writer.member("sequence", position.sequence)
          }
        }
      }
    }
    writer.member("waiting", waiting)
    writer.member("refused", refused)
  }
}
