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
  /// From that many claims at one position on, a transaction takes one message.
  private static let claimsBeforeSingle = 3
  /// At that many claims at one position the lane is stopped.
  private static let claimsBeforeStop = 6
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
        let claimed = try claimAndWork()
        backoffMilliseconds = 100
        if !claimed { process.stop.wait(milliseconds: Int.random(in: 500...1_000)) }
      } catch {
        process.log.error(
          "lane_failed", ["group": group.name, "lane": "\(lane)", "reason": "\(error)"])
        process.stop.wait(milliseconds: backoffMilliseconds)
        backoffMilliseconds = min(backoffMilliseconds * 2, 5_000)
      }
    }
    connection?.close()
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
    guard process.share.mayHoldAnother(of: group.name, lanes: lanes) else { return false }
    let connection = try usableConnection()
    let store = LaneStore(connection: connection, group: group.name, lane: lane)
    guard let state = try store.claim(owner: process.configuration.instance) else { return false }
    process.share.hold(group.name)
    defer { process.share.letGo(group.name) }
    process.log.info(
      "lane_claimed",
      ["group": group.name, "lane": "\(lane)", "turn": "\(state.turn)", "position": "\(state.position.sequence)"])
    var work: (any LaneWork)?
    do {
      let turn = LaneGroup.Turn(
        lane: lane, position: state.position,
        maximumMessages: state.claims >= Self.claimsBeforeSingle ? 1 : Self.maximumMessages, process: process)
      let made = try group.makeWork(turn)
      work = made
      try hold(store, state, made)
      made.ended(nil)
      try store.release(turn: state.turn, inOrder: true)
    } catch {
      work?.ended(error)
      try end(store, state, after: error, work)
    }
    process.metrics.forget(lane: lane, group: group.name)
    return true
  }

  /// Ends a turn that has failed: stops the lane if it must not go on, else leaves it to the next claim.
  private func end(_ store: LaneStore, _ state: LaneState, after error: any Error, _ work: (any LaneWork)?) throws {
    if error is LaneError, case .leaseLost? = error as? LaneError {
      process.log.warning("lease_lost", ["group": group.name, "lane": "\(lane)"])
      return
    }
    guard connection?.isUsable == true else { throw error }
    if (error as? LaneError)?.stopsLane == true {
      try stop(store, state, reason: "\(error)")
    } else if !isPassing(error), state.claims >= Self.claimsBeforeStop,
      let message = (work as? ReaderWork)?.blockingMessage
    {
      try stop(store, state, reason: "\(message) could not be handled \(state.claims) times: \(error)")
    } else {
      try store.release(turn: state.turn, inOrder: isPassing(error))
    }
    throw error
  }

  private func stop(_ store: LaneStore, _ state: LaneState, reason: String) throws {
    process.log.error("lane_stopped", ["group": group.name, "lane": "\(lane)", "reason": reason])
    try store.stop(turn: state.turn, reason: reason)
  }

  /// Whether an error is the world's and will pass, so that it says nothing against the message at hand.
  private func isPassing(_ error: any Error) -> Bool {
    switch error {
    case let error as PostgresError: error.isRetriable || error.isConnectionLost
    case let error as KafkaError: error.isRetriable
    default: false
    }
  }

  /// Works for as long as the lane is held.
  private func hold(_ store: LaneStore, _ claimed: LaneState, _ work: any LaneWork) throws {
    if claimed.claims > Self.claimsBeforeStop {
      // The process has died at this position again and again: the message is named before it is touched once more.
      try nameBlockingMessage(store, claimed, work)
    }
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
        if process.share.mustLetGo(of: group.name, lanes: lanes) { return }
      }
    }
    process.publisher.flush(milliseconds: 1_000)
  }

  private func nameBlockingMessage(_ store: LaneStore, _ claimed: LaneState, _ work: any LaneWork) throws {
    let deadline = clock.now + .seconds(8)
    while clock.now < deadline, !process.stop.isGiven {
      guard try work.wait(milliseconds: Self.idleMilliseconds) else { continue }
      let message = (work as? ReaderWork)?.blockingMessage ?? "the next message"
      throw LaneError.defect("\(message) ended the process each of \(claimed.claims - 1) times it was handled.")
    }
  }

  private func perform(_ work: any LaneWork, _ store: LaneStore, _ desk: inout LaneDesk) throws {
    let begun = clock.now
    let transaction = try store.connection.transaction {
      let state = try store.lock(turn: desk.turn)
      let transaction = LaneTransaction(connection: store.connection, lane: lane, state: state, table: group.table)
      try work.perform(in: transaction)
      try store.save(transaction.head, transaction.position)
      return transaction
    }
    work.committed()
    try desk.committed(transaction)
    desk.state(work)
    status.batchSeconds = (clock.now - begun).seconds
  }

  private func report(_ work: any LaneWork, _ desk: LaneDesk) {
    status.position = work.statement?.sequence
    status.lag = (work as? ReaderWork)?.lag
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
