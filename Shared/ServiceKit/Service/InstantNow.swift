import Accounting
import Foundation

extension Instant {
  /// The time by this machine's clock. For logs, deadlines and defaults of requests; never for what is booked.
  public static var now: Instant {
    Instant(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
  }
}
