@main struct ReportingMain {
  static func main() {}
}
