import Accounting
import JSON
import Recognition
import Reports

extension ExplainedID {
  /// The explanation for a person.
  func text(_ explanation: Explanation) -> String {
    let entries = explanation.entries.filter(concerns)
    var text = "\(id)\n\nfacts, in the order in which they act\n"
    for fact in explanation.facts {
      text += "  \(fact.time.rfc3339)  \(fact.fact.type.rawValue)  \(fact.id)\n"
    }
    for line in explanation.lines where concerns(line, in: entries) { text += self.text(line) }
    text += "\nentries, and what each fact added\n"
    for entry in entries {
      let currency = entry.run.currency
      let (amount, isTurned) = (entry.amountMinorUnits, entry.amountMinorUnits < 0)
      text += "  \(calendar.name(entry.period))  \(isTurned ? entry.run.credit.rawValue : entry.run.debit.rawValue)"
      text += "  \(isTurned ? entry.run.debit.rawValue : entry.run.credit.rawValue)"
      text += "  \(major(isTurned ? -amount : amount, currency)) \(currency.code)"
      text += "  \(entry.run.line ?? entry.run.transaction), \(entry.run.cause.type) \(entry.run.cause.id)\n"
      for part in entry.contributions {
        let added = isTurned ? -part.amountMinorUnits : part.amountMinorUnits
        text += "           \(added < 0 ? "" : "+")\(major(added, currency))  \(part.type.rawValue) \(part.fact)\n"
      }
    }
    return text + "\n"
  }

  private func text(_ line: ExplainedLine) -> String {
    var text = "\n\(line.id == line.transaction ? "payment" : "line") \(line.id): "
    text += "\(major(line.billedMinorUnits, line.currency)) \(line.currency.code) billed"
    let shares = [
      (line.recognizableMinorUnits, "recognizable"), (line.taxMinorUnits, "tax"),
      (line.passthroughMinorUnits, "passed on"), (line.soldMinorUnits, "sold as credit"),
      (line.excludedMinorUnits, "excluded"),
    ]
    text += " = " + shares.filter { $0.0 != 0 }.map { "\(major($0.0, line.currency)) \($0.1)" }.joined(separator: " + ")
    text += "\n  rule: "
    text +=
      line.billsContract
      ? "none acts on it: it bills a contract, whose items are recognized"
      : line.rule.map { "\($0.name) (\($0.rule), as set by \($0.version))" } ?? "none, its own period counts"
    text += "\n"
    for step in line.steps {
      text += "  part \(step.part + 1) after \(step.type.rawValue) \(step.fact), revenue of \(step.cause.id): "
      text += "\(major(step.amountMinorUnits, line.currency))\n"
      var (exact, booked): (Int128, Int128) = (0, 0)
      for (index, share) in step.shares.enumerated() {
        text += "    \(calendar.name(share.period))  weight \(share.weight)"
        if let millionths = step.exactMillionths(index) {
          exact += millionths
          booked += Int128(share.amountMinorUnits)
          let carried = exact - booked * 1_000_000
          text += "  exact share \(decimal(millionths)) minor units, \(decimal(carried)) carried on"
        }
        text += "  recognized \(major(share.amountMinorUnits, line.currency))\n"
      }
    }
    return text
  }

  private func major(_ amount: Int64, _ currency: Currency) -> String {
    currency.majorUnits(Int128(amount))
  }

  /// Millionths as a number with four digits after the point.
  private func decimal(_ millionths: Int128) -> String {
    let tenThousandths = millionths / 100
    let fraction = String(tenThousandths.magnitude % 10_000)
    let zeros = String(repeating: "0", count: 4 - fraction.count)
    return "\(tenThousandths < 0 ? "-" : "")\(tenThousandths.magnitude / 10_000).\(zeros)\(fraction)"
  }

  /// The explanation for a program, as one line.
  func json(_ explanation: Explanation) -> String {
    let entries = explanation.entries.filter(concerns)
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("id", id)
      writer.name("facts")
      writer.array { writer in
        for fact in explanation.facts {
          writer.object { writer in
            writer.member("id", fact.id)
            writer.member("type", fact.fact.type.rawValue)
            writer.member("time", fact.time.rfc3339)
          }
        }
      }
      writer.name("lines")
      writer.array { writer in
        for line in explanation.lines where concerns(line, in: entries) { write(line, to: &writer) }
      }
      writer.name("entries")
      writer.array { writer in
        for entry in entries { write(entry, to: &writer) }
      }
    }
    return writer.text + "\n"
  }

  private func write(_ line: ExplainedLine, to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("transaction", line.transaction)
      writer.member("line", line.id)
      writer.member("currency", line.currency.code)
      writer.member("billed", line.billedMinorUnits)
      writer.member("recognizable", line.recognizableMinorUnits)
      writer.member("tax", line.taxMinorUnits)
      writer.member("passthrough", line.passthroughMinorUnits)
      writer.member("sold_credit", line.soldMinorUnits)
      writer.member("excluded", line.excludedMinorUnits)
      writer.member("rule", line.rule?.rule)
      writer.member("rule_version", line.rule?.version)
      writer.name("steps")
      writer.array { writer in
        for step in line.steps {
          writer.object { writer in
            writer.member("fact", step.fact)
            writer.member("part", step.part + 1)
            writer.member("amount", step.amountMinorUnits)
            writer.name("shares")
            writer.array { writer in
              for share in step.shares {
                writer.object { writer in
                  writer.member("period", calendar.name(share.period))
                  writer.member("weight", share.weight)
                  writer.member("amount", share.amountMinorUnits)
                }
              }
            }
          }
        }
      }
    }
  }

  private func write(_ entry: Explanation.ExplainedEntry, to writer: inout JSONWriter) {
    let isTurned = entry.amountMinorUnits < 0
    writer.object { writer in
      writer.member("period", calendar.name(entry.period))
      writer.member("debit", (isTurned ? entry.run.credit : entry.run.debit).rawValue)
      writer.member("credit", (isTurned ? entry.run.debit : entry.run.credit).rawValue)
      writer.member("amount", isTurned ? -entry.amountMinorUnits : entry.amountMinorUnits)
      writer.member("currency", entry.run.currency.code)
      writer.member("transaction", entry.run.transaction)
      writer.member("line", entry.run.line)
      writer.member("event", entry.run.cause.type)
      writer.name("contributions")
      writer.array { writer in
        for part in entry.contributions {
          writer.object { writer in
            writer.member("fact", part.fact)
            writer.member("type", part.type.rawValue)
            writer.member("amount", isTurned ? -part.amountMinorUnits : part.amountMinorUnits)
          }
        }
      }
    }
  }
}
