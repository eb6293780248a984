import Kafka
import Testing

/// What the ring promises on any cluster; the same on the stand-in and on the real one.
@Suite struct ConformanceTests {
  @Test("Records of a partition are read in the order they were sent, and each once", arguments: Broker.available)
  func order(_ broker: Broker) throws {
    let topic = try broker.makeTopic(partitions: 2)
    let producer = try KafkaProducer(broker.configuration)
    let consumer = try KafkaConsumer(broker.configuration)
    let sent = (0..<2_000).map { "\($0)" }
    for (index, text) in sent.enumerated() {
      try producer.send(topic: topic, partition: Int32(index % 2), key: nil, value: Array(text.utf8))
    }
    #expect(producer.flush(timeoutMilliseconds: 20_000))
    #expect(producer.deliveredCount == 2_000)
    #expect(producer.failure == nil)
    for number in 0..<2 {
      let partition = try consumer.open(topic: topic, partition: Int32(number), at: .beginning)
      let messages = try partition.read(1_000)
      #expect(texts(messages) == sent.enumerated().filter { $0.offset % 2 == number }.map(\.element))
      #expect(messages.map(\.offset) == (0..<1_000).map { Int64($0) })
      #expect(messages.allSatisfy { $0.topic == topic && $0.partition == Int32(number) })
      #expect(try partition.poll(maximum: 10, timeoutMilliseconds: 100).isEmpty)
    }
  }

  @Test("Keys, headers and empty values arrive as they were sent", arguments: Broker.available)
  func parts(_ broker: Broker) throws {
    let topic = try broker.makeTopic()
    let producer = try KafkaProducer(broker.configuration)
    try producer.send(
      topic: topic, partition: 0, key: Array("acct_1".utf8),
      headers: [("ce_type", Array("invoice.finalized".utf8)), ("empty", []), ("ce_type", [0, 255])], value: [1, 0, 2])
    try producer.send(topic: topic, partition: 0, key: nil, value: [])
    try producer.send(topic: topic, partition: 0, key: [], value: [7])
    #expect(producer.flush(timeoutMilliseconds: 20_000))
    let messages = try KafkaConsumer(broker.configuration).open(topic: topic, partition: 0, at: .beginning).read(3)
    try #require(messages.count == 3)
    #expect(messages[0].key == Array("acct_1".utf8))
    #expect(messages[0].headers.map(\.0) == ["ce_type", "empty", "ce_type"])
    #expect(messages[0].headers.map(\.1) == [Array("invoice.finalized".utf8), [], [0, 255]])
    #expect(messages[0].header("ce_type") == Array("invoice.finalized".utf8))
    #expect(messages[0].value == [1, 0, 2])
    #expect(messages[0].timestampMilliseconds > 1_600_000_000_000)
    #expect(messages[1].key == nil)
    #expect(messages[1].value == [])
    #expect(messages[1].headers.isEmpty)
    #expect(messages[2].key == [])
  }

  @Test("Reading begins and goes on where it is told to", arguments: Broker.available)
  func offsets(_ broker: Broker) throws {
    let topic = try broker.makeTopic()
    let producer = try KafkaProducer(broker.configuration)
    try producer.sendAll((0..<10).map { "\($0)" }, to: topic)
    let consumer = try KafkaConsumer(broker.configuration)

    var partition = try consumer.open(topic: topic, partition: 0, at: .at(7))
    #expect(try texts(partition.read(3)) == ["7", "8", "9"])
    try partition.seek(to: .at(2))
    #expect(try texts(partition.read(2)) == ["2", "3"])
    try partition.seek(to: .beginning)
    #expect(try texts(partition.read(1)) == ["0"])
    #expect(try partition.watermarks(timeoutMilliseconds: 10_000) == (0, 10))

    #expect(throws: KafkaError.self) { try consumer.open(topic: topic, partition: 0, at: .beginning) }
    partition.close()
    #expect(throws: KafkaError.self) { try partition.poll(maximum: 1, timeoutMilliseconds: 0) }

    partition = try consumer.open(topic: topic, partition: 0, at: .end)
    #expect(try partition.poll(maximum: 1, timeoutMilliseconds: 300).isEmpty)
    try producer.sendAll(["10"], to: topic)
    #expect(try texts(partition.read(1)) == ["10"])
  }

  @Test("An offset that the partition does not have is taken for its oldest", arguments: Broker.available)
  func outOfRange(_ broker: Broker) throws {
    let topic = try broker.makeTopic()
    try KafkaProducer(broker.configuration).sendAll(["a", "b"], to: topic)
    let partition = try KafkaConsumer(broker.configuration).open(topic: topic, partition: 0, at: .at(1_000))
    #expect(try texts(partition.read(2)) == ["a", "b"])
  }

  @Test("A poll takes no more than it may, and the rest stays", arguments: Broker.available)
  func maximum(_ broker: Broker) throws {
    let topic = try broker.makeTopic()
    try KafkaProducer(broker.configuration).sendAll((0..<30).map { "\($0)" }, to: topic)
    let partition = try KafkaConsumer(broker.configuration).open(topic: topic, partition: 0, at: .beginning)
    var batches: [[String]] = []
    while batches.joined().count < 30 {
      let batch = try texts(partition.poll(maximum: 7, timeoutMilliseconds: 10_000))
      try #require((1...7).contains(batch.count))
      batches.append(batch)
    }
    #expect(Array(batches.joined()) == (0..<30).map { "\($0)" })
    try partition.seek(to: .beginning)
    #expect(try texts(partition.poll(maximum: 30, maximumBytes: 1, timeoutMilliseconds: 10_000)) == ["0"])
  }

  @Test(
    "A record is larger than the client allows: refused at once, and the producer stays well",
    arguments: Broker.available)
  func tooLarge(_ broker: Broker) throws {
    let topic = try broker.makeTopic()
    var configuration = try broker.configuration
    configuration.maximumMessageBytes = 1_000_000
    let producer = try KafkaProducer(configuration)
    let error = #expect(throws: KafkaError.self) {
      try producer.send(topic: topic, partition: 0, key: nil, value: Array(repeating: 1, count: 1_100_000))
    }
    #expect(error?.isRetriable == false)
    try producer.sendAll(["small"], to: topic)
  }

  @Test("An existing topic with another number of partitions is reported", arguments: Broker.available)
  func partitionCount(_ broker: Broker) throws {
    let topic = try broker.makeTopic(partitions: 3)
    let admin = try KafkaAdmin(broker.configuration)
    #expect(try admin.partitionCount(topic) == 3)
    #expect(try admin.partitionCount("\(topic).none") == nil)
    try admin.ensureTopics([KafkaTopic(name: topic, partitions: 3)])
    let error = #expect(throws: KafkaError.self) { try admin.ensureTopics([KafkaTopic(name: topic, partitions: 8)]) }
    #expect(error?.message.contains("3 partitions where 8 are needed") == true)
  }

  @Test("A sent record is polled within a moment", arguments: Broker.available)
  func promptness(_ broker: Broker) throws {
    let topic = try broker.makeTopic()
    let producer = try KafkaProducer(broker.configuration)
    let partition = try KafkaConsumer(broker.configuration).open(topic: topic, partition: 0, at: .beginning)
    try producer.sendAll(["first"], to: topic)
    _ = try partition.read(1)
    var fastest = Duration.seconds(60)
    for index in 0..<10 {
      let start = ContinuousClock.now
      try producer.send(topic: topic, partition: 0, key: nil, value: Array("\(index)".utf8))
      let messages = try partition.poll(maximum: 1_000, timeoutMilliseconds: 10_000)
      #expect(messages.count == 1)
      fastest = min(fastest, ContinuousClock.now - start)
    }
    // A poll that waited for its batch to fill would take its ten seconds.
    #expect(fastest < .seconds(1))
  }
}
