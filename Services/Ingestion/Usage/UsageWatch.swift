import Crypto
import Kafka
import Messages
import ServiceKit

/// Looks, beside whoever reads a partition of `earned.usage`, whether a record that has been read still stands where it was:
/// otherwise the topic has been made anew, and offsets mean other records.
final class UsageWatch {
  /// What has been found.
  enum Finding {
    /// The record is there.
    case unchanged
    /// Another record is there, or none.
    case changed
    /// The broker has not answered yet.
    case open
  }

  /// How long a record may take to come before it is asked whether there is one.
  private static let patience = Swift.Duration.milliseconds(500)

  private let process: ServiceProcess
  private let lane: Int
  private let clock = ContinuousClock()
  private var look: (place: UsagePlace, partition: KafkaPartition, askAt: ContinuousClock.Instant)?

  init(_ process: ServiceProcess, lane: Int) {
    self.process = process
    self.lane = lane
  }

  /// Looks for the record before a place; the same look goes on until it has found something.
  func find(_ place: UsagePlace, milliseconds: Int32) throws -> Finding {
    guard place.offset > 0 else { return .unchanged }
    do throws(KafkaError) {
      let partition = try partition(before: place)
      if let record = try partition.poll(maximum: 1, timeoutMilliseconds: milliseconds).first {
        close()
        let isSame = record.offset == place.offset - 1 && SHA256.hash(record.value) == place.checksum
        return isSame ? .unchanged : .changed
      }
      // Nothing comes where the topic ends before the place. The watermarks tell that apart from a slow broker.
      guard let askAt = look?.askAt, clock.now >= askAt else { return .open }
      look?.askAt = clock.now + Self.patience
      let (low, high) = try partition.watermarks(timeoutMilliseconds: 1_000)
      guard high < place.offset || low >= place.offset else { return .open }
      close()
      return .changed
    } catch {
      guard error.isUnknownTopic else {
        guard error.isRetriable else { throw error }
        return .open
      }
      close()
      process.ensureTopics()
      return .changed
    }
  }

  private func partition(before place: UsagePlace) throws(KafkaError) -> KafkaPartition {
    if let look, look.place == place { return look.partition }
    close()
    let partition = try process.openBeside(.usage, lane: lane, at: .at(place.offset - 1))
    look = (place, partition, clock.now + Self.patience)
    return partition
  }

  /// Stops looking.
  func close() {
    look?.partition.close()
    look = nil
  }
}
