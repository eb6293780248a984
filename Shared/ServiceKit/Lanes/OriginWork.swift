import Accounting
import Messages

/// What an origin does with requests: decides which are new, and appends them to the lane's log.
public protocol OriginHandler: AnyObject {
  /// What callers hand in.
  associatedtype Request: Sendable

  /// Takes requests that came together into one transaction. Returns what is to be told to the callers once it is committed.
  func handle(_ requests: [Request], in transaction: LaneTransaction) throws -> [@Sendable () -> Void]

  /// Whether there is work that no request brings; asked when the lane is woken and about once a second.
  func isWorkDue() throws -> Bool

  /// Tells a caller that the request could not be taken now; nothing of it has been kept.
  func fail(_ request: Request)
}

/// The work of a lane that takes in what producers tell. Requests that arrive together are committed together.
public final class OriginWork<Handler: OriginHandler>: LaneWork {
  /// The most that one transaction takes in, in bytes.
  private static var transactionBytes: Int { 8 << 20 }

  private let queue: LaneQueue<Handler.Request>
  private let handler: Handler
  private var pending: [Handler.Request] = []
  private var isWorkDue = true
  private var answers: [@Sendable () -> Void] = []

  /// Opens the queue for this turn.
  public init(queue: LaneQueue<Handler.Request>, handler: Handler) {
    self.queue = queue
    self.handler = handler
    queue.open()
  }

  /// Waits for requests, or for being woken.
  public func wait(milliseconds: Int32) throws -> Bool {
    if pending.isEmpty {
      pending = queue.take(upToBytes: Self.transactionBytes, milliseconds: isWorkDue ? 0 : milliseconds)
    }
    if queue.takeWake() { isWorkDue = true }
    if isWorkDue { isWorkDue = try handler.isWorkDue() }
    return isWorkDue || !pending.isEmpty
  }

  /// Handles what is pending in one transaction.
  public func perform(in transaction: LaneTransaction) throws {
    answers = try handler.handle(pending, in: transaction)
  }

  /// Answers the callers.
  public func committed() {
    pending = []
    isWorkDue = true
    for answer in answers { answer() }
    answers = []
  }

  /// An origin's log is complete through the time that its lane's row has been given.
  public func completeThrough(recordedTime: Instant) -> Instant { recordedTime }

  /// An origin reads no topic.
  public var statement: Statement? { nil }

  /// Looks for work that another instance has left.
  public func everySecond() {
    isWorkDue = true
  }

  /// Answers those that can no longer be served in this turn.
  public func ended(_ error: (any Error)?) {
    for request in pending + queue.close() { handler.fail(request) }
    pending = []
  }
}
