import Messages

/// Decides what of a lane's log is sent next, as TCP does: within a window behind what every reader has stated, and from
/// there again when the readers have stood still.
///
/// A value that does no input or output: it is told what happened and says what to do.
struct Relay {
  /// What the relay wants done.
  enum Action {
    /// Send these rows, in this order.
    case send(ArraySlice<LogRow>)
    /// Read rows after this number from the table, about so many bytes, and hand them to `loaded`.
    case load(after: Int64, bytes: Int)
    /// Nothing to send, or not yet.
    case wait
  }

  /// How many bytes may be under way.
  static let windowBytes = 2 << 20
  /// How many bytes of rows are kept in memory before the rest is left to the table.
  static let keptBytes = 8 << 20
  /// How long readers may stand still below what was sent.
  static let patience: Swift.Duration = .seconds(2)

  private let readers: [String]
  /// The last row of the log.
  private var last: Int64
  /// What each reader has stated.
  private var stated: [String: Int64] = [:]
  /// Rows after `acknowledged`, without gaps.
  private var kept: [LogRow] = []
  private var keptSize = 0
  /// The number of the row before `kept`.
  private var acknowledged: Int64 = 0
  private var sent: Int64 = 0
  private var movedAt: ContinuousClock.Instant

  init(readers: [String], last: Int64, now: ContinuousClock.Instant) {
    self.readers = readers
    self.last = last
    movedAt = now
  }

  /// Whether every reader has said where it stands; nothing is sent before.
  var hasHeardAll: Bool { stated.count == readers.count }

  /// Whether rows are left that could not be sent yet.
  var isHeldBack: Bool { !readers.isEmpty && sent < last }

  /// The running hash through a row that is still kept; nil for any other.
  func chain(through sequence: Int64) -> [UInt8]? {
    let index = sequence - acknowledged - 1
    return index >= 0 && index < kept.count ? kept[Int(index)].chain : nil
  }

  /// The log has grown by these rows.
  mutating func appended(_ rows: [LogRow]) {
    guard let first = rows.first, let end = rows.last else { return }
    last = end.sequence
    guard hasHeardAll, keptSize < Self.keptBytes, first.sequence == acknowledged + Int64(kept.count) + 1 else { return }
    keep(rows)
  }

  /// The table has given these rows.
  mutating func loaded(_ rows: [LogRow]) {
    guard let first = rows.first, first.sequence == acknowledged + Int64(kept.count) + 1 else { return }
    keep(rows)
  }

  /// A reader has stated its position.
  mutating func heard(_ reader: String, at sequence: Int64, now: ContinuousClock.Instant) {
    guard readers.contains(reader) else { return }
    let isFirst = !hasHeardAll
    stated[reader] = sequence
    guard hasHeardAll, let slowest = stated.values.min() else { return }
    if isFirst || slowest < acknowledged {
      // A new start, or a reader that was set back: everything from there on is sent again.
      kept = []
      keptSize = 0
      acknowledged = slowest
      sent = slowest
      movedAt = now
    } else if slowest > acknowledged {
      let count = min(Int(slowest - acknowledged), kept.count)
      keptSize -= kept[..<count].reduce(0) { $0 + $1.bytes.count }
      kept.removeFirst(count)
      acknowledged = slowest
      if count == 0 || kept.isEmpty { kept = [] }
      sent = max(sent, slowest)
      movedAt = now
    }
  }

  /// What to do now.
  mutating func next(now: ContinuousClock.Instant) -> Action {
    guard hasHeardAll, !readers.isEmpty else { return .wait }
    if sent > acknowledged, now - movedAt > Self.patience {
      sent = acknowledged
      movedAt = now
    }
    guard sent < last else { return .wait }
    let from = Int(sent - acknowledged)
    guard from < kept.count else {
      return isWindowFull(through: from)
        ? .wait : .load(after: acknowledged + Int64(kept.count), bytes: Self.windowBytes)
    }
    var room = Self.windowBytes - kept[..<from].reduce(0) { $0 + $1.bytes.count }
    var to = from
    while to < kept.count, room > 0 || to == 0 {
      room -= kept[to].bytes.count
      to += 1
    }
    guard to > from else { return .wait }
    if sent == acknowledged { movedAt = now }
    sent = acknowledged + Int64(to)
    return .send(kept[from..<to])
  }

  /// The rows that `next` handed out could not be sent: they are sent again from the stated position.
  mutating func sendingFailed() {
    sent = acknowledged
  }

  private func isWindowFull(through count: Int) -> Bool {
    count > 0 && kept[..<count].reduce(0) { $0 + $1.bytes.count } >= Self.windowBytes
  }

  private mutating func keep(_ rows: [LogRow]) {
    kept += rows
    keptSize += rows.reduce(0) { $0 + $1.bytes.count }
  }
}
