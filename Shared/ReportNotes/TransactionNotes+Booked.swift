import Messages
import Reports

extension TransactionNotes {
  /// What reports look at of a booked transaction.
  public init(_ booked: BookedTransaction) {
    func byKey(_ pairs: [Metadata]) -> [String: String] {
      Dictionary(pairs.map { ($0.key, $0.value) }) { _, later in later }
    }
    self.init(
      booked: booked.booked, due: booked.due, metadata: byKey(booked.metadata),
      metadataOfLines: Dictionary(booked.lines.map { ($0.line, byKey($0.metadata)) }) { _, later in later })
  }
}
