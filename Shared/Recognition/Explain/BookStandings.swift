import Accounting
import JSON
import Messages

/// What reports are told of a book beside its entries: how far it is fulfilled, where its contracts stand, and what bills them.
public struct BookStandings: Sendable {
  /// What is deferred until it is fulfilled.
  public var obligations: [ObligationStanding] = []
  /// Lines and items that are not, or not any more.
  public var withoutObligation: [String] = []
  /// Where contracts stand.
  public var contracts: [ContractStanding] = []
  /// The transactions that are contracts, or bill one.
  public var ofContracts: [String] = []

  /// What there is to tell of a book after it was computed; nil if nothing in it waits for fulfillment or is of a contract.
  /// - Parameter treated: what another rule treats than before.
  public init?(_ book: BookInput, treated: [Reference]) {
    let hasContract = book.facts.contains { $0.fact.type == .contractCreated }
    guard hasContract || book.applied.values.contains(where: \.defersUntilFulfilled) || !treated.isEmpty else {
      return nil
    }
    var walk = Walk(book)
    _ = walk.run()
    obligations = walk.obligationStandings()
    contracts = walk.contractStandings()
    if hasContract { ofContracts = walk.contractTransactions.sorted() }
    let mayHaveHad =
      treated.map(\.id) + walk.contracts.all.flatMap { contract in contract.obligations.map(\.terms.item) }
    withoutObligation = Set(mayHaveHad).subtracting(obligations.map(\.line)).sorted()
  }
}

extension AppliedRule {
  /// Whether a share waits for fulfillment.
  var defersUntilFulfilled: Bool {
    treatments.contains { if case .deferUntilFulfilled = $0.action { true } else { false } }
  }
}

// MARK: - On the wire

extension BookStandings {
  /// The standings as JSON; `BookStandings(_:)` reads it again.
  public var json: [UInt8] {
    var writer = JSONWriter(capacity: 256 + contracts.count * 1_024)
    writer.object { writer in
      if !obligations.isEmpty {
        writer.member("obligations", array: { list in for standing in obligations { standing.write(to: &list) } })
      }
      for (name, ids) in [("without_obligation", withoutObligation), ("of_contracts", ofContracts)] where !ids.isEmpty {
        writer.member(name, array: { list in for id in ids { list.value(id) } })
      }
      if !contracts.isEmpty {
        writer.member("contracts", array: { list in for standing in contracts { standing.write(to: &list) } })
      }
    }
    return writer.bytes
  }

  /// Reads what `json` gave.
  public init(_ value: JSONValue) throws(FactError) {
    let reader = StandingReader(value)
    obligations = try reader.list("obligations") { value throws(FactError) in try ObligationStanding(value) }
    contracts = try reader.list("contracts") { value throws(FactError) in try ContractStanding(value) }
    withoutObligation = try reader.list("without_obligation") { value throws(FactError) in try value.text() }
    ofContracts = try reader.list("of_contracts") { value throws(FactError) in try value.text() }
  }
}

extension ObligationStanding {
  /// Writes the standing as a JSON object.
  public func write(to writer: inout JSONWriter) {
    writer.object {
      $0.member("transaction", subject.transaction)
      $0.member("booked", subject.booked.ordinal)
      $0.member("line", line)
      $0.member("customer", subject.customer)
      $0.member("currency", subject.currency.code)
      $0.member("amount", amountMinorUnits)
      $0.member("fulfilled", fulfilledMinorUnits)
      $0.member("left", leftMinorUnits)
      $0.member("expires", expires.rfc3339)
      $0.member("evidence", evidence)
    }
  }

  /// Reads what `write` wrote.
  public init(_ value: JSONValue) throws(FactError) {
    let reader = StandingReader(value)
    line = try reader.text("line")
    subject = EntrySubject(
      transaction: try reader.text("transaction"), line: line, customer: value["customer"]?.string,
      currency: try reader.currency("currency"), booked: AccountingPeriod(ordinal: Int32(try reader.number("booked"))))
    amountMinorUnits = try reader.number("amount")
    fulfilledMinorUnits = try reader.number("fulfilled")
    leftMinorUnits = try reader.number("left")
    expires = try reader.instant("expires")
    evidence = value["evidence"]?.string
  }
}
