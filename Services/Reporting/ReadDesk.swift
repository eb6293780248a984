import Dispatch
import Postgres
import Synchronization

/// Answers questions on connections of its own, each on a serial queue, so that neither the lanes nor the HTTP server's
/// threads wait for them.
final class ReadDesk: Sendable {
  private let seats: [Seat]
  private let next = Atomic(0)

  /// A desk with so many connections, opened when they are first needed.
  init(seats: Int = 3, connect: @escaping Connect) {
    self.seats = (0..<seats).map { Seat(number: $0, connect: connect) }
  }

  /// Opens a connection.
  typealias Connect = @Sendable () throws(PostgresError) -> PostgresConnection

  /// Runs a function later, with a connection that nobody else uses meanwhile, or with why there is none.
  func read(_ work: @escaping @Sendable (Result<PostgresConnection, PostgresError>) -> Void) {
    let turn = next.wrappingAdd(1, ordering: .relaxed).oldValue
    seats[Int(UInt(bitPattern: turn) % UInt(seats.count))].run(work)
  }

  /// One connection and its queue.
  private final class Seat: Sendable {
    private let queue: DispatchQueue
    private let connect: Connect
    private let connection = Mutex<PostgresConnection?>(nil)

    init(number: Int, connect: @escaping Connect) {
      queue = DispatchQueue(label: "earned.read.\(number)")
      self.connect = connect
    }

    func run(_ work: @escaping @Sendable (Result<PostgresConnection, PostgresError>) -> Void) {
      queue.async { [self] in work(usable()) }
    }

    private func usable() -> Result<PostgresConnection, PostgresError> {
      connection.withLock { connection in
        if let connection, connection.isUsable { return .success(connection) }
        do throws(PostgresError) {
          let opened = try connect()
          connection = opened
          return .success(opened)
        } catch {
          return .failure(error)
        }
      }
    }
  }
}
