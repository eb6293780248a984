import Accounting
import Messages
import Postgres
import Recognition

extension JournalBatch {
  /// The accounts that have told what they call periods or accounts.
  var renamed: [LedgerID] {
    let types: Set<String> = [
      FactType.settingsChanged.rawValue, FactType.accountMappingSet.rawValue, FactType.accountMappingDeleted.rawValue,
    ]
    return Set(told.filter { types.contains($0.fact.type) }.map(\.ledger)).sorted()
  }
}

extension ReportingStore {
  /// The periods that views can name: from 1970 on, for longer than any schedule goes.
  private static let namedPeriods = 1_970 * 12..<2_170 * 12

  /// Writes down, for the views, what an account calls periods and accounts by all it has told.
  func rename(_ ledger: LedgerID) throws {
    let configuration = try LedgerStore(connection: connection, ledger: ledger).configuration()
    let book: [PostgresValue] = [.text(ledger.account), .bool(ledger.livemode)]
    try connection.execute("DELETE FROM named_period WHERE account = $1 AND livemode = $2", book)
    try connection.execute("DELETE FROM mapping WHERE account = $1 AND livemode = $2", book)
    if configuration.calendar != .months { try name(configuration.calendar, book) }
    try connection.copy(into: "mapping", columns: Self.mappingColumns) { copy in
      for (place, mapping) in configuration.mappings.inOrder.enumerated() {
        try copy.append(
          book[0], book[1], .int(Int64(place)), .text(mapping.account.rawValue), .optionalText(mapping.attribute),
          .optionalText(mapping.value), .optionalInstant(mapping.effective.from?.microseconds),
          .optionalInstant(mapping.effective.to?.microseconds), .optionalText(mapping.glName),
          .optionalText(mapping.glNumber))
      }
    }
  }

  private func name(_ calendar: Calendar, _ book: [PostgresValue]) throws {
    try connection.copy(into: "named_period", columns: ["account", "livemode", "period", "name", "starts"]) { copy in
      for ordinal in Self.namedPeriods {
        let period = AccountingPeriod(ordinal: Int32(ordinal))
        try copy.append(
          book[0], book[1], .int(Int64(ordinal)), .text(calendar.name(period)),
          .instant(calendar.start(of: period).microseconds))
      }
    }
  }

  private static let mappingColumns = [
    "account", "livemode", "place", "ledger_account", "attribute", "value", "effective_from", "effective_to", "gl_name",
    "gl_number",
  ]
}
