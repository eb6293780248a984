import Foundation
import Kafka

/// A Kafka broker for one machine with nothing to install: the client library's in-memory cluster as a process.
@main struct EmbeddedBrokerMain {
  static func main() {
    // A pipe's reader may go away; the broker goes on.
    signal(SIGPIPE, SIG_IGN)
    do {
      let options = try EmbeddedBrokerOptions(Array(CommandLine.arguments.dropFirst()))
      if options.wantsHelp {
        print(EmbeddedBrokerOptions.usage)
        return
      }
      try run(options)
    } catch let mistake as EmbeddedBrokerOptions.Mistake {
      say("\(mistake.sentence)\n\n\(EmbeddedBrokerOptions.usage)")
      exit(2)
    } catch let error as KafkaError {
      say("The embedded broker cannot run. \(error.message)")
      exit(1)
    } catch {
      say("The embedded broker cannot run. \(error.localizedDescription)")
      exit(1)
    }
  }

  private static func run(_ options: EmbeddedBrokerOptions) throws {
    // Blocked before any thread is made, so that every thread inherits it and only `sigwait` below receives them.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGTERM)
    sigaddset(&signals, SIGINT)
    pthread_sigmask(SIG_BLOCK, &signals, nil)

    let cluster = try EmbeddedCluster { line in
      if line.level <= 4 { say("\(line.facility): \(line.message)") }
    }
    for topic in options.topics { try cluster.createTopic(topic.name, partitions: topic.partitions) }

    if let path = options.bootstrapFile {
      try Data("\(cluster.bootstrapServers)\n".utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    }
    FileHandle.standardOutput.write(Data("\(cluster.bootstrapServers)\n".utf8))
    say(
      """
      Embedded broker on \(cluster.bootstrapServers) with \(options.topics.count) topics. Everything is in memory: it keeps \
      about 5 MB a partition and drops older records, loses all when it ends, and has another port next time. Records above \
      2.5 MB after compression may be lost. Topics are made at start-up only.
      """)

    var received: Int32 = 0
    sigwait(&signals, &received)
    say("Embedded broker stops.")
    withExtendedLifetime(cluster) {}
  }

  private static func say(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }
}
