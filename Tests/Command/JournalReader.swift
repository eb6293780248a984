import Foundation
import Installation

/// A program that reads plain-text journals, run to ask it for the balance of every account.
enum JournalReader: String, CaseIterable {
  case ledger, hledger, beancount

  /// The program that is asked.
  private var program: String { self == .beancount ? "bean-query" : rawValue }

  private var path: String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { "\($0)/\(program)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Whether all of them are here, or must be because the whole suite is run.
  static var areExpected: Bool {
    allCases.allSatisfy { $0.path != nil } || ProcessInfo.processInfo.environment["EARNED_TEST_BIN"] != nil
  }

  struct Missing: Error {
    let program: String
  }

  /// The balance of each account and currency that is not zero, as the program prints it: `Assets:Cash USD` → `12.34`.
  func balances(of journal: [UInt8]) throws -> [String: String] {
    guard let path else { throw Missing(program: program) }
    let file = FileManager.default.temporaryDirectory.appending(path: "earned-\(UUID().uuidString).\(rawValue)")
    defer { try? FileManager.default.removeItem(at: file) }  // A file left in the folder for such files harms nobody.
    try Data(journal).write(to: file)
    let arguments: [String] =
      switch self {
      case .ledger:
        ["-f", file.path, "balance", "--flat", "--no-total", "--format", "%(account)|%(scrub(display_total))\\n"]
      case .hledger: ["-f", file.path, "balance", "--flat", "--no-total", "--output-format", "csv", "--layout", "bare"]
      case .beancount:
        ["-f", "csv", file.path, "SELECT account, sum(position) GROUP BY account, currency"]
      }
    let text = try run(path, arguments)
    return parse(text)
  }

  private func parse(_ text: String) -> [String: String] {
    var balances: [String: String] = [:]
    var account = ""
    for line in text.split(whereSeparator: \.isNewline) {
      switch self {
      case .ledger:
        // An account with several currencies has a line for each, the first with its name.
        let halves = line.split(separator: "|", omittingEmptySubsequences: false)
        if halves.count == 2 { account = String(halves[0]) }
        let words = (halves.last ?? "").split(separator: " ")
        if words.count == 2 { balances["\(account) \(words[1])"] = String(words[0]) }
      case .hledger:
        let fields = line.split(separator: ",").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "\"")) }
        if fields.count == 3, fields[0] != "account" { balances["\(fields[0]) \(fields[1])"] = fields[2] }
      case .beancount:
        let fields = line.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        let words = fields.last?.split(separator: " ") ?? []
        if words.count == 2 { balances["\(fields[0]) \(words[1])"] = String(words[0]) }
      }
    }
    return balances.mapValues(Self.normal).filter { $0.value != "0" }
  }

  /// A number without the zeros that a program adds to line a column up: `12.340` is `12.34`.
  static func normal(_ number: String) -> String {
    guard number.contains(".") else { return number }
    var text = number[...]
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text == "-0" ? "0" : String(text)
  }
}
