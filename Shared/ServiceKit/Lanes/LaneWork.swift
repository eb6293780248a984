import Accounting
import Messages

/// What a lane does during one turn: where its input comes from, and what becomes of it.
///
/// An object of this kind lives for one turn, on its lane's queue. Whatever it caches is right for as long as the turn lasts,
/// and is thrown away with it when anything goes wrong.
public protocol LaneWork: AnyObject {
  /// Waits up to the given time for input. Returns whether there is something to do.
  func wait(milliseconds: Int32) throws -> Bool

  /// Does one transaction's worth of it. Called with the lane's row locked; nothing may suspend or wait here.
  func perform(in transaction: LaneTransaction) throws

  /// The transaction has been committed.
  func committed()

  /// Everything recorded up to then has been taken in; `recordedTime` is a time up to which this lane's own log is complete.
  func completeThrough(recordedTime: Instant) -> Instant

  /// What the reader of this lane states; nil where the work reads no topic.
  var statement: Statement? { get }

  /// The message that the next transaction begins with, for the operator who is told that it cannot be handled; nil where the
  /// input cannot keep a lane from going on.
  var nextMessage: String? { get }

  /// How many messages are known of that have not been read; nil where that cannot be told.
  var lag: Int64? { get }

  /// Called about once a second between transactions.
  func everySecond() throws

  /// The turn has ended, with an error or without.
  func ended(_ error: (any Error)?)
}

extension LaneWork {
  /// Nothing to do.
  public func everySecond() throws {}
  /// Nothing to do.
  public func ended(_ error: (any Error)?) {}
  /// Nothing to do.
  public func committed() {}
  /// Nothing that could keep a lane from going on.
  public var nextMessage: String? { nil }
  /// Not known.
  public var lag: Int64? { nil }
}
