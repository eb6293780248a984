import Kafka
import Testing

extension KafkaPartition {
  /// Polls until there are `count` messages, for at most `seconds`; errors that pass by themselves are waited out.
  func read(_ count: Int, seconds: Int = 20) throws(KafkaError) -> [KafkaMessage] {
    let deadline = ContinuousClock.now.advanced(by: .seconds(seconds))
    var messages: [KafkaMessage] = []
    while messages.count < count, ContinuousClock.now < deadline {
      do {
        messages += try poll(maximum: count - messages.count, timeoutMilliseconds: 200)
      } catch {
        guard error.isRetriable else { throw error }
      }
    }
    return messages
  }
}

extension KafkaProducer {
  /// Sends texts to a partition and waits until they are acknowledged.
  func sendAll(_ texts: [String], to topic: String, partition: Int32 = 0) throws {
    for text in texts { try send(topic: topic, partition: partition, key: nil, value: Array(text.utf8)) }
    #expect(flush(timeoutMilliseconds: 20_000))
    #expect(failure == nil)
  }
}

func texts(_ messages: [KafkaMessage]) -> [String] { messages.map { String(decoding: $0.value, as: UTF8.self) } }
