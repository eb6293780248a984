/// The name under which this service reads the journal: in its `lane` table, and in the positions it states.
enum JournalReader {
  static let group = "journal"
  static let name = "reporting"
}
