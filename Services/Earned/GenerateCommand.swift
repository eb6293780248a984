import Recognition

extension CommandLineInterface.Command {
  /// `earned generate`
  static let generate = Self(
    name: "generate", summary: "facts of a made-up business",
    help: """
      usage: earned generate [--customers N] [--months M] [--seed S]

      Prints the facts of a made-up business: subscriptions, prepaid packages and their use, metered usage, single payments.
      The same options give the same bytes.

        --customers N   how many customers (default 10)
        --months M      how many months, from January 2024 on (default 12)
        --seed S        what decides everything random (default 1)

      example: earned generate --customers 100 --seed 7 | earned report trial_balance

      """
  ) { (arguments: inout Arguments) throws(UsageError) -> ExitStatus in
    let customers = try arguments.number(of: "--customers", in: 1...10_000_000) ?? 10
    let months = try arguments.number(of: "--months", in: 1...120) ?? 12
    let seed = try arguments.number(of: "--seed", in: 0...Int.max) ?? 1
    if let file = try arguments.files().first { throw UsageError(message: "'\(file)' means nothing here.") }
    let business = SyntheticBusiness(customers: customers, months: months, seed: UInt64(seed))
    var bytes: [UInt8] = []
    business.tell { line in
      bytes.append(contentsOf: line)
      bytes.append(UInt8(ascii: "\n"))
      if bytes.count > 1 << 20 {
        Output.standard(bytes)
        bytes.removeAll(keepingCapacity: true)
      }
    }
    Output.standard(bytes)
    return .success
  }
}
