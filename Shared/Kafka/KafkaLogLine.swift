/// One line of the client library's own log.
public struct KafkaLogLine: Sendable {
  /// How serious it is, as in syslog: 3 an error, 4 a warning, 5 and 6 information, 7 detail.
  public let level: Int32
  /// What part of the library speaks, for example `FAIL`.
  public let facility: String
  /// What it says.
  public let message: String
}
