/// Rows of a lane's log behind a number, without gaps, from which the front is taken away as readers move on.
///
/// Every question costs the same however many rows there are.
struct RowBuffer {
  /// The number of the row before the first.
  private(set) var start: Int64
  private var rows: [LogRow] = []
  /// For each row, the bytes of all rows ever appended, through it.
  private var totals: [Int] = []
  /// The total before the first row of `rows`.
  private var base = 0
  /// So many rows at the front of `rows` are taken away already; they are let go of many at a time.
  private var gone = 0

  /// An empty buffer behind a number.
  init(after start: Int64) {
    self.start = start
  }

  /// The number of the last row, or `start` where there is none.
  var last: Int64 { start + Int64(rows.count - gone) }

  /// The bytes of all rows.
  var bytes: Int { bytes(through: last) }

  /// The bytes of the rows through a number.
  func bytes(through sequence: Int64) -> Int { total(through: sequence) - total(through: start) }

  /// A row; nil where it is not here.
  func row(_ sequence: Int64) -> LogRow? {
    sequence > start && sequence <= last ? rows[index(sequence)] : nil
  }

  /// The rows after one number, through another.
  func rows(after: Int64, through: Int64) -> ArraySlice<LogRow> { rows[index(after) + 1...index(through)] }

  /// Adds rows that come next; others are left out.
  mutating func append(_ new: [LogRow]) {
    guard new.first?.sequence == last + 1 else { return }
    for row in new {
      totals.append((totals.last ?? base) + row.bytes.count)
      rows.append(row)
    }
  }

  /// Takes the rows through a number away, which may be beyond the last.
  mutating func drop(through sequence: Int64) {
    guard sequence < last else {
      self = RowBuffer(after: max(sequence, start))
      return
    }
    guard sequence > start else { return }
    gone += Int(sequence - start)
    start = sequence
    guard gone > 256, gone * 2 > rows.count else { return }
    base = totals[gone - 1]
    rows.removeFirst(gone)
    totals.removeFirst(gone)
    gone = 0
  }

  private func index(_ sequence: Int64) -> Int { gone + Int(sequence - start) - 1 }

  private func total(through sequence: Int64) -> Int {
    let index = index(min(max(sequence, start), last))
    return index < 0 ? base : totals[index]
  }
}
