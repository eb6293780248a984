import Accounting
import Messages
import Recognition

extension CommandLineInterface.Command {
  /// `earned explain`
  static let explain = Self(
    name: "explain", summary: "how the entries of a transaction or line came about",
    help: """
      usage: earned explain ID [--format text|json] [FILE…]

      Says of an invoice, payment, line, item, contract or other event: which facts speak of it, which rule treats it, how
      its amount was divided and laid over time with weights and remainders, and what each fact added to each entry. Of a
      preview that was requested: what its changes would have posted.

        --format FORMAT   text (default) or json

      example: earned explain in_1 facts.jsonl

      """
  ) { (arguments: inout Arguments) throws(UsageError) -> ExitStatus in
    let id = try arguments.next("the id of a transaction or line")
    let format = try arguments.value(of: "--format") ?? "text"
    guard ["text", "json"].contains(format) else { throw UsageError(message: "--format must be text or json.") }
    guard let lines = FactFile.lines(try arguments.files()) else { return .problems }
    let ledgers = Ledgers(lines, asOf: nil)
    var isFound = false
    for books in ledgers.books.values {
      if let preview = books.previews[id] {
        isFound = true
        let printed = PreviewText(preview: preview, calendar: books.configuration.calendar)
        Output.standard(format == "json" ? printed.json : printed.text)
      }
      let book = ExplainedID(id: id, books: books)
      for explanation in book.explanations {
        isFound = true
        Output.standard(format == "json" ? book.json(explanation) : book.text(explanation))
      }
    }
    if !isFound {
      Output.problem("earned explain: nothing is known of '\(id)'")
      return .problems
    }
    return ledgers.isReadable ? .success : .problems
  }
}

/// What is to be explained, in the books of one account.
struct ExplainedID {
  let id: String
  let books: Books

  var calendar: Calendar { books.configuration.calendar }

  /// The explanations of the books that speak of it.
  var explanations: [Explanation] {
    books.states.filter { state in
      state.facts.contains { fact in
        let spokenOf = references(of: fact.fact)
        return fact.id == id
          || (spokenOf.all + spokenOf.follows).contains { $0.id == id || $0.id.hasSuffix("/" + id) }
      }
    }.map { state in
      Explanation(
        BookInput(
          facts: state.facts, applied: state.applied, configuration: books.configuration, posted: state.posted))
    }
  }

  /// Whether an entry is about it: one of the transaction, the line or the event, or one that a fact of this id made.
  func concerns(_ entry: Explanation.ExplainedEntry) -> Bool {
    entry.run.transaction == id || entry.run.line == id || entry.run.cause.id == id
      || entry.contributions.contains { $0.fact == id }
  }

  /// Whether a line is it, or one of its lines.
  func concerns(_ line: ExplainedLine, in entries: [Explanation.ExplainedEntry]) -> Bool {
    line.id == id || line.transaction == id || entries.contains { $0.run.line == line.id }
  }
}
