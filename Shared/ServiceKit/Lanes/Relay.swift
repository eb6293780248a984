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
  /// To what that grows while they still do.
  static let longestPatience: Swift.Duration = .seconds(16)

  private let readers: [String]
  /// The last row of the log.
  private var last: Int64
  /// What each reader has stated.
  private var stated: [String: Int64] = [:]
  /// Rows behind what every reader has stated.
  private var kept = RowBuffer(after: 0)
  private var sent: Int64 = 0
  private var movedAt: ContinuousClock.Instant
  /// How many bytes may be under way now: no more than one row while readers stand still, so that one who cannot go on is not
  /// sent the same two megabytes again and again.
  private var window = Self.windowBytes
  private var patience = Self.patience

  init(readers: [String], last: Int64, now: ContinuousClock.Instant) {
    self.readers = readers
    self.last = last
    movedAt = now
  }

  private var acknowledged: Int64 { kept.start }

  /// Whether every reader has said where it stands; nothing is sent before.
  var hasHeardAll: Bool { stated.count == readers.count }

  /// Whether rows could not be sent yet, and readers have lately moved, so that room for them will come soon.
  func isHeldBack(now: ContinuousClock.Instant) -> Bool {
    !readers.isEmpty && hasHeardAll && sent < last && now - movedAt < .seconds(1)
  }

  /// The running hash through a row that is still kept; nil for any other.
  func chain(through sequence: Int64) -> [UInt8]? { kept.row(sequence)?.chain }

  /// The log has grown by these rows.
  mutating func appended(_ rows: [LogRow]) {
    guard let end = rows.last else { return }
    last = end.sequence
    if hasHeardAll, kept.bytes < Self.keptBytes { kept.append(rows) }
  }

  /// The table has given these rows.
  mutating func loaded(_ rows: [LogRow]) {
    kept.append(rows)
  }

  /// A reader has stated its position.
  mutating func heard(_ reader: String, at sequence: Int64, now: ContinuousClock.Instant) {
    guard readers.contains(reader) else { return }
    let isFirst = !hasHeardAll
    stated[reader] = sequence
    guard hasHeardAll, let slowest = stated.values.min() else { return }
    if isFirst || slowest < acknowledged {
      // A new start, or a reader that was set back: everything from there on is sent again.
      kept = RowBuffer(after: slowest)
      sent = slowest
    } else if slowest > acknowledged {
      kept.drop(through: slowest)
      sent = max(sent, slowest)
    } else {
      return
    }
    movedAt = now
    window = Self.windowBytes
    patience = Self.patience
  }

  /// What to do now.
  mutating func next(now: ContinuousClock.Instant) -> Action {
    guard hasHeardAll, !readers.isEmpty else { return .wait }
    if sent > acknowledged, now - movedAt > patience {
      sent = acknowledged
      window = 1
      patience = min(patience * 2, Self.longestPatience)
    }
    guard sent < last, kept.bytes(through: sent) < window else { return .wait }
    guard sent < kept.last else { return .load(after: kept.last, bytes: Self.windowBytes) }
    var through = sent + 1
    while through < kept.last, kept.bytes(through: through) < window { through += 1 }
    if sent == acknowledged { movedAt = now }
    defer { sent = through }
    return .send(kept.rows(after: sent, through: through))
  }

  /// Of the rows that `next` handed out, those after this number could not be sent now.
  mutating func sendingFailed(after sequence: Int64) {
    sent = max(acknowledged, min(sent, sequence))
  }
}
