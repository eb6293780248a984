extension Report {
  /// The report in this form, as the bytes that are sent or printed.
  public func rendered(as format: ReportFormat, in frame: PageFrame = .standalone) -> [UInt8] {
    switch format {
    case .json: json()
    case .jsonl: jsonLines()
    case .csv: Array(csv().utf8)
    case .html: Array(html(in: frame).utf8)
    case .table: Array(table().utf8)
    }
  }
}
