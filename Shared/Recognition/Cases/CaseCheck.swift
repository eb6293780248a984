import Accounting
import JSON
import Messages

extension WorkedCase {
  /// Runs the case and says where its books are not as expected; an empty list: it passes.
  /// - Parameters:
  ///   - seed: reorders and repeats the facts; nil: as written.
  ///   - atOnce: whether all facts arrive in one batch; otherwise one by one.
  public func run(seed: UInt64? = nil, atOnce: Bool = false) -> [String] {
    check(CaseBooks(arrivals(seed: seed), atOnce: atOnce))
  }

  /// The books that its facts give, told one by one as written.
  public func books() -> Books {
    CaseBooks(arrivals(seed: nil)).books
  }

  /// Says where books are not as expected.
  /// - Parameter unseen: members that cannot be looked at.
  func check(_ books: CaseBooks, without unseen: Set<String> = []) -> [String] {
    var problems: [String] = []
    for (name, value) in expected.members where !unseen.contains(name) {
      switch name {
      case "balances": problems += Self.compare(books.balances(), value, complete: isComplete)
      case "complete": break
      case "totals": problems += totals(books, value)
      case "entries": problems += entries(books, value)
      case "by_currency":
        for (code, cells) in value.members {
          problems += Self.compare(
            books.balances { $0.run.currency.code == code }, cells, complete: false, of: code + " ")
        }
      case "by_transaction":
        for (id, cells) in value.members {
          problems += Self.compare(
            books.balances { $0.run.transaction == id }, cells, complete: false, of: id + " ")
        }
      case "waterfall": problems += waterfall(books, value)
      case "matched_rules": problems += matchedRules(books, value)
      case "corrections": problems += corrections(books, value)
      case "gl": problems += generalLedger(books, value)
      case "period_summary": problems += summary(books, value)
      case "error": problems += error(books, value)
      default: problems.append("'\(name)' cannot be checked yet")
      }
    }
    let wanted = expected["error"]?["at"]?.integer.map { facts[Int($0)].id }
    for (id, code) in books.refusals.sorted(by: { $0.key < $1.key }) where id != wanted {
      // A fact may wait for a rate to the end without being wrong.
      if code == RefusalCode.exchangeRateMissing.rawValue { continue }
      problems.append("\(id) is refused: \(code)")
    }
    return problems
  }

  private var isComplete: Bool { expected["complete"]?.bool ?? false }

  /// Compares cells; with `complete`, every cell that is not listed must be zero.
  private static func compare(
    _ found: [Account: [String: Int64]], _ expected: JSONValue, complete: Bool, of scope: String = ""
  ) -> [String] {
    var problems: [String] = []
    var listed: Set<String> = []
    for (name, periods) in expected.members {
      for (period, amount) in periods.members {
        listed.insert(name + " " + period)
        let is_ = Account(rawValue: name).flatMap { found[$0]?[period] } ?? 0
        if is_ != amount.integer { problems.append("\(scope)\(name) \(period): \(is_), not \(amount.integer ?? 0)") }
      }
    }
    guard complete else { return problems }
    for (account, periods) in found {
      for (period, amount) in periods where amount != 0 && !listed.contains(account.rawValue + " " + period) {
        problems.append("\(scope)\(account.rawValue) \(period): \(amount), not 0")
      }
    }
    return problems.sorted()
  }

  private func totals(_ books: CaseBooks, _ expected: JSONValue) -> [String] {
    let found = books.balances().mapValues { $0.values.reduce(0, +) }
    return expected.members.compactMap { name, amount in
      let total = Account(rawValue: name).flatMap { found[$0] } ?? 0
      return total == amount.integer ? nil : "\(name) in all: \(total), not \(amount.integer ?? 0)"
    }
  }

  private func entries(_ books: CaseBooks, _ expected: JSONValue) -> [String] {
    let listed = expected.elements
    if listed.isEmpty {
      let left = books.balances().values.contains { $0.values.contains { $0 != 0 } }
      return left ? ["there are entries, but none should be"] : []
    }
    return listed.compactMap { entry in
      let sum = books.pairs.reduce(Int64(0)) { sum, pair in
        guard entry["period"]?.string == books.calendar.name(pair.period),
          entry["debit"]?.string == pair.debit.rawValue, entry["credit"]?.string == pair.credit.rawValue,
          entry["line"].map({ $0.string == pair.line }) ?? true
        else { return sum }
        return sum + pair.amount
      }
      return sum == entry["amount"]?.integer
        ? nil : "entry \(String(decoding: entry.canonical, as: UTF8.self)): \(sum)"
    }
  }

  private func waterfall(_ books: CaseBooks, _ expected: JSONValue) -> [String] {
    expected.elements.flatMap { row -> [String] in
      let booked = row["booked"]?.string ?? ""
      let cells = books.balances {
        books.calendar.name($0.run.booked) == booked && ($0.entry.debit == .revenue || $0.entry.credit == .revenue)
      }
      let revenue = (cells[.revenue] ?? [:]).filter { $0.value != 0 }
      let total = revenue.values.reduce(0, +)
      var problems: [String] = []
      if total != row["total"]?.integer { problems.append("booked in \(booked): \(total) in all") }
      for (period, amount) in row["recognized"]?.members ?? [] where revenue[period] ?? 0 != amount.integer {
        problems.append("booked in \(booked), recognized in \(period): \(revenue[period] ?? 0)")
      }
      return problems
    }
  }

  private func matchedRules(_ books: CaseBooks, _ expected: JSONValue) -> [String] {
    expected.members.compactMap { id, name in
      let kinds: [Reference.Kind] = [.charge, .line, .invoiceItem, .subscriptionItem]
      // An invoice is treated as the first of its lines that a rule treats.
      let targets = kinds.map { Reference($0, id) } + books.lines(of: id).map { Reference(.line, $0) }
      let found = targets.lazy.compactMap { books.books.rules.applied(to: $0) }.first
      return found?.name == name.string ? nil : "\(id) is treated by \(found?.name ?? "no rule")"
    }
  }

  private func corrections(_ books: CaseBooks, _ expected: JSONValue) -> [String] {
    expected.elements.compactMap { correction in
      let sum = books.entries.reduce(Int64(0)) { sum, posted in
        guard correction["period"]?.string == books.calendar.name(posted.entry.period),
          correction["original_period"]?.string == posted.entry.originalPeriod.map({ books.calendar.name($0) }),
          correction["debit"]?.string == posted.entry.debit.rawValue,
          correction["credit"]?.string == posted.entry.credit.rawValue
        else { return sum }
        return sum + posted.entry.amountMinorUnits
      }
      return sum == correction["amount"]?.integer
        ? nil : "correction \(String(decoding: correction.canonical, as: UTF8.self)): \(sum)"
    }
  }

  private func error(_ books: CaseBooks, _ expected: JSONValue) -> [String] {
    let at = Int(expected["at"]?.integer ?? 0)
    let found = books.refusals[facts[at].id]
    return found == expected["code"]?.string ? [] : ["fact \(at) is \(found.map { "refused: " + $0 } ?? "not refused")"]
  }
}
