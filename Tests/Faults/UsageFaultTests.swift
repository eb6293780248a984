import Installation
import Kafka
import Messages
import Postgres
import Testing

/// What becomes of usage events when their topic does not stay what it was.
@Suite(.serialized, .enabled(if: Surroundings.areComplete, "EARNED_TEST_POSTGRES and EARNED_TEST_KAFKA are not set"))
struct UsageFaultTests {
  @Test(.enabled(if: PrivateKafka.isAvailable, "There is no Kafka distribution"))
  func `A usage topic that is made again, with more records than were read, is counted once`() throws {
    let usage = (0..<3_000).map(Self.record)
    let story = try Story(account: "acct_usage", lines: Self.items + usage)
    let installation = try Installation(postgres: Surroundings.postgres ?? "", kafka: Surroundings.kafka ?? "")
    defer { installation.remove() }
    try installation.send(Story(account: "acct_usage", lines: Self.items))
    let kafka = KafkaConfiguration(bootstrapServers: Surroundings.kafka ?? "")
    let topic = Topic.usage.name(prefix: installation.topicPrefix)
    try produce(usage[..<1_000], to: topic, of: installation, kafka)
    try wait(for: 1_000, in: installation)

    let admin = try KafkaAdmin(kafka)
    try admin.deleteTopics([topic])
    // A service may be the first to make it again.
    try Surroundings.wait(60, for: "\(topic) to be there again") {
      (try? admin.ensureTopics([KafkaTopic(name: topic, partitions: installation.lanes)])) != nil
    }
    // Some of what was counted before comes again, and each partition ends behind where it was read to.
    try produce(usage[500...], to: topic, of: installation, kafka)
    try wait(for: 3_000, in: installation)
    try installation.check([story])
  }

  private static let items = (0..<5).map { item in
    """
    {"id":"item-\(item)","type":"subscription_item.defined","time":"2022-07-01T00:00:00Z","data":{"subscription_item":\
    "si_\(item)","subscription":"sub_\(item)","customer":"cus_\(item)","currency":"usd","unit_amount":2,"aggregate":"sum",\
    "current_period":{"start":"2022-07-01T00:00:00Z","end":"2022-08-01T00:00:00Z"}}}
    """
  }

  private static func record(_ number: Int) -> String {
    """
    {"id":"u-\(number)","type":"usage.recorded","time":"2022-07-\(10 + number % 19)T12:00:00Z","data":{"usage":"u-\(number)",\
    "subscription_item":"si_\(number % 5)","quantity":\(1 + number % 7)}}
    """
  }

  private func produce(
    _ lines: ArraySlice<String>, to topic: String, of installation: Installation, _ kafka: KafkaConfiguration
  ) throws {
    let producer = try KafkaProducer(kafka)
    for (index, line) in lines.enumerated() {
      let event = #"{"specversion":"1.0","source":"test","account":"acct_usage","livemode":false,"# + line.dropFirst()
      try producer.send(
        topic: topic, partition: Int32(index % installation.lanes), key: Array("acct_usage".utf8),
        value: Array(event.utf8))
    }
    try #require(producer.flush(timeoutMilliseconds: 30_000))
    #expect(producer.failure == nil)
  }

  /// Waits until so many records have been counted, and told.
  private func wait(for records: Int, in installation: Installation) throws {
    let connection = try PostgresConnection(installation.conninfo, applicationName: "test")
    defer { connection.close() }
    try Surroundings.wait(60, for: "\(records) usage events to be counted") {
      let counts = try connection.query(
        """
        SELECT (SELECT count(*) FROM ingestion.usage_event),
          (SELECT count(*) FROM ingestion.usage_total WHERE dirty_lane IS NOT NULL)
        """)[0]
      return (counts.int(0), counts.int(1)) == (Int64(records), 0)
    }
  }
}
