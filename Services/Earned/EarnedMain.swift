import Foundation

/// The command: the whole engine in one process, facts in, books out.
@main struct EarnedMain {
  static func main() {
    // A reader that has seen enough (`earned entries | head`) ends the command quietly.
    signal(SIGPIPE, SIG_DFL)
    exit(CommandLineInterface.run(Array(CommandLine.arguments.dropFirst())).rawValue)
  }
}
