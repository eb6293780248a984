import Recognition

extension CommandLineInterface.Command {
  /// `earned check`
  static let check = Self(
    name: "check", summary: "every problem of the facts in the files, without booking",
    help: """
      usage: earned check [FILE…]

      Reads facts without booking them and says every problem, none hidden by another: file, line, member, what is wrong.

      example: earned check facts.jsonl && echo "all of them can be read"

      What can be read may still be refused by the books:

      \(RefusalCode.allCases.map { "  " + $0.rawValue + ": " + $0.meaning + "; " + $0.remedy }.joined(separator: "\n"))

      """
  ) { (arguments: inout Arguments) throws(UsageError) -> ExitStatus in
    guard let lines = FactFile.lines(try arguments.files()) else { return .problems }
    var count = 0
    for line in lines {
      for problem in FactFile.problems(line) {
        Output.problem(problem)
        count += 1
      }
    }
    Output.standard("\(lines.count) facts, \(count) problems\n")
    return count == 0 ? .success : .problems
  }
}
