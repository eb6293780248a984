import Accounting
import JSON
import Messages

extension ContractStanding {
  /// Writes the standing as a JSON object. Periods are ordinals, amounts minor units.
  public func write(to writer: inout JSONWriter) {
    writer.object {
      $0.member("contract", contract)
      $0.member("customer", customer)
      $0.member("currency", currency.code)
      $0.member("void_from", voidedFrom.map(Int64.init))
      $0.member("start", span?.start.rfc3339)
      $0.member("end", span?.end.rfc3339)
      $0.member("recognized", object: recognized.write)
      $0.member(
        "values", array: { list in for change in values { list.numbers([Int64(change.period), change.amount]) } })
      $0.member(
        "long_term", array: { list in for change in longTerm { list.numbers([Int64(change.period), change.amount]) } })
      $0.member(
        "billings",
        array: { list in for one in billings { list.numbers([Int64(one.period), one.billed, one.position]) } })
      $0.member(
        "promises",
        array: { list in
          for promise in promises {
            list.object {
              $0.member("free_until", promise.freeUntil?.rfc3339)
              promise.series.write(to: &$0)
            }
          }
        })
      $0.member("phases", array: { list in for one in phases { one.write(to: &list) } })
    }
  }

  /// Reads what `write` wrote.
  public init(_ value: JSONValue) throws(FactError) {
    let reader = StandingReader(value)
    func dated(_ value: JSONValue) throws(FactError) -> Dated {
      let numbers = try value.numbers(2)
      return Dated(period: Int(numbers[0]), amount: numbers[1])
    }
    contract = try reader.text("contract")
    customer = try reader.text("customer")
    currency = try reader.currency("currency")
    voidedFrom = value["void_from"]?.integer.map { Int($0) }
    let start = try reader.optionalInstant("start")
    let end = try reader.optionalInstant("end")
    span = start.flatMap { start in end.map { ServicePeriod(start: start, end: $0) } }
    guard let series = value["recognized"] else { throw reader.wrong("recognized") }
    recognized = try Series(series)
    values = try reader.list("values", dated)
    longTerm = try reader.list("long_term", dated)
    billings = try reader.list("billings") { value throws(FactError) in
      let numbers = try value.numbers(3)
      return Billed(period: Int(numbers[0]), billed: numbers[1], position: numbers[2])
    }
    promises = try reader.list("promises") { value throws(FactError) in
      Promise(freeUntil: try StandingReader(value).optionalInstant("free_until"), series: try Series(value))
    }
    phases = try reader.list("phases") { value throws(FactError) in try Phases(value) }
  }
}

extension ContractStanding.Series {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.member("first", first)
    writer.name("amounts")
    writer.numbers(amounts)
  }

  fileprivate init(_ value: JSONValue) throws(FactError) {
    let reader = StandingReader(value)
    first = Int(try reader.number("first"))
    amounts = try reader.list("amounts") { value throws(FactError) in
      guard let amount = value.integer else { throw reader.wrong("amounts") }
      return amount
    }
  }
}

extension ContractStanding.Phases {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object {
      $0.member("until", until?.rfc3339)
      $0.member(
        "phases",
        array: { list in
          for phase in phases {
            list.object {
              $0.member("start", phase.start.rfc3339)
              $0.member("amount", phase.amount)
            }
          }
        })
    }
  }

  fileprivate init(_ value: JSONValue) throws(FactError) {
    let reader = StandingReader(value)
    until = try reader.optionalInstant("until")
    phases = try reader.list("phases") { value throws(FactError) in
      ContractStanding.Phase(start: try StandingReader(value).instant("start"), amount: value["amount"]?.integer)
    }
  }
}

extension JSONWriter {
  /// A list of numbers.
  fileprivate mutating func numbers(_ numbers: [Int64]) {
    array { list in for number in numbers { list.value(number) } }
  }
}
