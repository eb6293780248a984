import Foundation

/// How a command ended.
enum ExitStatus: Int32 {
  /// All is well.
  case success = 0
  /// A fact is refused or cannot be read, a case fails, the other side says no.
  case problems = 1
  /// The command was called wrongly.
  case usage = 2
}

/// A call that cannot be understood.
struct UsageError: Error {
  /// What is wrong, as a sentence.
  let message: String
}

/// What can be called, and how each is found.
enum CommandLineInterface {
  /// A command by its name.
  struct Command: Sendable {
    let name: String
    /// What it does, in one line.
    let summary: String
    /// Everything it takes, with an example.
    let help: String
    let run: @Sendable (inout Arguments) throws(UsageError) -> ExitStatus
  }

  static let commands: [Command] = [
    .entries, .report, .explain, .check, .preview, .cases, .generate, .send, .bench,
  ]

  static func run(_ words: [String]) -> ExitStatus {
    guard let name = words.first, name != "--help", name != "-h", name != "help" else {
      Output.standard(overview)
      return words.isEmpty ? .usage : .success
    }
    guard let command = commands.first(where: { $0.name == name }) else {
      Output.problem("earned: there is no command '\(name)'. 'earned --help' lists them.")
      return .usage
    }
    if words.dropFirst().contains(where: { $0 == "--help" || $0 == "-h" }) {
      Output.standard(command.help)
      return .success
    }
    var arguments = Arguments(words.dropFirst())
    do throws(UsageError) {
      return try command.run(&arguments)
    } catch {
      Output.problem("earned \(name): \(error.message) See 'earned \(name) --help'.")
      return .usage
    }
  }

  private static var overview: String {
    let width = commands.map(\.name.count).max() ?? 0
    let list = commands.map { "  " + $0.name.padding(toLength: width, withPad: " ", startingAt: 0) + "  " + $0.summary }
    return """
      earned turns billing and usage facts into a double-entry revenue ledger.

      usage: earned COMMAND [OPTIONS] [FILE…]

      \(list.joined(separator: "\n"))

      Facts are JSON Lines: {"id"?, "type", "time", "data"} or full envelopes. '-' or no file is standard input.
      Exit status: 0 success, 1 a refusal or failed case, 2 wrong usage.
      'earned COMMAND --help' shows every option with an example.

      """
  }
}
