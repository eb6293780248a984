import Accounting
import JSON
import Kafka
import Messages
import Postgres

/// One lane of one group: claims it, works on it for as long as the lease is held, and begins anew after any failure.
///
/// An actor on a serial queue of its own with a connection of its own, so that blocking calls are plain calls.
actor LaneWorker {
  /// How long the lane waits for input when it has nothing else to do.
  private static let idleMilliseconds: Int32 = 100
  /// How long it waits while rows are to be sent as soon as a reader has moved on.
  private static let heldBackMilliseconds: Int32 = 3
  /// How long it waits before it asks again whether the lane is free.
  private static let freeMilliseconds = 100
  /// At the third attempt at a message, and later, a transaction takes one message.
  private static let attemptsBeforeSingle = 2
  /// After that many attempts at one message the lane is stopped.
  static let attemptsBeforeStop = 6
  private static let maximumMessages = 2_000

  private let executor: LaneExecutor
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  private let group: LaneGroup
  private let lane: Int
  private let lanes: Int
  private let process: ServiceProcess
  private let clock = ContinuousClock()
  private var connection: PostgresConnection?
  private var status = LaneStatus()
  /// How many transactions of this turn are still to be noted before they begin, so that it is known what a process ended over.
  private var attemptsToNote = 1
  /// Whether what this turn begins with was begun before and not done.
  private var isSuspect = false
  /// Which message has been noted as begun and is not done, and how often it has been begun.
  private var attempted: (message: String, count: Int)?

  init(group: LaneGroup, lane: Int, of lanes: Int, process: ServiceProcess) {
    self.group = group
    self.lanes = lanes
    self.lane = lane
    self.process = process
    executor = LaneExecutor(label: "earned.\(group.name).\(lane)")
  }

  /// Works until the process is to stop.
  func run() {
    var backoffMilliseconds = 100
    while !process.stop.isGiven {
      do {
        if try !claimAndWork() { process.stop.wait(milliseconds: Self.freeMilliseconds) }
        backoffMilliseconds = 100
      } catch {
        // What passes by itself is nobody's to be woken for; that it lasts is told by the service's readiness.
        if isPassing(error) {
          process.log.warning("lane_interrupted", fields(["reason": "\(error)"]))
        } else {
          process.log.error("lane_failed", fields(["reason": "\(error)"]))
        }
        // A topic that is gone fails a turn before the turn's own work can react to it.
        if (error as? KafkaError)?.isUnknownTopic == true { process.ensureTopics() }
        process.stop.wait(milliseconds: backoffMilliseconds)
        backoffMilliseconds = min(backoffMilliseconds * 2, 5_000)
      }
    }
    connection?.close()
  }

  private func fields(_ more: [String: String] = [:]) -> [String: String] {
    more.merging(["group": group.name, "lane": "\(lane)"]) { $1 }
  }

  private func usableConnection() throws -> PostgresConnection {
    if let connection, connection.isUsable { return connection }
    let made = try process.connect(
      "\(group.name)/\(lane)",
      options: [
        // Below the lease, so that an owner that is paused within a transaction is thrown out before the next one claims.
        "idle_in_transaction_session_timeout": "5s",
        "synchronous_commit": group.isDurable ? "on" : "off",
      ])
    connection = made
    return made
  }

  /// One turn, from claiming the lane to giving it back. Returns false where the lane is not to be had.
  private func claimAndWork() throws -> Bool {
    guard process.share.takeOne(of: group.name, lanes: lanes) else { return false }
    var isCounted = true
    defer { if isCounted { process.share.giveBackOne(of: group.name) } }
    guard process.board.takeFree(group.name, lane) else { return false }
    let store = LaneStore(connection: try usableConnection(), group: group.name, lane: lane)
    guard let state = try store.claim(owner: process.configuration.instance) else { return false }
    process.log.info("lane_claimed", fields(["turn": "\(state.turn)", "position": "\(state.position.sequence)"]))
    defer { process.metrics.forget(lane: lane, group: group.name) }
    var work: (any LaneWork)?
    do {
      try prepare(state)
      let made = try group.makeWork(
        LaneGroup.Turn(
          lane: lane, position: state.position, maximumMessages: Self.maximumMessages,
          singleMessages: attemptsToNote - 1, process: process))
      work = made
      isCounted = try hold(store, state, made)
      made.ended(nil)
      try store.release(turn: state.turn, forgetsAttempt: false)
    } catch {
      work?.ended(error)
      try end(store, state.turn, after: error)
    }
    return true
  }

  /// A message that has ended its process again and again is not touched once more. Before it is tried again at all, the other
  /// lanes of the process get some time; and the messages of a batch that failed are then taken one by one.
  private func prepare(_ state: LaneState) throws {
    attempted = nil
    isSuspect = state.attempts > 0
    attemptsToNote = state.attempts >= Self.attemptsBeforeSingle ? 1 + Self.maximumMessages : 1
    guard isSuspect else { return }
    let message = state.attempted ?? "The next message"
    process.log.warning("lane_tried_before", fields(["attempts": "\(state.attempts)", "message": message]))
    guard state.attempts < Self.attemptsBeforeStop else {
      throw LaneError.defect("\(message) could not be handled, in \(state.attempts) attempts.")
    }
    process.stop.wait(milliseconds: min(state.attempts * 300, 1_500))
  }

  /// Ends a turn that has failed: stops the lane if it must not go on, else leaves it to the next claim.
  private func end(_ store: LaneStore, _ turn: Int64, after error: any Error) throws {
    do {
      switch error {
      case LaneError.leaseLost: throw error
      case let error as LaneError where error.stopsLane: try stop(store, turn, reason: error.description)
      case _ where !store.connection.isUsable: break
      case _ where isPassing(error): try store.release(turn: turn, forgetsAttempt: attempted != nil)
      default:
        if let attempted, attempted.count >= Self.attemptsBeforeStop {
          try stop(
            store, turn,
            reason: "\(attempted.message) could not be handled, in \(attempted.count) attempts: \(error)")
        } else {
          try store.release(turn: turn, forgetsAttempt: false)
        }
      }
    } catch LaneError.leaseLost {
      process.log.warning("lease_lost", fields())
      return
    } catch {
      process.log.warning("lane_not_given_back", fields(["reason": "\(error)"]))
    }
    throw error
  }

  private func stop(_ store: LaneStore, _ turn: Int64, reason: String) throws {
    try store.stop(turn: turn, reason: reason)
    process.log.error("lane_stopped", fields(["reason": reason]))
  }

  /// Whether an error is the world's and will pass, so that it says nothing against the message at hand.
  private func isPassing(_ error: any Error) -> Bool {
    switch error {
    case let error as PostgresError: error.isRetriable || error.isConnectionLost
    case is KafkaError: true
    default: false
    }
  }

  /// Works for as long as the lane is held. Returns whether it is still counted among those of this instance.
  private func hold(_ store: LaneStore, _ claimed: LaneState, _ work: any LaneWork) throws -> Bool {
    var desk = try LaneDesk(
      group: group, lane: lane, process: process, store: store, head: claimed.head, turn: claimed.turn)
    defer { desk.close() }
    desk.state(work)
    while !process.stop.isGiven {
      let hasWork = try work.wait(
        milliseconds: desk.isHeldBack ? Self.heldBackMilliseconds : Self.idleMilliseconds)
      if hasWork { try perform(work, store, &desk) }
      try desk.relay()
      if try desk.isSecondOver(work) {
        try work.everySecond()
        report(work, desk)
        if process.share.giveUpOne(of: group.name, lanes: lanes) { return false }
      }
    }
    process.publisher.flush(milliseconds: 1_000)
    return true
  }

  private func perform(_ work: any LaneWork, _ store: LaneStore, _ desk: inout LaneDesk) throws {
    let isTrial = isSuspect && attemptsToNote > 0
    if isTrial, !process.trial.begin() {
      process.stop.wait(milliseconds: 20)
      return
    }
    defer { if isTrial { process.trial.end() } }
    let begun = clock.now
    if attemptsToNote > 0, let message = work.nextMessage {
      attempted = (message, try store.attempt(message, turn: desk.turn))
      attemptsToNote -= 1
    }
    let transaction = try store.connection.transaction {
      let state = try store.lock(turn: desk.turn)
      let transaction = LaneTransaction(connection: store.connection, lane: lane, state: state, table: group.table)
      try work.perform(in: transaction)
      try store.save(transaction.head, transaction.position)
      return transaction
    }
    attempted = nil
    work.committed()
    try desk.committed(transaction)
    desk.state(work)
    status.batchSeconds = (clock.now - begun).seconds
  }

  private func report(_ work: any LaneWork, _ desk: LaneDesk) {
    status.position = work.statement?.sequence
    status.lag = work.lag
    status.logSequence = group.table == nil ? nil : desk.head.sequence
    process.metrics.report(status, lane: lane, group: group.name)
  }
}

extension Swift.Duration {
  /// The duration in seconds, for metrics.
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
