/// What the command line asks of the embedded broker.
struct EmbeddedBrokerOptions: Equatable {
  /// A topic to be made at start-up.
  struct Topic: Equatable {
    let name: String
    let partitions: Int
  }

  /// Why the command line cannot be followed.
  struct Mistake: Error, Equatable {
    let sentence: String
  }

  static let usage = """
    usage: EmbeddedBroker [--topic NAME:PARTITIONS]... [--bootstrap-file PATH]

    Runs a Kafka broker of one process on 127.0.0.1, in memory, until SIGTERM or SIGINT. The first line on standard output is
    the address for clients (bootstrap servers); with --bootstrap-file it is also written to a file.
    """

  private(set) var topics: [Topic] = []
  private(set) var bootstrapFile: String?
  private(set) var wantsHelp = false

  init(_ arguments: [String]) throws(Mistake) {
    var rest = arguments[...]
    while let option = rest.popFirst() {
      switch option {
      case "--help", "-h":
        wantsHelp = true
      case "--topic":
        guard let value = rest.popFirst() else { throw Mistake(sentence: "--topic needs NAME:PARTITIONS after it.") }
        let topic = try Self.topic(value)
        guard !topics.contains(where: { $0.name == topic.name }) else {
          throw Mistake(sentence: "Topic \(topic.name) is given twice.")
        }
        topics.append(topic)
      case "--bootstrap-file":
        guard let value = rest.popFirst(), !value.isEmpty else {
          throw Mistake(sentence: "--bootstrap-file needs a path after it.")
        }
        bootstrapFile = value
      default:
        throw Mistake(sentence: "\(option) is no option of this command.")
      }
    }
  }

  private static func topic(_ text: String) throws(Mistake) -> Topic {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let partitions = Int(parts[1]), (1...1_000).contains(partitions) else {
      throw Mistake(sentence: "--topic \(text) is not NAME:PARTITIONS with 1 to 1000 partitions.")
    }
    let name = String(parts[0])
    let allowed = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
      default: false
      }
    }
    guard allowed, (1...249).contains(name.utf8.count), name != ".", name != ".." else {
      throw Mistake(
        sentence: "--topic \(text): a topic's name is 1 to 249 letters, digits, dots, underscores and dashes.")
    }
    return Topic(name: name, partitions: partitions)
  }
}
