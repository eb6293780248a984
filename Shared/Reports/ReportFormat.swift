/// The forms in which a report is handed out.
public enum ReportFormat: String, CaseIterable, Sendable {
  /// One JSON object: amounts as integers in minor units.
  case json
  /// One JSON object a row.
  case jsonl
  /// Comma-separated values for a spreadsheet: amounts in major units.
  case csv
  /// A page: amounts in major units.
  case html
  /// Aligned text for a terminal: amounts in major units.
  case table

  /// The media type, with the character set where the form has one.
  public var mediaType: String {
    switch self {
    case .json: "application/json"
    case .jsonl: "application/jsonl"
    case .csv: "text/csv; charset=utf-8; header=present"
    case .html: "text/html; charset=utf-8"
    case .table: "text/plain; charset=utf-8"
    }
  }
}
