import Foundation
import Kafka
import Testing

/// What happens when topics vanish, records are given up and old ones are dropped.
@Suite struct RecoveryTests {
  @Test(
    "A record for a partition that does not exist shows as a failure, and a new producer works",
    arguments: Broker.available)
  func failure(_ broker: Broker) throws {
    let topic = try broker.makeTopic()
    let failing = try KafkaProducer(broker.configuration)
    try failing.send(topic: topic, partition: 7, key: nil, value: [1])
    failing.flush(timeoutMilliseconds: 20_000)
    #expect(failing.failure?.isUnknownTopic == true)
    #expect(failing.failure?.isFatal == false)
    #expect(failing.failedCount == 1)
    try KafkaProducer(broker.configuration).sendAll(["well"], to: topic)
  }

  @Test("A record of 8 MB passes", arguments: Broker.available)
  func large(_ broker: Broker) throws {
    let topic = try broker.makeTopic(config: ["max.message.bytes": "33554432"])
    var generator = Seeded(state: 8)
    let value = (0..<1_000_000).flatMap { _ in withUnsafeBytes(of: generator.next()) { Array($0) } }
    let producer = try KafkaProducer(broker.configuration)
    try producer.send(topic: topic, partition: 0, key: nil, value: value)
    #expect(producer.flush(timeoutMilliseconds: 30_000))
    #expect(producer.failure == nil)
    let messages = try KafkaConsumer(broker.configuration).open(topic: topic, partition: 0, at: .beginning).read(1)
    #expect(messages.first?.value == value)
  }

  @Test("A waiting poll returns when it is woken", arguments: Broker.available)
  func wake(_ broker: Broker) async throws {
    let topic = try broker.makeTopic()
    let partition = try KafkaConsumer(broker.configuration).open(topic: topic, partition: 0, at: .beginning)
    // A wake-up before the poll begins is kept for it.
    partition.wake()
    let start = ContinuousClock.now
    #expect(try partition.poll(maximum: 1, timeoutMilliseconds: 60_000).isEmpty)
    #expect(ContinuousClock.now - start < .seconds(30))
    async let polled = Task.detached {
      let start = ContinuousClock.now
      let messages = try partition.poll(maximum: 1, timeoutMilliseconds: 60_000)
      return messages.isEmpty && ContinuousClock.now - start < .seconds(30)
    }.value
    usleep(50_000)
    partition.wake()
    #expect(try await polled)
  }

  @Test("Reading goes on with the oldest record when those before it have been dropped")
  func overflow() throws {
    let topic = try Broker.embedded.makeTopic()
    let producer = try KafkaProducer(Broker.embedded.configuration)
    let partition = try KafkaConsumer(Broker.embedded.configuration).open(topic: topic, partition: 0, at: .beginning)
    try producer.sendAll(["first"], to: topic)
    #expect(try texts(partition.read(1)) == ["first"])
    var generator = Seeded(state: 5)
    for index in 0..<120 {
      let noise = (0..<12_500).flatMap { _ in withUnsafeBytes(of: generator.next()) { Array($0) } }
      try producer.send(topic: topic, partition: 0, key: [UInt8(index)], value: noise)
    }
    #expect(producer.flush(timeoutMilliseconds: 30_000))
    let (low, high) = try partition.watermarks(timeoutMilliseconds: 10_000)
    #expect(high == 121)
    try #require(low > 1)
    var offsets: [Int64] = []
    while offsets.last != 120 {
      let messages = try partition.read(1)
      try #require(messages.count == 1)
      offsets += messages.map(\.offset)
    }
    #expect(offsets == offsets.sorted())
    #expect(offsets.suffix(10) == (111...120).map { Int64($0) })
  }

  @Test(
    "A topic that was deleted is reported; made again, it is read from its start, with nobody's help",
    .enabled(if: Broker.realServers != nil))
  func recreation() throws {
    let broker = Broker.real
    let topic = try broker.makeTopic()
    let admin = try KafkaAdmin(broker.configuration)
    try KafkaProducer(broker.configuration).sendAll(["a", "b", "c"], to: topic)
    let partition = try KafkaConsumer(broker.configuration).open(topic: topic, partition: 0, at: .beginning)
    #expect(try texts(partition.read(3)) == ["a", "b", "c"])

    try admin.deleteTopics([topic, "\(topic).none"])
    var reported: KafkaError?
    let deadline = ContinuousClock.now.advanced(by: .seconds(30))
    while reported == nil, ContinuousClock.now < deadline {
      do { #expect(try partition.poll(maximum: 1, timeoutMilliseconds: 200).isEmpty) } catch { reported = error }
    }
    #expect(reported?.isUnknownTopic == true)
    #expect(reported?.isRetriable == true)

    try admin.ensureTopics([KafkaTopic(name: topic, partitions: 1)])
    try KafkaProducer(broker.configuration).sendAll(["d"], to: topic)
    #expect(try texts(partition.read(1)) == ["d"])
  }

  @Test(
    "An existing topic that takes smaller messages than needed is reported", .enabled(if: Broker.realServers != nil))
  func messageSize() throws {
    let topic = try Broker.real.makeTopic(config: ["max.message.bytes": "1000000"])
    let admin = try KafkaAdmin(Broker.real.configuration)
    try admin.ensureTopics([KafkaTopic(name: topic, partitions: 1, config: ["max.message.bytes": "1000000"])])
    let error = #expect(throws: KafkaError.self) {
      try admin.ensureTopics([KafkaTopic(name: topic, partitions: 1, config: ["max.message.bytes": "33554432"])])
    }
    #expect(error?.message.contains("up to 1000000 bytes where 33554432 are needed") == true)
  }

  @Test("A wrong property is refused with its name")
  func wrongProperty() throws {
    let error = #expect(throws: KafkaError.self) {
      try KafkaProducer(KafkaConfiguration(bootstrapServers: "127.0.0.1:1", extra: ["no.such.thing": "1"]))
    }
    #expect(error?.message.contains("no.such.thing") == true)
  }
}

/// A generator whose numbers are the same in each run; its bytes do not compress.
struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
